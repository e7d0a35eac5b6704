import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { api } from "../../api/client.ts";
import type { ApiTimes, BusiestNumbers, CallStats } from "../../api/client.ts";
import { formatDuration } from "../../format/time.ts";
import { fill, formatCount, language, texts } from "../../i18n/index.ts";
import { useResource } from "../../net/resource.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { Segments } from "../../ui/controls.tsx";
import { Empty, Loading, ProblemNotice } from "../../ui/feedback.tsx";
import { ApiCard } from "./ApiCard.tsx";
import { BusiestCard, OutcomesCard, TimesCard } from "./cards.tsx";
import { CallsChart } from "./CallsChart.tsx";

type Range = "day" | "week" | "month";

const days: Readonly<Record<Range, number>> = { day: 1, week: 7, month: 30 };
const renewMs = 30_000;

interface Figures {
  readonly calls: CallStats;
  readonly busiest: BusiestNumbers;
  readonly api: ApiTimes;
}

async function load(range: Range, zone: string, signal: AbortSignal): Promise<Figures> {
  const now = Date.now();
  const from = new Date(now - days[range] * 86_400_000).toISOString();
  const to = new Date(now).toISOString();
  const step = range === "month" ? "day" : "hour";
  const [calls, busiest, times] = await Promise.all([
    api.callStats({ from, to, zone, step }, { signal }),
    api.busiestNumbers({ from, to, limit: 10 }, { signal }),
    api.apiTimes({ signal }),
  ]);
  return { calls, busiest, api: times };
}

function Totals({ totals }: { readonly totals: CallStats["totals"] }) {
  const words = texts.value.dashboard;
  const { common } = texts.value;
  const percent = new Intl.NumberFormat(language.value, { style: "percent", maximumFractionDigits: 1 });
  const seconds = (value: number | null): string =>
    value === null ? common.none : fill(common.seconds, { n: formatCount(Math.round(value * 10) / 10) });
  const facts: readonly (readonly [string, string, string?])[] = [
    [words.calls, formatCount(totals.calls)],
    [words.answered, formatCount(totals.answered)],
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

/** The metrics of the calls and of the API, drawn, in the viewer's zone. */
export default function DashboardPage() {
  const words = texts.value.dashboard;
  const range = useSignal<Range>("day");
  const zone = useMemo(() => Intl.DateTimeFormat().resolvedOptions().timeZone, []);
  const chosen = range.value;
  const { state, reload } = useResource<Figures>(chosen, (signal) => load(chosen, zone, signal), {
    everyMs: renewMs,
  });
  const { value: figures, problem, loading } = state.value;
  return (
    <>
      <PageHead title={words.title}>
        <Segments
          label={words.period}
          value={chosen}
          options={[
            { key: "day", label: words.day },
            { key: "week", label: words.week },
            { key: "month", label: words.month },
          ]}
          onChange={(next) => {
            range.value = next;
          }}
        />
      </PageHead>
      {problem !== null && <ProblemNotice problem={problem} retry={reload} />}
      {figures === null && problem === null && <Loading />}
      {figures !== null && (
        <div class="dashboard" aria-busy={loading}>
          <Totals totals={figures.calls.totals} />
          {figures.calls.totals.calls === 0 ? (
            <div class="card">
              <Empty icon="board" title={words.empty} text={words.emptyText} />
            </div>
          ) : (
            <>
              <CallsChart stats={figures.calls} />
              <div class="columns">
                <OutcomesCard stats={figures.calls} />
                <TimesCard stats={figures.calls} />
                <BusiestCard busiest={figures.busiest} />
              </div>
            </>
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
