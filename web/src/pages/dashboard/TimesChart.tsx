import { useMemo } from "preact/hooks";
import type { CallStats } from "../../api/client.ts";
import { formatDateTime } from "../../format/time.ts";
import { fill, formatCount, language, texts } from "../../i18n/index.ts";
import { ChartCard } from "./ChartCard.tsx";

const rounded = (seconds: number): string => formatCount(Math.round(seconds * 100) / 100);

/** Average time to answer, and average ring time of unanswered calls, by hour or day. */
export function TimesChart({ stats }: { readonly stats: CallStats }) {
  const words = texts.value.dashboard;
  const { common } = texts.value;
  const { timesMs, series } = useMemo(
    () => ({
      timesMs: stats.series.map(({ at }) => Date.parse(at)),
      series: [
        {
          label: words.answerTime,
          color: "--accent",
          values: stats.series.map(({ answerSeconds }) => answerSeconds),
        },
        {
          label: words.ringTime,
          color: "--warn",
          values: stats.series.map(({ ringSeconds }) => ringSeconds),
        },
      ],
    }),
    [stats, language.value],
  );
  const shown = (seconds: number | null): string =>
    seconds === null ? common.none : fill(common.seconds, { n: rounded(seconds) });
  const title = `${words.timesOverTime}, ${stats.step === "hour" ? words.byHour : words.byDay}`;
  return (
    <ChartCard
      id="times-over-time"
      title={title}
      kind="lines"
      timesMs={timesMs}
      series={series}
      format={(seconds) => fill(common.seconds, { n: rounded(seconds) })}
      columns={[words.answerTime, words.ringTime]}
      rows={stats.series
        .filter(({ calls }) => calls > 0)
        .map(({ at, answerSeconds, ringSeconds }) => [
          formatDateTime(at),
          shown(answerSeconds),
          shown(ringSeconds),
        ])}
    />
  );
}
