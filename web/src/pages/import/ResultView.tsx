import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { counted, fill, formatCount, language, texts } from "../../i18n/index.ts";
import { useResource } from "../../net/resource.ts";
import { Dialog, Pager, Phone, SearchField, Segments } from "../../ui/controls.tsx";
import { Badge, Empty, Loading, Notice, ProblemNotice } from "../../ui/feedback.tsx";
import type { Tone } from "../../ui/feedback.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Counts } from "./Counts.tsx";
import type { ImportJob } from "./importApi.ts";
import { importsApi } from "./importApi.ts";
import { Refusals } from "./Refusals.tsx";
import { readResult } from "./resultRows.ts";
import type { ResultRow, RowKind, ShownRows } from "./resultRows.ts";

const pageSize = 100;
/** More than anybody pages through; the download has all. */
const readAtMost = 5000;

const tones: Readonly<Record<RowKind, Tone>> = {
  created: "ok",
  existing: "calm",
  duplicate: "calm",
  rejected: "bad",
  skipped: "calm",
};

function Row({ row }: { readonly row: ResultRow }) {
  const words = texts.value.import;
  return (
    <tr data-row={row.row} data-kind={row.kind}>
      <td class="end number muted" data-label={words.row}>
        {row.row}
      </td>
      <td data-label={words.input}>{row.input}</td>
      <td data-label={words.real}>{row.realNumber !== "" && <Phone number={row.realNumber} />}</td>
      <td data-label={words.proxy}>{row.proxyNumber !== "" && <Phone number={row.proxyNumber} />}</td>
      <td class="wide">
        <Badge tone={tones[row.kind]}>{words[row.kind]}</Badge>
        {row.kind === "rejected" && (
          <>
            <div>{row.message}</div>
            <div class="muted">{row.remedy}</div>
          </>
        )}
      </td>
    </tr>
  );
}

function matches(row: ResultRow, search: string): boolean {
  const words = search.trim().toLowerCase();
  if (words === "" || row.row === words || row.input.toLowerCase().includes(words)) return true;
  const digits = words.replaceAll(/[\s()+-]/g, "");
  return /^\d+$/.test(digits) && (row.realNumber.includes(digits) || row.proxyNumber.includes(digits));
}

function RowsCard({ job }: { readonly job: ImportJob }) {
  const words = texts.value.import;
  const which = useSignal<"all" | "problems">(job.counts.rejected > 0 ? "problems" : "all");
  const search = useSignal("");
  const from = useSignal(0);
  const { state, reload } = useResource<ShownRows>(
    `${job.id} ${job.state} ${which.value} ${language.value}`,
    (signal) => readResult(importsApi.resultAddress(job.id, which.value), readAtMost, signal),
  );
  const { value, problem } = state.value;
  const found = useComputed(() =>
    (state.value.value?.rows ?? []).filter((row) => matches(row, search.value)),
  );
  const shown = found.value.slice(from.value, from.value + pageSize);
  return (
    <section class="card" aria-label={words.allRows}>
      <div class="card-head">
        <Segments
          label={words.result}
          value={which.value}
          options={[
            { key: "all", label: words.allRows, count: job.counts.rows },
            { key: "problems", label: words.rejected, count: job.counts.rejected },
          ]}
          onChange={(next) => {
            which.value = next;
            from.value = 0;
          }}
        />
        <SearchField
          label={words.searchRows}
          value={search.value}
          onInput={(next) => {
            search.value = next;
            from.value = 0;
          }}
        />
        <div class="actions">
          <a class="button" href={importsApi.resultAddress(job.id, "all")} download>
            <Icon name="download" size={16} />
            {words.downloadAll}
          </a>
        </div>
      </div>
      {problem !== null && <ProblemNotice problem={problem} retry={reload} />}
      {value === null && problem === null && <Loading />}
      {value !== null && shown.length === 0 && <Empty icon="search" title={words.noMatch} />}
      {shown.length > 0 && (
        <div class="table-scroll">
          <table class="folding">
            <thead>
              <tr>
                <th scope="col" class="end">
                  {words.row}
                </th>
                <th scope="col">{words.input}</th>
                <th scope="col">{words.real}</th>
                <th scope="col">{words.proxy}</th>
                <th scope="col">{words.result}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <Row key={row.row} row={row} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {found.value.length > pageSize && (
        <Pager
          text={fill(texts.value.common.range, {
            from: formatCount(from.value + 1),
            to: formatCount(from.value + shown.length),
            total: formatCount(found.value.length),
          })}
          onPrevious={from.value === 0 ? null : () => (from.value = Math.max(0, from.value - pageSize))}
          onNext={
            from.value + pageSize >= found.value.length ? null : () => (from.value = from.value + pageSize)
          }
        />
      )}
      {value?.cut === true && <p class="pager">{fill(words.cut, { n: formatCount(readAtMost) })}</p>}
    </section>
  );
}

/** What became of every row, with downloads and the way back. */
export function ResultView(props: {
  readonly job: ImportJob;
  readonly act: (work: () => Promise<unknown>) => Promise<void>;
  readonly busy: boolean;
}) {
  const { job, act, busy } = props;
  const words = texts.value.import;
  const asking = useSignal(false);
  const { counts } = job;
  const imported = counts.created + counts.existing + counts.duplicate;
  const title = imported === 0 ? words.nothing : counts.rejected > 0 ? words.doneTrouble : words.doneTitle;
  const ref = useRef<HTMLDivElement>(null);
  // Whoever has waited is taken to the news.
  useEffect(() => ref.current?.focus(), []);
  return (
    <>
      <div ref={ref} tabIndex={-1} class="summary" data-state={job.state}>
        {job.state === "done" && (
          <Notice
            tone={imported === 0 ? "bad" : counts.rejected > 0 ? "warn" : "ok"}
            title={fill(title, { name: job.fileName })}
            action={
              counts.created > 0 && (
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
              )
            }
          >
            <p>{counted(words.rows, counts.rows)}</p>
          </Notice>
        )}
        <Counts counts={counts} expected={false} />
      </div>
      <Refusals counts={counts} address={importsApi.resultAddress(job.id, "problems")} />
      {job.keptMappings !== undefined && job.keptMappings.length > 0 && (
        <section class="card" aria-labelledby="kept">
          <div class="card-head">
            <h2 id="kept">{words.kept}</h2>
          </div>
          <ul class="card-body">
            {job.keptMappings.map(({ id, proxyNumber, realNumber }) => (
              <li key={id}>
                <Phone number={proxyNumber} /> → <Phone number={realNumber} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {job.state !== "undone" && <RowsCard job={job} />}
      {asking.value && (
        <Dialog
          title={words.undoTitle}
          onClose={() => {
            asking.value = false;
          }}
        >
          <p>{fill(words.undoText, { n: formatCount(counts.created) })}</p>
          <form method="dialog" class="dialog-actions">
            <button class="button">{texts.value.common.cancel}</button>
            <button class="button danger" onClick={() => void act(() => importsApi.act(job.id, "undo"))}>
              {words.undo}
            </button>
          </form>
        </Dialog>
      )}
    </>
  );
}
