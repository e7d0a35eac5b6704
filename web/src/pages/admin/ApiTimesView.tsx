import { useMemo } from "preact/hooks";
import { api } from "../../api/client.ts";
import type { ApiTimes } from "../../api/client.ts";
import { fill, formatCount, language, texts } from "../../i18n/index.ts";
import { useResource } from "../../net/resource.ts";
import { Chart } from "../../ui/Chart.tsx";
import { Loading, ProblemNotice } from "../../ui/feedback.tsx";

const renewMs = 30_000;

const milliseconds = (value: number): string =>
  new Intl.NumberFormat(language.value, {
    style: "unit",
    unit: "millisecond",
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);

function ApiTimesCard({ times }: { readonly times: ApiTimes }) {
  const words = texts.value.dashboard;
  const { timesMs, series } = useMemo(
    () => ({
      timesMs: times.series.map(({ at }) => Date.parse(at)),
      series: [
        { label: words.median, color: "--accent", values: times.series.map(({ p50Ms }) => p50Ms) },
        { label: words.p95, color: "--warn", values: times.series.map(({ p95Ms }) => p95Ms) },
      ],
    }),
    [times, language.value],
  );
  return (
    <section class="card" aria-labelledby="api-times">
      <div class="card-head">
        <h2 id="api-times">{words.api}</h2>
        <span class="muted">
          {fill(words.apiNode, {
            node: times.node,
            requests: formatCount(times.requests),
            errors: formatCount(times.errors),
          })}
          {times.p50Ms !== null && ` · ${words.median} ${milliseconds(times.p50Ms)}`}
          {times.p95Ms !== null && ` · ${words.p95} ${milliseconds(times.p95Ms)}`}
        </span>
      </div>
      <div class="card-body">
        <Chart kind="lines" label={words.api} timesMs={timesMs} series={series} format={milliseconds} />
      </div>
    </section>
  );
}

/** How fast this instance has answered requests in the last hour. */
export function ApiTimesView() {
  const { state, reload } = useResource<ApiTimes>("api times", (signal) => api.apiTimes({ signal }), {
    everyMs: renewMs,
  });
  const { value, problem } = state.value;
  return (
    <>
      {problem !== null && <ProblemNotice problem={problem} retry={reload} />}
      {value === null && problem === null && <Loading />}
      {value !== null && <ApiTimesCard times={value} />}
    </>
  );
}
