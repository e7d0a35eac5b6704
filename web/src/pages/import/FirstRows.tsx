import { importFields } from "../../../../src/imports/rows/row.ts";
import type { ReadingChoices } from "../../api/client.ts";
import { formatPhone } from "../../format/phone.ts";
import { fill, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { Badge } from "../../ui/feedback.tsx";
import { Differences } from "./Differences.tsx";
import type { ImportJob } from "./importApi.ts";
import { tones } from "./ImportRows.tsx";

function Outcome({ row }: { readonly row: ImportJob["firstRows"][number] }) {
  if (row.refusal !== null) {
    return (
      <>
        <Badge tone={row.kind === "duplicate" ? "calm" : "bad"}>
          {numbersTexts.value.import.rowForeseen[row.kind === "duplicate" ? "duplicate" : "rejected"]}
        </Badge>
        <div>{row.refusal.message}</div>
        <div class="muted">{row.refusal.remedy}</div>
      </>
    );
  }
  if (row.stored === null) return <span class="muted">{texts.value.common.none}</span>;
  const { realNumber, proxyNumber, label } = row.stored;
  const kinds = numbersTexts.value.import.rowForeseen;
  return (
    <>
      <span class="number">
        {formatPhone(realNumber)} {label !== null && <span class="muted">{label}</span>}
      </span>
      {proxyNumber !== null && <div class="number muted">→ {formatPhone(proxyNumber)}</div>}
      {(row.kind === "differing" || row.kind === "updated") && (
        <Badge tone={tones[row.kind]}>{kinds[row.kind]}</Badge>
      )}
      <Differences differences={row.differences} />
    </>
  );
}

/** The first rows, as written and as they will be stored. The select above each column sets its meaning. */
export function FirstRows(props: {
  readonly job: ImportJob;
  readonly busy: boolean;
  readonly onChoose: (choices: ReadingChoices) => void;
}) {
  const { job, busy, onChoose } = props;
  const words = texts.value.import;
  const choices = [...importFields, "ignored"] as const;
  return (
    <section class="card" aria-labelledby="first-rows">
      <div class="card-head">
        <h2 id="first-rows">{words.firstRows}</h2>
        <span class="muted">{words.matchColumns}</span>
      </div>
      <div class="table-scroll">
        <table class="preview">
          <thead>
            <tr>
              <th scope="col">{words.row}</th>
              {job.reading.columns.map(({ place, header, field, because }) => (
                <th key={place} scope="col">
                  <div>{header ?? fill(words.column, { n: place + 1 })}</div>
                  <select
                    class="input"
                    data-because={because}
                    aria-label={header ?? fill(words.column, { n: place + 1 })}
                    disabled={busy}
                    value={field}
                    onChange={({ currentTarget }) => {
                      const next = choices.find((choice) => choice === currentTarget.value);
                      if (next !== undefined) onChoose({ columns: { [place]: next } });
                    }}
                  >
                    {choices.map((choice) => (
                      <option key={choice} value={choice}>
                        {words.fields[choice]}
                      </option>
                    ))}
                  </select>
                </th>
              ))}
              <th scope="col">{words.asStored}</th>
            </tr>
          </thead>
          <tbody>
            {job.firstRows.map((row) => (
              <tr key={row.row}>
                <td class="number muted">{row.row}</td>
                {job.reading.columns.map(({ place, field }) => (
                  <td key={place} class={field === "ignored" ? "muted" : ""}>
                    {row.cells[place] ?? ""}
                  </td>
                ))}
                <td>
                  <Outcome row={row} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
