import type { CallStats } from "../callLog/database/callStats.ts";
import type { MappingSearch } from "../numbers/mappings/types.ts";
import { repeat } from "../ops/repeat.ts";
import { isAway } from "../store/errors.ts";
import type { Store } from "../store/types.ts";
import type { Foundation } from "./foundation.ts";

const everyMs = 30_000;

interface Figures {
  readonly activeMappings: number;
  readonly calls: number;
  readonly answered: number;
}

/** Figures of the whole installation, read from the database beforehand, because metrics must respond at once. */
export function measureInstallation(
  { settings, clock, logger, metrics }: Foundation,
  parts: {
    readonly store: Pick<Store, "ready">;
    readonly search: Pick<MappingSearch, "count">;
    readonly stats: Pick<CallStats, "today">;
  },
): { close(): void } {
  let figures: Figures | null = null;
  let stop: (() => void) | null = null;
  let closed = false;

  async function look(): Promise<void> {
    try {
      const { value: activeMappings } = await parts.search.count({ state: "active" });
      const { calls, answered } = await parts.stats.today(settings.numbers.timeZone, clock.nowMs());
      figures = { activeMappings, calls, answered };
    } catch (error) {
      // Figures that are no longer true would hide the outage.
      figures = null;
      if (!isAway(error)) logger.error("Could not read the figures for the metrics", { error });
    }
  }

  const gauge = (name: string, help: string, read: (figures: Figures) => number): void =>
    metrics.gauge(name, `${help} Every instance has the same figure.`, () =>
      figures === null ? null : read(figures),
    );
  gauge("active_mappings", "Active mappings.", (known) => known.activeMappings);
  gauge("calls_today", "Calls since midnight in TIME_ZONE.", (known) => known.calls);
  gauge("calls_today_answered", "Those of them that were answered.", (known) => known.answered);

  parts.store
    .ready()
    .then(look)
    .catch(() => undefined)
    .finally(() => {
      if (!closed) stop = repeat(clock, everyMs, look);
    });
  return {
    close() {
      closed = true;
      stop?.();
    },
  };
}
