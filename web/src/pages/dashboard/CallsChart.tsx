import { useMemo } from "preact/hooks";
import type { CallStats } from "../../api/client.ts";
import { formatDateTime } from "../../format/time.ts";
import { formatCount, language, texts } from "../../i18n/index.ts";
import { ChartCard } from "./ChartCard.tsx";

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
      rows={stats.series.map(({ at, calls, answered }) => [
        formatDateTime(at),
        formatCount(calls),
        formatCount(answered),
      ])}
    />
  );
}
