import { formatCount, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { Icon } from "../../ui/Icon.tsx";
import type { ImportJob } from "./importApi.ts";
import { ImportRows } from "./ImportRows.tsx";
import { reasonsOf } from "./reasons.ts";
import type { Reason } from "./reasons.ts";
import { isOpen, rowsOf, showRowsOf } from "./rowsPlace.ts";

function Kind({ job, reason }: { readonly job: ImportJob; readonly reason: Reason }) {
  const words = numbersTexts.value.import;
  const { code, rows, message, remedy } = reason;
  const open = isOpen(code);
  return (
    <li data-refusal={code}>
      <div class="kind">
        <strong class="number">{formatCount(rows)}</strong>
        <div>
          <div>{message}</div>
          <div class="muted">{remedy}</div>
        </div>
        <button
          type="button"
          class="button small"
          aria-expanded={open}
          aria-controls={`rows-${code}`}
          aria-label={`${open ? words.close : words.open}: ${message}`}
          onClick={() => showRowsOf(code, !open)}
        >
          {open ? words.close : words.open}
        </button>
      </div>
      <section id={`rows-${code}`} aria-label={`${words.rowsOf}: ${message}`} hidden={!open}>
        {open && <ImportRows job={job} list={rowsOf(code)} query={{ code }} total={rows} />}
      </section>
    </li>
  );
}

/** Each reason why rows are not imported, with its remedy and, when opened, its rows. */
export function Refusals(props: { readonly job: ImportJob; readonly address: string | null }) {
  const { job, address } = props;
  const words = texts.value.import;
  const reasons = reasonsOf(job.counts);
  if (reasons.length === 0) return null;
  return (
    <section class="card" aria-labelledby="refusals">
      <div class="card-head">
        <h2 id="refusals">{words.reasons}</h2>
        {address !== null && (
          <div class="actions">
            <a class="button" href={address} download>
              <Icon name="download" size={16} />
              {words.downloadErrors}
            </a>
          </div>
        )}
      </div>
      <ul class="kinds">
        {reasons.map((reason) => (
          <Kind key={reason.code} job={job} reason={reason} />
        ))}
      </ul>
    </section>
  );
}
