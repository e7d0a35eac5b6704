import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { language, locale, texts } from "../i18n/index.ts";
import { theme } from "../theme.ts";

interface ChartSeries {
  readonly label: string;
  /** CSS variable of a theme colour, such as `--ok`. */
  readonly color: string;
  /** null for missing values. */
  readonly values: readonly (number | null)[];
}

export interface ChartProps {
  readonly label: string;
  /** Milliseconds since the epoch. */
  readonly timesMs: readonly number[];
  /** Bars are stacked, the first one at the bottom. */
  readonly kind: "stackedBars" | "lines";
  readonly series: readonly ChartSeries[];
  readonly format: (value: number) => string;
  /** A click on the values of this index; the table offers the same to keyboards. */
  readonly onPick?: ((index: number) => void) | null;
}

const heightPx = 220;

/** Seconds between labels of the time axis. Labels show minutes or days: shorter steps would repeat them. */
const axisSteps = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60),
  ...[1, 2, 3, 4, 6, 8, 12].map((hours) => hours * 3_600),
  ...[1, 2, 3, 5, 7, 14, 30, 60, 90, 180, 365, 730, 1825, 3650].map((days) => days * 86_400),
];

const atMidnight = (at: Date): boolean => at.getHours() === 0 && at.getMinutes() === 0;

function colorOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Running sums of the series, drawn from the highest down, so that lower bars cover higher ones. */
function stacked(series: readonly ChartSeries[]): (number | null)[][] {
  const sums: (number | null)[][] = [];
  let below: readonly (number | null)[] = [];
  for (const { values } of series) {
    const sum = values.map((value, index) => (value ?? 0) + (below[index] ?? 0));
    sums.push(sum);
    below = sum;
  }
  return sums;
}

function padded(min: number, max: number, bars: number): [number, number] {
  const half = bars < 2 ? 1800 : (max - min) / (bars - 1) / 2;
  return [min - half, max + half];
}

function options(props: ChartProps, width: number): uPlot.Options {
  const { series, kind, format } = props;
  const axis = {
    stroke: colorOf("--muted"),
    grid: { stroke: colorOf("--line"), width: 1 },
    ticks: { show: false },
  };
  const drawn = kind === "stackedBars" ? series.toReversed() : series;
  const bars = uPlot.paths.bars;
  const lang = locale.value;
  const time = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit" });
  const day = new Intl.DateTimeFormat(lang, { day: "numeric", month: "short" });
  const full = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" });
  return {
    width,
    height: heightPx,
    legend: { live: true },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: {
      // Half a bar of room at each end, and some around a single point, which has no span of its own.
      ...((kind === "stackedBars" || props.timesMs.length < 2) && {
        x: { range: (_, min, max) => padded(min, max, props.timesMs.length) },
      }),
      y: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] },
    },
    axes: [
      {
        ...axis,
        // “30 нояб.” and some air.
        space: 64,
        incrs: axisSteps,
        grid: { show: false },
        values: (_, splits) =>
          splits.map((seconds) => {
            const at = new Date(seconds * 1000);
            return atMidnight(at) ? day.format(at) : time.format(at);
          }),
      },
      // “1,500 ms” in every font.
      { ...axis, size: 64, values: (_, splits) => splits.map((value) => format(value)) },
    ],
    series: [
      {
        label: texts.value.board.time,
        value: (_, seconds) => (seconds === null ? "–" : full.format(new Date(seconds * 1000))),
      },
      ...drawn.map(({ label, color, values }) => ({
        label,
        stroke: colorOf(color),
        width: kind === "lines" ? 2 : 0,
        // Without lines to its neighbours, a value between two gaps is visible only as a point.
        points: kind === "lines" ? { size: 5 } : { show: false },
        // The bar shows the sum; the legend shows the series' own value.
        value: (_: uPlot, __: number | null, ___: number, index: number | null) => {
          const own = index === null ? null : (values[index] ?? null);
          return own === null ? "–" : format(own);
        },
        ...(kind === "stackedBars" && {
          fill: colorOf(color),
          ...(bars !== undefined && { paths: bars({ size: [0.7, 48], radius: 0.15 }) }),
        }),
      })),
    ],
  };
}

/** A canvas: the page must also contain its values as text. */
export function Chart(props: ChartProps) {
  const ref = useRef<HTMLDivElement>(null);
  const currentTheme = theme.value;
  const currentLanguage = language.value;
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const { series, kind, timesMs } = props;
    const values =
      kind === "stackedBars" ? stacked(series).toReversed() : series.map((one) => [...one.values]);
    const data: uPlot.AlignedData = [timesMs.map((ms) => ms / 1000), ...values];
    const plot = new uPlot(options(props, element.clientWidth), data, element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: heightPx }));
    observer.observe(element);
    const pick = (): void => {
      if (typeof plot.cursor.idx === "number") props.onPick?.(plot.cursor.idx);
    };
    plot.over.addEventListener("click", pick);
    plot.over.classList.toggle("pickable", (props.onPick ?? null) !== null);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [props.timesMs, props.series, currentTheme, currentLanguage]);
  return <div ref={ref} class="chart" role="img" aria-label={props.label} />;
}
