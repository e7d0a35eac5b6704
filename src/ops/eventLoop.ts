import { createHistogram } from "node:perf_hooks";
import type { RecordableHistogram } from "node:perf_hooks";
import type { HealthRegistry } from "./health.ts";
import type { Metrics } from "./metrics.ts";
import type { Clock, Logger, PartHealth, TimerHandle } from "./types.ts";

/** One request that is being answered; ended by what `begin` returned. */
type EndOfWork = () => void;

export interface EventLoopWatch {
  /**
   * Something is at work until the returned function is called. `name` is asked for only after a stall: the template of
   * a route, never a path.
   */
  begin(name: () => string): EndOfWork;
  readonly health: PartHealth;
  readonly figures: EventLoopFigures;
  close(): void;
}

interface EventLoopFigures {
  /** Of the last half minute to minute. */
  readonly maxMs: number;
  readonly p99Ms: number;
  /** Since the start: how often the loop was held for more than `stallMs`, and for how long in all. */
  readonly stalls: number;
  readonly stalledMs: number;
}

interface EventLoopWatchParts {
  readonly clock: Clock;
  readonly logger: Pick<Logger, "warn">;
  /** Monotonic milliseconds; of the process when absent. */
  readonly elapsedMs?: () => number;
}

const tickMs = 20;
/** What no request may take: the commands of calls wait for as long. */
const stallMs = 50;
/** Callers notice it. */
const degradedFromMs = 250;
const degradedForMs = 60_000;
/** Modules are loaded and compiled, and nobody is on a call. */
const startUpMs = 10_000;
const windowMs = 30_000;
/** A system that is held up all the time would fill the log with it. */
const logEveryMs = 5_000;
const mostNamed = 5;

/**
 * Measures how late a timer fires, which is how long all calls wait for their turn. A stall is counted, and reported by
 * the log with what was at work when it happened or ended during it.
 */
export function watchEventLoop(parts: EventLoopWatchParts): EventLoopWatch {
  const { clock, logger, elapsedMs = () => performance.now() } = parts;
  const startedAtMs = elapsedMs();
  const atWork = new Set<() => string>();
  /** Ended since the timer fired last: what holds the loop often has its answer ready when it lets go. */
  let ended: (() => string)[] = [];
  let [current, previous]: RecordableHistogram[] = [createHistogram(), createHistogram()];
  let windowEndsAtMs = startedAtMs + windowMs;
  let stalls = 0;
  let stalledMs = 0;
  let last: { readonly atMs: number; readonly delayMs: number } | null = null;
  let loggedAtMs = Number.NEGATIVE_INFINITY;
  let dueAtMs = 0;
  let timer: TimerHandle;

  function wait(): void {
    dueAtMs = elapsedMs() + tickMs;
    timer = clock.setTimer(tick, tickMs);
    // It must not keep a process alive.
    if (typeof timer === "object" && "unref" in timer && typeof timer.unref === "function") timer.unref();
  }

  function tick(): void {
    const nowMs = elapsedMs();
    const delayMs = Math.max(0, nowMs - dueAtMs);
    if (nowMs >= windowEndsAtMs) {
      previous = current;
      current = createHistogram();
      windowEndsAtMs = nowMs + windowMs;
    }
    // Whole microseconds, and none is not allowed.
    current?.record(Math.max(1, Math.round(delayMs * 1000)));
    if (delayMs > stallMs) stalled(nowMs, delayMs);
    ended = [];
    wait();
  }

  function stalled(nowMs: number, delayMs: number): void {
    stalls += 1;
    stalledMs += delayMs;
    if (nowMs - startedAtMs < startUpMs) return;
    // One that degrades is not hidden by a lesser one after it.
    if (delayMs >= degradedFromMs || worst(nowMs) < degradedFromMs) last = { atMs: nowMs, delayMs };
    if (nowMs - loggedAtMs < logEveryMs) return;
    loggedAtMs = nowMs;
    const names = new Set([...ended, ...atWork].map((name) => name()));
    logger.warn("The event loop was held up, and calls had to wait", {
      delayMs: Math.round(delayMs),
      stalls,
      requests: [...names].slice(0, mostNamed),
    });
  }

  const worst = (nowMs: number): number =>
    last === null || nowMs - last.atMs > degradedForMs ? 0 : last.delayMs;

  wait();
  return {
    begin(name) {
      atWork.add(name);
      return () => {
        if (atWork.delete(name)) ended.push(name);
      };
    },
    get health(): PartHealth {
      const nowMs = elapsedMs();
      if (last === null || worst(nowMs) === 0)
        return { status: "up", detail: "Not held up in the last minute." };
      const detail = `Held up for ${Math.round(last.delayMs)} ms, ${Math.round((nowMs - last.atMs) / 1000)} s ago.`;
      return { status: last.delayMs >= degradedFromMs ? "degraded" : "up", detail };
    },
    get figures() {
      return {
        maxMs: Math.max(maxOf(current), maxOf(previous)),
        p99Ms: Math.max(p99Of(current), p99Of(previous)),
        stalls,
        stalledMs,
      };
    },
    close: () => clock.clearTimer(timer),
  };
}

const maxOf = (histogram: RecordableHistogram | undefined): number =>
  histogram === undefined || histogram.count === 0 ? 0 : histogram.max / 1000;
const p99Of = (histogram: RecordableHistogram | undefined): number =>
  histogram === undefined || histogram.count === 0 ? 0 : histogram.percentile(99) / 1000;

/** Health and metrics of it. */
export function observeEventLoop(
  watch: EventLoopWatch,
  { health, metrics }: { readonly health: HealthRegistry; readonly metrics: Metrics },
): void {
  health.register("eventLoop", { kind: "eventLoop", needed: false }, () => watch.health);
  metrics.gauge(
    "event_loop_delay_max_seconds",
    "Longest delay of the event loop in the last half minute to minute.",
    () => watch.figures.maxMs / 1000,
  );
  metrics.gauge(
    "event_loop_delay_p99_seconds",
    "99th percentile of the delay of the event loop in the last half minute to minute.",
    () => watch.figures.p99Ms / 1000,
  );
  metrics.total(
    "event_loop_stalls_total",
    `How often the event loop was held up for more than ${stallMs} ms.`,
    () => watch.figures.stalls,
  );
  metrics.total(
    "event_loop_stalled_seconds_total",
    "How long it was held up in these stalls.",
    () => watch.figures.stalledMs / 1000,
  );
}
