import { useMemo } from "preact/hooks";
import { statusesOf } from "../../../../src/values/outcomeGroups.ts";
import type { OutcomeGroup } from "../../../../src/values/outcomeGroups.ts";
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

/** From the bottom of a bar to its top, where failures stand out. */
const stacking = [
  ["answered", "--chart-good"],
  ["noAnswer", "--chart-calm"],
  ["cancelled", "--chart-cancelled"],
  ["busy", "--chart-busy"],
  ["refused", "--chart-refused"],
  ["failed", "--chart-failed"],
] as const satisfies readonly (readonly [OutcomeGroup, string])[];

export function CallsChart({ stats }: { readonly stats: CallStats }) {
  const words = texts.value.dashboard;
  const { timesMs, series } = useMemo(
    () => ({
      timesMs: stats.series.map(({ at }) => Date.parse(at)),
      series: stacking.map(([group, color]) => ({
        label: words.groups[group],
        color,
        values: stats.series.map((slot) => slot[group]),
      })),
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
      columns={[words.calls, ...stacking.map(([group]) => words.groups[group])]}
      onPick={may.value("calls.read") ? (index) => navigate(callsOf(slotAt(stats, index))) : null}
      rows={stats.series.map((slot, index) => [
        <CallsLink key={slot.at} stats={slotAt(stats, index)}>
          {formatDateTime(slot.at)}
        </CallsLink>,
        formatCount(slot.calls),
        ...stacking.map(([group]) =>
          slot[group] === 0 ? (
            formatCount(0)
          ) : (
            <CallsLink key={group} stats={slotAt(stats, index)} filter={{ statuses: statusesOf(group) }}>
              {formatCount(slot[group])}
            </CallsLink>
          ),
        ),
      ])}
    />
  );
}
