import { useMemo } from "preact/hooks";
import type { CallStats } from "../../api/client.ts";
import { formatDateTime } from "../../format/time.ts";
import { fill, formatCount, language, texts } from "../../i18n/index.ts";
import { Chart } from "./Chart.tsx";

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
    <section class="card" aria-labelledby="times-over-time">
      <div class="card-head">
        <h2 id="times-over-time">{title}</h2>
      </div>
      <div class="card-body">
        <Chart
          kind="lines"
          label={fill(words.chartLabel, { title })}
          timesMs={timesMs}
          series={series}
          format={(seconds) => fill(common.seconds, { n: rounded(seconds) })}
        />
        <details>
          <summary>{words.asTable}</summary>
          <div class="table-scroll short" role="region" aria-labelledby="times-over-time" tabIndex={0}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.period}</th>
                  <th scope="col" class="end">
                    {words.answerTime}
                  </th>
                  <th scope="col" class="end">
                    {words.ringTime}
                  </th>
                </tr>
              </thead>
              <tbody>
                {stats.series
                  .filter(({ calls }) => calls > 0)
                  .map(({ at, answerSeconds, ringSeconds }) => (
                    <tr key={at}>
                      <td class="number">{formatDateTime(at)}</td>
                      <td class="end number">{shown(answerSeconds)}</td>
                      <td class="end number">{shown(ringSeconds)}</td>
                    </tr>
                  ))}
              </tbody>
            </table>
          </div>
        </details>
      </div>
    </section>
  );
}
