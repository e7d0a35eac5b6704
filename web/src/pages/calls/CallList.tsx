import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api } from "../../api/client.ts";
import type { Call, CallPage } from "../../api/client.ts";
import { formatDateTime, formatDay, formatDuration, formatTimeOfDay } from "../../format/time.ts";
import { counted, fill, texts } from "../../i18n/index.ts";
import type { Problem } from "../../net/problem.ts";
import { useResource } from "../../net/resource.ts";
import { place } from "../../router.ts";
import { may } from "../../session.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { reasonInWords, StatusBadge, Trunks } from "../../ui/callWords.tsx";
import { Phone } from "../../ui/controls.tsx";
import { Badge, Loading, Notice, ProblemNotice } from "../../ui/feedback.tsx";
import { EmptyList } from "../../ui/EmptyList.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { CalledNumber, useOwners } from "../../ui/owners.tsx";
import { listPage, ListProblem, Pager, pageSize, refilter, rowRange } from "../../ui/paging.tsx";
import { useTyped } from "../../ui/typed.ts";
import { CallFilters } from "./CallFilters.tsx";
import { exportCalls, fileKinds } from "./exportCalls.ts";
import type { FileKind } from "./exportCalls.ts";
import { addressOf, contradictionOf, filterAt, noFilter, searchOf } from "./filters.ts";
import type { CallFilter } from "./filters.ts";

/** A page, and the address that it was requested for. */
interface Shown extends CallPage {
  readonly row: number;
  readonly place: string;
}

const nothing: CallPage = {
  items: [],
  next: null,
  searchedFor: null,
  total: { calls: 0, talkSeconds: 0, exact: true },
};

function Row({ call }: { readonly call: Call }) {
  const words = texts.value.calls;
  return (
    <tr>
      <td data-label={words.startedAt} class="number">
        <a
          data-opens
          href={`/app/calls/${encodeURIComponent(call.callId)}`}
          aria-label={fill(words.open, { time: formatDateTime(call.startedAt) })}
        >
          {formatTimeOfDay(call.startedAt)}
        </a>
        <span class="second-line">{formatDay(call.startedAt)}</span>
      </td>
      <td>
        <StatusBadge status={call.status} />{" "}
        {call.direction === "return" && <Badge tone="calm">{words.directions.return}</Badge>}
        {call.reason !== null && (
          <span class="second-line one-line" title={reasonInWords(call.reason)}>
            {reasonInWords(call.reason)}
          </span>
        )}
      </td>
      <td data-label={words.caller}>
        {call.caller === null || call.caller === "" ? (
          <span class="muted">{texts.value.common.withheld}</span>
        ) : (
          <Phone number={call.caller} />
        )}
      </td>
      <td data-label={words.proxy}>
        <CalledNumber number={call.proxyNumber} startedAt={call.startedAt} />
      </td>
      <td data-label={words.real}>
        {call.realNumber === null ? (
          <span class="muted">{texts.value.common.none}</span>
        ) : (
          <Phone number={call.realNumber} />
        )}
      </td>
      <td data-label={words.trunk} class="muted nowrap">
        <Trunks inbound={call.inboundTrunk} outbound={call.outboundTrunk} />
      </td>
      <td data-label={words.talk} class="end number">
        {formatDuration(call.talkSeconds * 1000)}
        {/* Nothing rang if no trunk was dialled: the caller heard an announcement. */}
        {call.ringSeconds !== null && call.outboundTrunk !== null && (
          <span class="second-line">
            {words.ring} {formatDuration(call.ringSeconds * 1000)}
          </span>
        )}
      </td>
    </tr>
  );
}

function Rows({ page }: { readonly page: CallPage }) {
  const words = texts.value.calls;
  useOwners(page.items.map(({ proxyNumber }) => proxyNumber));
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

function totalInWords(total: CallPage["total"]): string {
  const words = texts.value.calls;
  if (total === null) return words.notCounted;
  const { calls, talkSeconds, exact } = total;
  const all = counted(words.total, calls);
  return exact
    ? `${all} · ${fill(words.talkTotal, { time: formatDuration(talkSeconds * 1000) })}`
    : fill(words.atLeast, { n: all });
}

/** Maximum number of suggestions. */
const mostTrunks = 50;

function withTrunksOf(known: readonly string[], calls: readonly Call[]): readonly string[] {
  const all = new Set(known);
  for (const { inboundTrunk, outboundTrunk } of calls)
    for (const trunk of [inboundTrunk, outboundTrunk]) if (trunk !== null && trunk !== "") all.add(trunk);
  return all.size === known.length ? known : [...all].toSorted().slice(0, mostTrunks);
}

const change = (next: CallFilter): void => refilter(addressOf(next));

export function CallList() {
  const words = texts.value.calls;
  const filter = filterAt(place.value.query, place.value.hidden);
  const typed = useTyped(filter.search, (search) =>
    change({ ...filterAt(place.peek().query, place.peek().hidden), search }),
  );
  const clear = (): void => {
    typed.type("");
    change(noFilter);
  };
  const asked = listPage();
  const { after } = asked;
  const here = `${addressOf(filter)} ${asked.key}`;
  const contradiction = contradictionOf(filter);
  const { state, reload } = useResource<Shown>(here, async (signal) => {
    const search = {
      ...searchOf(filter, new Date()),
      limit: pageSize.value,
      ...(after !== null && { after }),
    };
    const found = contradiction === null ? await api.searchCalls(search, { signal }) : nothing;
    return { ...found, row: asked.row, place: here };
  });
  const { value: page, problem, loading } = state.value;
  /** Not known on a later page that a link leads to. */
  const total = useSignal<CallPage["total"] | undefined>(undefined);
  const trunks = useSignal<readonly string[]>([]);
  useEffect(() => {
    if (page === null) return;
    // Only the first page contains it.
    if (after === null) total.value = page.total;
    trunks.value = withTrunksOf(trunks.peek(), page.items);
  }, [page]);
  const exportProblem = useSignal<Problem | null>(null);
  const exportAll = (kind: FileKind): void => {
    exportProblem.value = null;
    exportCalls(kind, searchOf(filter, new Date()), (refusal) => {
      exportProblem.value = refusal;
    });
  };
  const filtered = addressOf(filter) !== addressOf(noFilter);
  const found = total.value;
  const range = page === null ? "" : rowRange(page.row, page.items.length);
  return (
    <>
      <PageHead title={words.title}>
        {may.value("calls.export") && (
          <>
            {fileKinds.map((kind) => (
              <button
                key={kind}
                type="button"
                class="button"
                disabled={contradiction !== null}
                onClick={() => exportAll(kind)}
              >
                <Icon name="download" size={16} />
                {kind === "csv" ? words.export : words.exportWorkbook}
              </button>
            ))}
          </>
        )}
      </PageHead>
      <CallFilters filter={filter} typed={typed} trunks={trunks.value} onChange={change} onClear={clear} />
      {contradiction !== null && <Notice tone="warn" title={words.contradictions[contradiction]} />}
      {exportProblem.value !== null && <ProblemNotice problem={exportProblem.value} />}
      {problem !== null && <ListProblem problem={problem} page={asked} retry={reload} />}
      {page !== null && page.searchedFor !== null && (
        <Notice tone="warn" title={fill(words.searchedFor, { n: page.searchedFor })} />
      )}
      <section class="card" aria-label={words.title} aria-busy={loading}>
        {page === null && problem === null && <Loading />}
        {page !== null && page.items.length === 0 && (
          <EmptyList icon="calls" words={words} page={asked} filtered={filtered} onClear={clear} />
        )}
        {page !== null && page.items.length > 0 && (
          <>
            <Rows page={page} />
            <Pager
              text={found === undefined ? range : `${range} · ${totalInWords(found)}`}
              page={asked}
              shown={page.place === here ? { next: page.next, rows: page.items.length } : null}
            />
          </>
        )}
      </section>
    </>
  );
}
