import { repeat } from "../ops/repeat.ts";
import { readRuns, removeOld, retainedKinds } from "../privacy/retention.ts";
import type { RetainedKind } from "../privacy/retention.ts";
import { StoreAwayError } from "../store/errors.ts";
import type { Store } from "../store/types.ts";
import { dayMs } from "../values/durations.ts";
import { zonedTimeOf } from "../values/zonedTime.ts";
import type { Foundation } from "./foundation.ts";

/** Of one kind of data. */
interface RetentionState {
  readonly what: RetainedKind;
  /** null: kept forever. */
  readonly days: number | null;
  /** null: not yet. */
  readonly lastRunAtMs: number | null;
  /** By the last run. */
  readonly removed: number;
}

export interface Retention {
  readonly states: readonly RetentionState[];
  close(): Promise<void>;
}

const everyMs = 10 * 60_000;
const hourMs = 3_600_000;

/** Removes old data at night, between three and five o'clock in `TIME_ZONE`, on one of the instances. */
export function startRetention({ settings, clock, logger, metrics }: Foundation, store: Store): Retention {
  const { retention: days, numbers, http } = settings;
  const abort = new AbortController();
  const begun = new Set<RetainedKind>();
  const last = new Map<RetainedKind, { readonly ranAtMs: number; readonly removed: number }>();
  let running: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    try {
      const hour = (zonedTimeOf(clock.nowMs(), numbers.timeZone) % dayMs) / hourMs;
      const isNight = hour >= 3 && hour < 5;
      if (!isNight) begun.clear();
      const parts = { store, clock, uploadDirectory: http.uploadDirectory, signal: abort.signal, begun };
      for (const what of retainedKinds) {
        const kept = days[what];
        if (kept !== null && isNight && (await removeOld(parts, what, kept)))
          logger.info("Removed old data", { what });
      }
      for (const run of await readRuns(store)) last.set(run.what, run);
    } catch (error) {
      // The database reports its own outage.
      if (abort.signal.aborted || error instanceof StoreAwayError) return;
      logger.error("Could not remove old data", { error });
    }
  }

  store.ready().then(
    () => (running = look()),
    () => undefined,
  );
  const stop = repeat(clock, everyMs, () => (running = running.then(look)));
  metrics.gauges(
    "retention_removed",
    "What the last nightly run has removed: calls, imports, failed sign-ins.",
    "what",
    () => Array.from(last, ([what, { removed }]) => [what, removed] as const),
  );
  metrics.gauges(
    "retention_last_run_seconds",
    "When old data was last removed, in seconds since 1970.",
    "what",
    () => Array.from(last, ([what, { ranAtMs }]) => [what, ranAtMs / 1000] as const),
  );
  return {
    get states() {
      return retainedKinds.map((what) => ({
        what,
        days: days[what],
        lastRunAtMs: last.get(what)?.ranAtMs ?? null,
        removed: last.get(what)?.removed ?? 0,
      }));
    },
    async close() {
      abort.abort();
      stop();
      await running;
    },
  };
}
