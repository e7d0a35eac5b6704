import { delimiters, textEncodings } from "../../../../src/imports/reading/types.ts";
import type { Delimiter } from "../../../../src/imports/reading/types.ts";
import type { ReadingChoices } from "../../api/client.ts";
import { texts } from "../../i18n/index.ts";
import type { ImportJob } from "./importApi.ts";

/** How the characters of the file were understood, to be corrected by hand. */
export function ReadingFields(props: {
  readonly job: ImportJob;
  readonly busy: boolean;
  readonly onChoose: (choices: ReadingChoices) => void;
}) {
  const { job, busy, onChoose } = props;
  const words = texts.value.import;
  const { source, headerRow } = job.reading;
  const names: Readonly<Record<Delimiter, string>> = {
    ";": words.semicolon,
    ",": words.comma,
    "\t": words.tab,
    "|": words.pipe,
  };
  return (
    <fieldset class="toolbar reading" disabled={busy}>
      <legend>{words.readAs}</legend>
      {source.format === "csv" && (
        <>
          <label class="field">
            <span>{words.encoding}</span>
            <select
              class="input"
              value={source.encoding}
              onChange={({ currentTarget }) => {
                const encoding = textEncodings.find((one) => one === currentTarget.value);
                if (encoding !== undefined) onChoose({ encoding });
              }}
            >
              {textEncodings.map((encoding) => (
                <option key={encoding} value={encoding}>
                  {encoding.toUpperCase()}
                </option>
              ))}
            </select>
          </label>
          <label class="field">
            <span>{words.delimiter}</span>
            <select
              class="input"
              value={source.delimiter ?? ""}
              onChange={({ currentTarget }) =>
                onChoose({ delimiter: delimiters.find((one) => one === currentTarget.value) ?? null })
              }
            >
              {delimiters.map((delimiter) => (
                <option key={delimiter} value={delimiter}>
                  {names[delimiter]}
                </option>
              ))}
              <option value="">{words.noDelimiter}</option>
            </select>
          </label>
        </>
      )}
      {source.format === "xlsx" && (
        <label class="field">
          <span>{words.sheet}</span>
          <select
            class="input"
            value={source.sheet}
            onChange={({ currentTarget }) => onChoose({ sheet: currentTarget.value })}
          >
            {source.sheets.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <label class="field">
        <span>{words.header}</span>
        <select
          class="input"
          value={headerRow === null ? "" : String(headerRow)}
          onChange={({ currentTarget }) =>
            onChoose({ headerRow: currentTarget.value === "" ? null : Number(currentTarget.value) })
          }
        >
          <option value="">{words.noHeader}</option>
          {[1, 2, 3, 4, 5, ...(headerRow !== null && headerRow > 5 ? [headerRow] : [])].map((row) => (
            <option key={row} value={String(row)}>
              {words.row} {row}
            </option>
          ))}
        </select>
      </label>
    </fieldset>
  );
}
