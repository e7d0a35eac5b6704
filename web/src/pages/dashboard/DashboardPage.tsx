import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { api } from "../../api/client.ts";
import type { ApiTimes, BusiestNumbers, CallStats, Pool } from "../../api/client.ts";
import { formatDuration } from "../../format/time.ts";
import { fill, formatCount, language, texts } from "../../i18n/index.ts";
import { useResource } from "../../net/resource.ts";
import { navigate, place } from "../../router.ts";
import { may } from "../../session.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { TimeRange } from "../../ui/TimeRange.tsx";
import { Segments } from "../../ui/controls.tsx";
import { Empty, Loading, Notice, ProblemNotice } from "../../ui/feedback.tsx";
import { ApiCard } from "./ApiCard.tsx";
import { BusiestCard, OutcomesCard, PoolsCard, TimesCard } from "./cards.tsx";
import { CallsLink } from "./CallsLink.tsx";
import { CallsChart } from "./CallsChart.tsx";
import { queryOf, rangeOf, spanOf } from "./range.ts";
import type { Range, Span } from "./range.ts";
import { TimesChart } from "./TimesChart.tsx";

const renewMs = 30_000;

interface Figures {
  readonly calls: CallStats;
  readonly busiest: BusiestNumbers;
  readonly api: ApiTimes;
  readonly pools: readonly Pool[];
}

async function load(span: Span, zone: string, signal: AbortSignal): Promise<Figures> {
  const { from, to, step } = span;
  const [calls, busiest, times, pools] = await Promise.all([
    api.callStats({ from, to, zone, step }, { signal }),
    api.busiestNumbers({ from, to, limit: 10 }, { signal }),
    api.apiTimes({ signal }),
    may.peek()("numbers.read") ? api.listPools({ signal }) : { items: [] },
  ]);
  return { calls, busiest, api: times, pools: pools.items };
}

/** null for an invalid range. */
async function loadRange(range: Range, zone: string, signal: AbortSignal): Promise<Figures | null> {
  const span = spanOf(range, Date.now());
  return typeof span === "string" ? null : load(span, zone, signal);
}

const change = (next: Range): void => navigate(`/app/dashboard${queryOf(next)}`, { replace: true });

function Totals({ stats }: { readonly stats: CallStats }) {
  const { totals } = stats;
  const words = texts.value.dashboard;
  const { common } = texts.value;
  const percent = new Intl.NumberFormat(language.value, { style: "percent", maximumFractionDigits: 1 });
  const seconds = (value: number | null): string =>
    value === null ? common.none : fill(common.seconds, { n: formatCount(Math.round(value * 10) / 10) });
  const facts: readonly (readonly [string, ComponentChildren, string?])[] = [
    [words.calls, <CallsLink stats={stats}>{formatCount(totals.calls)}</CallsLink>],
    [
      words.answered,
      <CallsLink stats={stats} filter={{ statuses: ["answered"] }}>
        {formatCount(totals.answered)}
      </CallsLink>,
    ],
    [words.success, totals.successRate === null ? common.none : percent.format(totals.successRate)],
    [words.talk, formatDuration(totals.talkSeconds * 1000)],
    [words.answerTime, seconds(totals.answerTime.p50Seconds), words.median],
  ];
  return (
    <dl class="stats">
      {facts.map(([name, value, note]) => (
        <div key={name} class="stat">
          <dt>{name}</dt>
          <dd>
            {value} {note !== undefined && <small>{note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Charts of call and API metrics in the viewer's time zone. */
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
          <Totals stats={figures.calls} />
          {figures.calls.totals.calls === 0 ? (
            <div class="card">
              <Empty icon="board" title={words.empty} text={words.emptyText} />
            </div>
          ) : (
            <>
              <CallsChart stats={figures.calls} />
              <TimesChart stats={figures.calls} />
              <div class="columns">
                <OutcomesCard stats={figures.calls} />
                <TimesCard stats={figures.calls} />
                <BusiestCard busiest={figures.busiest} />
              </div>
            </>
          )}
          {figures.pools.length > 0 && (
            <div class="columns">
              <PoolsCard pools={figures.pools} />
            </div>
          )}
          <ApiCard times={figures.api} />
          <p class="muted">
            {fill(words.zone, { zone })}; {words.updated}
          </p>
        </div>
      )}
    </>
  );
}
