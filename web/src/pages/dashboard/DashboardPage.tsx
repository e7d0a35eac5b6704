import { useMemo } from "preact/hooks";
import { api } from "../../api/client.ts";
import type { BusiestNumbers, CallStats, Pool } from "../../api/client.ts";
import { formatMinute } from "../../format/time.ts";
import { fill, texts } from "../../i18n/index.ts";
import { useResource } from "../../net/resource.ts";
import { navigate, place } from "../../router.ts";
import { may } from "../../session.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { TimeRange } from "../../ui/TimeRange.tsx";
import { Segments } from "../../ui/controls.tsx";
import { Empty, Loading, Notice, ProblemNotice } from "../../ui/feedback.tsx";
import { BusiestCard, OutcomesCard, PoolsCard, TimesCard } from "./cards.tsx";
import { CallsChart } from "./CallsChart.tsx";
import { queryOf, rangeOf, spanBefore, spanOf } from "./range.ts";
import type { Range, Span } from "./range.ts";
import { TimesChart } from "./TimesChart.tsx";
import { Totals } from "./Totals.tsx";
import { TrunksCard } from "./TrunksCard.tsx";

const renewMs = 30_000;

interface Figures {
  readonly calls: CallStats;
  /** The same figures of the period before. */
  readonly before: CallStats;
  readonly busiest: BusiestNumbers;
  readonly pools: readonly Pool[];
}

async function load(span: Span, before: Span, zone: string, signal: AbortSignal): Promise<Figures> {
  const { from, to } = span;
  const [calls, earlier, busiest, pools] = await Promise.all([
    api.callStats({ ...span, zone }, { signal }),
    api.callStats({ ...before, zone }, { signal }),
    api.busiestNumbers({ from, to, limit: 10 }, { signal }),
    may.peek()("numbers.read") ? api.listPools({ signal }) : { items: [] },
  ]);
  return { calls, before: earlier, busiest, pools: pools.items };
}

/** null for an invalid range. */
async function loadRange(range: Range, zone: string, signal: AbortSignal): Promise<Figures | null> {
  const span = spanOf(range, Date.now());
  return typeof span === "string" ? null : load(span, spanBefore(span, range), zone, signal);
}

const change = (next: Range): void => navigate(`/app/dashboard${queryOf(next)}`, { replace: true });

/** Charts of calls in the viewer's time zone, compared with the period before. */
export default function DashboardPage() {
  const words = texts.value.dashboard;
  const range = rangeOf(place.value.query);
  const zone = useMemo(() => Intl.DateTimeFormat().resolvedOptions().timeZone, []);
  const { state, reload } = useResource<Figures | null>(
    JSON.stringify(range),
    (signal) => loadRange(range, zone, signal),
    { everyMs: renewMs },
  );
  const { value: figures, problem, loading } = state.value;
  const span = spanOf(range, Date.now());
  return (
    <>
      <PageHead title={words.title}>
        <Segments
          label={words.period}
          value={range.period}
          options={[
            { key: "day", label: words.day },
            { key: "week", label: words.week },
            { key: "month", label: words.month },
            { key: "range", label: words.range },
          ]}
          onChange={(period) => change({ period, from: null, to: null })}
        />
      </PageHead>
      {range.period === "range" && (
        <div class="toolbar">
          <TimeRange
            from={range.from}
            to={range.to}
            onChange={(from, to) => change({ period: "range", from, to })}
          />
        </div>
      )}
      {typeof span === "string" && <Notice tone="warn" title={words.spans[span]} />}
      {problem !== null && <ProblemNotice problem={problem} retry={reload} />}
      {figures === null && problem === null && typeof span !== "string" && <Loading />}
      {figures !== null && (
        <div class="dashboard" aria-busy={loading}>
          <Totals stats={figures.calls} before={figures.before} />
          {figures.calls.totals.calls === 0 ? (
            <div class="card">
              <Empty icon="board" title={words.empty} text={words.emptyText} />
            </div>
          ) : (
            <>
              <CallsChart stats={figures.calls} />
              <TimesChart stats={figures.calls} />
              <div class="columns">
                <div class="dashboard">
                  <OutcomesCard stats={figures.calls} />
                  <TimesCard stats={figures.calls} />
                </div>
                <div class="dashboard">
                  <TrunksCard stats={figures.calls} />
                  <BusiestCard busiest={figures.busiest} />
                </div>
              </div>
            </>
          )}
          {figures.pools.length > 0 && (
            <div class="columns">
              <PoolsCard pools={figures.pools} />
            </div>
          )}
          <p class="muted">
            {fill(words.comparison, {
              from: formatMinute(figures.before.from),
              to: formatMinute(figures.before.to),
            })}
            . {fill(words.zone, { zone })}; {words.updated}
          </p>
        </div>
      )}
    </>
  );
}
