import { createHistogram } from "node:perf_hooks";
import type { RecordableHistogram } from "node:perf_hooks";
import type { HealthRegistry } from "./health.ts";
import type { Metrics } from "./metrics.ts";
import type { Logger, PartHealth, SteadyClock, TimerHandle } from "./types.ts";

/** Ends the work that `begin` started. */
type EndOfWork = () => void;

export interface EventLoopWatch {
  /**
   * Marks work as running until the returned function is called. `name` is called only after a stall and returns a
   * route template, never a path.
   */
  begin(name: () => string): EndOfWork;
  readonly health: PartHealth;
  readonly figures: EventLoopFigures;
  close(): void;
}

interface EventLoopFigures {
  /** Over the last 30 to 60 seconds. */
  readonly maxMs: number;
  readonly p99Ms: number;
  /** Since the start: the number and total duration of blocks longer than `stallMs`. */
  readonly stalls: number;
  readonly stalledMs: number;
}

interface EventLoopWatchParts {
  readonly clock: SteadyClock;
  readonly logger: Pick<Logger, "warn">;
}

const tickMs = 20;
/** No request may block longer, because call commands wait for as long. */
const stallMs = 50;
/** Callers notice such a delay. */
const degradedFromMs = 250;
const degradedForMs = 60_000;
/** Modules are being loaded and compiled, and there are no calls yet. */
const startUpMs = 10_000;
const windowMs = 30_000;
/** Limits the log lines of a system that is blocked continuously. */
const logEveryMs = 5_000;
const mostNamed = 5;

/**
 * Measures how late a timer fires, which is how long all calls wait for their turn. Counts stalls and logs the work
 * that was running or ended during each of them.
 */
export function watchEventLoop(parts: EventLoopWatchParts): EventLoopWatch {
  const { clock, logger } = parts;
  const elapsedMs = (): number => clock.steadyMs();
  const startedAtMs = elapsedMs();
  const atWork = new Set<() => string>();
  /** Ended since the last tick: blocking work often has its answer ready when it unblocks the loop. */
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
    // Must not keep the process alive.
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
    // Whole microseconds; 0 is not allowed.
    current?.record(Math.max(1, Math.round(delayMs * 1000)));
    if (delayMs > stallMs) stalled(nowMs, delayMs);
    ended = [];
    wait();
  }

  function stalled(nowMs: number, delayMs: number): void {
    stalls += 1;
    stalledMs += delayMs;
    if (nowMs - startedAtMs < startUpMs) return;
    // A shorter delay does not replace one that degrades health.
    if (delayMs >= degradedFromMs || worst(nowMs) < degradedFromMs) last = { atMs: nowMs, delayMs };
    if (nowMs - loggedAtMs < logEveryMs) return;
    loggedAtMs = nowMs;
    const names = new Set([...ended, ...atWork].map((name) => name()));
    logger.warn("The event loop was blocked, and calls had to wait", {
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
        return { status: "up", detail: "Not blocked in the last minute." };
      const detail = `Blocked for ${Math.round(last.delayMs)} ms, ${Math.round((nowMs - last.atMs) / 1000)} s ago.`;
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

/** Registers health and metrics. */
export function observeEventLoop(
  watch: EventLoopWatch,
  { health, metrics }: { readonly health: HealthRegistry; readonly metrics: Metrics },
): void {
  health.register("eventLoop", { kind: "eventLoop", needed: false }, () => watch.health);
  metrics.gauge(
    "event_loop_delay_max_seconds",
    "Longest delay of the event loop in the last 30 to 60 seconds.",
    () => watch.figures.maxMs / 1000,
  );
  metrics.gauge(
    "event_loop_delay_p99_seconds",
    "99th percentile of the delay of the event loop in the last 30 to 60 seconds.",
    () => watch.figures.p99Ms / 1000,
  );
  metrics.total(
    "event_loop_stalls_total",
    `How often the event loop was blocked for more than ${stallMs} ms.`,
    () => watch.figures.stalls,
  );
  metrics.total(
    "event_loop_stalled_seconds_total",
    "Total duration of these stalls.",
    () => watch.figures.stalledMs / 1000,
  );
}
