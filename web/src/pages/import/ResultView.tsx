import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { formatPhone } from "../../format/phone.ts";
import { counted, fill, formatCount, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { Phone } from "../../ui/controls.tsx";
import { Notice } from "../../ui/feedback.tsx";
import { Counts } from "./Counts.tsx";
import type { ImportJob } from "./importApi.ts";
import { importsApi } from "./importApi.ts";
import { Refusals } from "./Refusals.tsx";
import { ResultRows } from "./ResultRows.tsx";

/** Mappings that an undo kept because they have had calls. */
function Kept({ job }: { readonly job: ImportJob }) {
  const kept = job.keptMappings ?? [];
  if (kept.length === 0) return null;
  const words = numbersTexts.value.import;
  const more = job.keptMappingsOmitted ?? 0;
  return (
    <section class="card" aria-labelledby="kept">
      <div class="card-head">
        <h2 id="kept">{texts.value.import.kept}</h2>
      </div>
      <ul class="card-body kept">
        {kept.map(({ id, proxyNumber, realNumber }) => (
          <li key={id}>
            <a
              class="number"
              href={`/app/numbers/${id}`}
              aria-label={fill(words.openMapping, { number: formatPhone(proxyNumber) })}
            >
              {formatPhone(proxyNumber)}
            </a>
            {" → "}
            <Phone number={realNumber} />
          </li>
        ))}
        {more > 0 && <li class="muted">{fill(words.keptMore, { n: formatCount(more) })}</li>}
      </ul>
    </section>
  );
}

/** The result of every row, with downloads and undo. */
export function ResultView(props: {
  readonly job: ImportJob;
  readonly onChanged: () => void;
  readonly busy: boolean;
}) {
  const { job, onChanged, busy } = props;
  const words = texts.value.import;
  const asking = useSignal(false);
  const { counts } = job;
  const { created, existing, differing, updated, duplicate } = counts;
  const imported = created + existing + differing + updated + duplicate;
  const title = imported === 0 ? words.nothing : counts.rejected > 0 ? words.doneTrouble : words.doneTitle;
  const ref = useRef<HTMLDivElement>(null);
  // The result replaces the progress bar that the user was watching, so it gets the focus; on a return, the link followed has it.
  useEffect(() => {
    if (document.activeElement === document.body) ref.current?.focus({ preventScroll: true });
  }, []);
  const undone = job.state === "undone";
  const undo = created + updated > 0 && !undone && (
    <button
      type="button"
      class="button"
      disabled={busy}
      onClick={() => {
        asking.value = true;
      }}
    >
      {words.undo}
    </button>
  );
  const list = created > 0 && !undone && (
    <a class="button" href={`/app/numbers?import=${job.id}`}>
      {numbersTexts.value.import.showNumbers}
    </a>
  );
  return (
    <>
      <div ref={ref} tabIndex={-1} class="summary" data-state={job.state}>
        {job.state === "done" ? (
          <Notice
            tone={imported === 0 ? "bad" : counts.rejected > 0 ? "warn" : "ok"}
            title={fill(title, { name: job.fileName })}
            action={
              <div class="toolbar">
                {list}
                {undo}
              </div>
            }
          >
            <p>{counted(words.rows, counts.rows)}</p>
          </Notice>
        ) : (
          // Rows imported before the import stopped or failed can be undone, too.
          <div class="toolbar">
            {list}
            {undo}
          </div>
        )}
        <Counts counts={counts} expected={false} />
      </div>
      <Refusals job={job} address={importsApi.resultAddress(job.id, "problems")} />
      <Kept job={job} />
      {!undone && <ResultRows job={job} />}
      {asking.value && (
        <ConfirmDialog
          title={words.undoTitle}
          text={[
            ...(created > 0 ? [fill(words.undoText, { n: formatCount(created) })] : []),
            ...(updated > 0 ? [counted(numbersTexts.value.import.undoUpdates, updated)] : []),
          ].join(" ")}
          label={words.undo}
          work={() => importsApi.undo(job.id)}
          onDone={() => {
            asking.value = false;
            onChanged();
          }}
          onClose={() => {
            asking.value = false;
          }}
        />
      )}
    </>
  );
}
