import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api } from "../../api/client.ts";
import type { Call, CallPage } from "../../api/client.ts";
import { formatDateTime, formatDuration } from "../../format/time.ts";
import { counted, fill, formatCount, texts } from "../../i18n/index.ts";
import type { Problem } from "../../net/problem.ts";
import { useResource } from "../../net/resource.ts";
import { navigate, place } from "../../router.ts";
import { may } from "../../session.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { enderInWords, reasonInWords, StatusBadge, trunksInWords } from "../../ui/callWords.tsx";
import { Pager, Phone } from "../../ui/controls.tsx";
import { Badge, Empty, Loading, Notice, ProblemNotice } from "../../ui/feedback.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { CallFilters } from "./CallFilters.tsx";
import { exportCalls } from "./exportCalls.ts";
import { contradictionOf, filterOf, noFilter, queryOf, searchOf } from "./filters.ts";
import type { CallFilter } from "./filters.ts";

const pageSize = 50;
const nothing: CallPage = { items: [], next: null, total: { calls: 0, exact: true } };
type Trail = readonly (string | null)[];
const first: Trail = [null];
/** A search starts this long after the last key. */
const typingMs = 250;

function Row({ call }: { readonly call: Call }) {
  const words = texts.value.calls;
  const time = formatDateTime(call.startedAt);
  return (
    <tr>
      <td data-label={words.startedAt} class="number">
        <a href={`/app/calls/${encodeURIComponent(call.callId)}`} aria-label={fill(words.open, { time })}>
          {time}
        </a>
      </td>
      <td>
        <StatusBadge status={call.status} /> <span class="muted">{reasonInWords(call.reason)}</span>
        {call.direction === "return" && <Badge tone="calm">{words.directions.return}</Badge>}
      </td>
      <td data-label={words.caller}>
        {call.caller === null || call.caller === "" ? (
          <span class="muted">{texts.value.common.withheld}</span>
        ) : (
          <Phone number={call.caller} />
        )}
      </td>
      <td data-label={words.proxy}>
        <Phone number={call.proxyNumber} />
      </td>
      <td data-label={words.real}>
        {call.realNumber === null ? (
          <span class="muted">{texts.value.common.none}</span>
        ) : (
          <Phone number={call.realNumber} />
        )}
      </td>
      <td data-label={words.trunk} class="muted nowrap">
        {trunksInWords(call.inboundTrunk, call.outboundTrunk)}
      </td>
      <td data-label={words.endedBy} class="muted">
        {enderInWords(call.endedBy)}
      </td>
      <td data-label={words.ring} class="end number muted">
        {call.ringSeconds === null ? texts.value.common.none : formatDuration(call.ringSeconds * 1000)}
      </td>
      <td data-label={words.talk} class="end number">
        {formatDuration(call.talkSeconds * 1000)}
      </td>
    </tr>
  );
}

function Rows({ page }: { readonly page: CallPage }) {
  const words = texts.value.calls;
  return (
    <div class="table-scroll">
      <table class="folding" data-table="calls">
        <thead>
          <tr>
            <th scope="col">{words.startedAt}</th>
            <th scope="col">{words.outcome}</th>
            <th scope="col">{words.caller}</th>
            <th scope="col">{words.proxy}</th>
            <th scope="col">{words.real}</th>
            <th scope="col">{words.trunk}</th>
            <th scope="col">{words.endedBy}</th>
            <th scope="col" class="end">
              {words.ring}
            </th>
            <th scope="col" class="end">
              {words.talk}
            </th>
          </tr>
        </thead>
        <tbody>
          {page.items.map((call) => (
            <Row key={call.callId} call={call} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The filters from the URL, and the number, which is not in it. */
function useFilter() {
  const number = useSignal("");
  const settled = useSignal("");
  useEffect(() => {
    const timer = setTimeout(() => {
      settled.value = number.value;
    }, typingMs);
    return () => clearTimeout(timer);
  }, [number.value]);
  const inAddress = filterOf(place.value.query);
  const change = (next: CallFilter): void => {
    number.value = next.number;
    navigate(`/app/calls${queryOf(next)}`, { replace: true });
  };
  return {
    shown: { ...inAddress, number: number.value },
    used: { ...inAddress, number: settled.value },
    change,
  };
}

/** Cursors of the pages so far; those of another filter are invalid. */
function useTrail(filterKey: string) {
  const state = useSignal<{ readonly filterKey: string; readonly trail: Trail }>({ filterKey, trail: first });
  const trail = state.value.filterKey === filterKey ? state.value.trail : first;
  const go = (next: Trail): void => {
    state.value = { filterKey, trail: next };
  };
  return { trail, go };
}

/** Maximum number of suggestions. */
const mostTrunks = 50;

function withTrunksOf(known: readonly string[], calls: readonly Call[]): readonly string[] {
  const all = new Set(known);
  for (const { inboundTrunk, outboundTrunk } of calls)
    for (const trunk of [inboundTrunk, outboundTrunk]) if (trunk !== null && trunk !== "") all.add(trunk);
  return all.size === known.length ? known : [...all].toSorted().slice(0, mostTrunks);
}

export function CallList() {
  const words = texts.value.calls;
  const { shown, used, change } = useFilter();
  const filterKey = JSON.stringify(used);
  const { trail, go } = useTrail(filterKey);
  const after = trail.at(-1) ?? null;
  const contradiction = contradictionOf(used);
  const { state, reload } = useResource<CallPage>(`${filterKey} ${after}`, (signal) =>
    contradiction === null
      ? api.searchCalls(
          { ...searchOf(used, new Date()), limit: pageSize, ...(after !== null && { after }) },
          { signal },
        )
      : Promise.resolve(nothing),
  );
  const { value: page, problem, loading } = state.value;
  const total = useSignal<CallPage["total"]>(null);
  const trunks = useSignal<readonly string[]>([]);
  useEffect(() => {
    if (page === null) return;
    // Only the first page contains it.
    if (trail.length === 1) total.value = page.total;
    trunks.value = withTrunksOf(trunks.peek(), page.items);
  }, [page]);
  const exportProblem = useSignal<Problem | null>(null);
  const exportAll = (): void => {
    exportProblem.value = null;
    exportCalls(searchOf(used, new Date()), (refusal) => {
      exportProblem.value = refusal;
    });
  };
  const from = (trail.length - 1) * pageSize;
  const filtered = filterKey !== JSON.stringify(noFilter);
  const found = total.value;
  const range = page === null ? "" : `${formatCount(from + 1)}–${formatCount(from + page.items.length)}`;
  return (
    <>
      <PageHead title={words.title}>
        {may.value("calls.export") && (
          <button type="button" class="button" disabled={contradiction !== null} onClick={exportAll}>
            <Icon name="download" size={16} />
            {words.export}
          </button>
        )}
      </PageHead>
      <CallFilters filter={shown} trunks={trunks.value} onChange={change} />
      {contradiction !== null && <Notice tone="warn" title={words.contradictions[contradiction]} />}
      {exportProblem.value !== null && <ProblemNotice problem={exportProblem.value} retry={exportAll} />}
      {problem !== null && <ProblemNotice problem={problem} retry={reload} />}
      <section class="card" aria-label={words.title} aria-busy={loading}>
        {page === null && problem === null && <Loading />}
        {page !== null && page.items.length === 0 && (
          <Empty
            icon="calls"
            title={filtered ? words.noMatchTitle : words.emptyTitle}
            text={filtered ? words.noMatchText : words.emptyText}
          >
            {filtered && (
              <button type="button" class="button" onClick={() => change(noFilter)}>
                {texts.value.common.clearFilters}
              </button>
            )}
          </Empty>
        )}
        {page !== null && page.items.length > 0 && (
          <>
            <Rows page={page} />
            <Pager
              text={
                found === null
                  ? range
                  : `${range} · ${found.exact ? counted(words.total, found.calls) : fill(words.atLeast, { n: counted(words.total, found.calls) })}`
              }
              onPrevious={trail.length < 2 ? null : () => go(trail.slice(0, -1))}
              onNext={page.next === null ? null : () => go([...trail, page.next])}
            />
          </>
        )}
      </section>
    </>
  );
}
