import { bareForms } from "../../../../src/values/bareForms.ts";
import { countries } from "../../../../src/values/countries.ts";
import { delimiters, textEncodings } from "../../../../src/imports/reading/types.ts";
import type { Delimiter } from "../../../../src/imports/reading/types.ts";
import type { ReadingChoices } from "../../api/client.ts";
import { language, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import type { ImportJob } from "./importApi.ts";

interface Country {
  readonly code: string;
  readonly name: string;
}

/** Sorted by name in the viewer's language. */
function countriesIn(locale: string): readonly Country[] {
  const names = new Intl.DisplayNames([locale], { type: "region" });
  return countries
    .map((code) => ({ code, name: names.of(code) ?? code }))
    .sort((one, other) => one.name.localeCompare(other.name, locale));
}

/** How the file was read. Each detected value can be changed. */
export function ReadingFields(props: {
  readonly job: ImportJob;
  readonly busy: boolean;
  readonly onChoose: (choices: ReadingChoices) => void;
  readonly onReset: () => void;
}) {
  const { job, busy, onChoose, onReset } = props;
  const words = texts.value.import;
  const { source, headerRow, defaultCountry } = job.reading;
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
      <label class="field">
        <span>{numbersTexts.value.import.country}</span>
        <select
          class="input"
          value={defaultCountry}
          onChange={({ currentTarget }) => onChoose({ country: currentTarget.value })}
        >
          {countriesIn(language.value).map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>{numbersTexts.value.import.bareForm}</span>
        <select
          class="input"
          value={job.reading.bareForm ?? ""}
          onChange={({ currentTarget }) =>
            onChoose({ bareForm: bareForms.find((form) => form === currentTarget.value) ?? null })
          }
        >
          <option value="">{numbersTexts.value.import.bareForms.complete}</option>
          {bareForms.map((form) => (
            <option key={form} value={form}>
              {numbersTexts.value.import.bareForms[form]}
            </option>
          ))}
        </select>
      </label>
      {Object.keys(job.reading.choices).length > 0 && (
        <button type="button" class="button quiet" onClick={onReset}>
          {numbersTexts.value.import.reset}
        </button>
      )}
    </fieldset>
  );
}
