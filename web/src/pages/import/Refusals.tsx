import { importTextsEn } from "../../../../src/domain/importTextsEn.ts";
import { importTextsRu } from "../../../../src/domain/importTextsRu.ts";
import type { ImportCounts } from "../../../../src/imports/job/types.ts";
import { formatCount, language, texts } from "../../i18n/index.ts";
import { Icon } from "../../ui/Icon.tsx";

type Words = Readonly<Record<string, { readonly message: string; readonly remedy: string }>>;

/** Why rows are not imported, each reason once, with what to do about it. */
export function Refusals(props: { readonly counts: ImportCounts; readonly address: string | null }) {
  const words = texts.value.import;
  const known: Words = language.value === "ru" ? importTextsRu : importTextsEn;
  const reasons = Object.entries(props.counts.refusals).toSorted(([, one], [, other]) => other - one);
  if (reasons.length === 0) return null;
  return (
    <section class="card" aria-labelledby="refusals">
      <div class="card-head">
        <h2 id="refusals">{words.reasons}</h2>
        {props.address !== null && (
          <div class="actions">
            <a class="button" href={props.address} download>
              <Icon name="download" size={16} />
              {words.downloadErrors}
            </a>
          </div>
        )}
      </div>
      <div class="table-scroll">
        <table>
          <tbody>
            {reasons.map(([code, rows]) => (
              <tr key={code} data-refusal={code}>
                <td class="number end">{formatCount(rows)}</td>
                <td>
                  <div>{known[code]?.message ?? code}</div>
                  <div class="muted">{known[code]?.remedy}</div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
