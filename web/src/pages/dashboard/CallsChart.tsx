import { useMemo } from "preact/hooks";
import type { CallStats } from "../../api/client.ts";
import { formatDateTime } from "../../format/time.ts";
import { formatCount, language, texts } from "../../i18n/index.ts";
import { navigate } from "../../router.ts";
import { may } from "../../session.ts";
import { callsOf, CallsLink } from "./CallsLink.tsx";
import { ChartCard } from "./ChartCard.tsx";

/** An hour or day of the chart; the first and the last one may be cut off. */
function slotAt(
  { series, from, to }: CallStats,
  index: number,
): { readonly from: string; readonly to: string } {
  const at = series[index]?.at ?? from;
  return { from: at < from ? from : at, to: series[index + 1]?.at ?? to };
}

export function CallsChart({ stats }: { readonly stats: CallStats }) {
  const words = texts.value.dashboard;
  const { timesMs, series } = useMemo(
    () => ({
      timesMs: stats.series.map(({ at }) => Date.parse(at)),
      series: [
        {
          label: words.answered,
          color: "--chart-good",
          values: stats.series.map(({ answered }) => answered),
        },
        {
          label: words.unanswered,
          color: "--chart-calm",
          values: stats.series.map(({ calls, answered }) => calls - answered),
        },
      ],
    }),
    [stats, language.value],
  );
  const title = `${words.overTime}, ${stats.step === "hour" ? words.byHour : words.byDay}`;
  return (
    <ChartCard
      id="over-time"
      title={title}
      kind="stackedBars"
      timesMs={timesMs}
      series={series}
      format={(value) => (Number.isInteger(value) ? formatCount(value) : "")}
      columns={[words.calls, words.answered]}
      onPick={may.value("calls.read") ? (index) => navigate(callsOf(slotAt(stats, index))) : null}
      rows={stats.series.map(({ at, calls, answered }, index) => [
        <CallsLink key={at} stats={slotAt(stats, index)}>
          {formatDateTime(at)}
        </CallsLink>,
        formatCount(calls),
        formatCount(answered),
      ])}
    />
  );
}
