import { useMemo } from "preact/hooks";
import type { CallStats } from "../../api/client.ts";
import { formatDateTime } from "../../format/time.ts";
import { fill, formatCount, language, texts } from "../../i18n/index.ts";
import { Chart } from "./Chart.tsx";

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
    <section class="card" aria-labelledby="over-time">
      <div class="card-head">
        <h2 id="over-time">{title}</h2>
      </div>
      <div class="card-body">
        <Chart
          kind="stackedBars"
          label={fill(words.chartLabel, { title })}
          timesMs={timesMs}
          series={series}
          format={(value) => (Number.isInteger(value) ? formatCount(value) : "")}
        />
        <details>
          <summary>{words.asTable}</summary>
          <div class="table-scroll short" role="region" aria-labelledby="over-time" tabIndex={0}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.period}</th>
                  <th scope="col" class="end">
                    {words.calls}
                  </th>
                  <th scope="col" class="end">
                    {words.answered}
                  </th>
                </tr>
              </thead>
              <tbody>
                {stats.series.map(({ at, calls, answered }) => (
                  <tr key={at}>
                    <td class="number">{formatDateTime(at)}</td>
                    <td class="end number">{formatCount(calls)}</td>
                    <td class="end number">{formatCount(answered)}</td>
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
