import { actorOf } from "../../access/auditLog.ts";
import type { Viewer } from "../../access/rules/rights.ts";
import type { Clock, Logger, TimerHandle } from "../../ops/types.ts";

/** Logs once a minute who looked up numbers, and how many. Programs look up hundreds a second. */
export interface LookupTally {
  /** Lookups by an Asterisk belong to calls, which have records. */
  count(viewer: Viewer): void;
  /** Logs the rest. */
  close(): void;
}

const everyMs = 60_000;

export function createLookupTally({
  clock,
  logger,
}: {
  readonly clock: Clock;
  readonly logger: Logger;
}): LookupTally {
  /** By kind and ID. */
  const counted = new Map<string, { readonly viewer: Viewer; numberCount: number }>();
  let timer: TimerHandle | null = null;

  function log(): void {
    if (timer !== null) clock.clearTimer(timer);
    timer = null;
    for (const { viewer, numberCount } of counted.values()) {
      const { kind, id, name } = actorOf(viewer);
      logger.info("Real numbers looked up", { actor: kind, actorId: id, name, numberCount });
    }
    counted.clear();
  }

  return {
    count(viewer) {
      if (viewer.kind === "address") return;
      const who = keyOf(viewer);
      const known = counted.get(who);
      if (known === undefined) counted.set(who, { viewer, numberCount: 1 });
      else known.numberCount += 1;
      timer ??= clock.setTimer(log, everyMs);
    },
    close: log,
  };
}

function keyOf(viewer: Viewer): string {
  if (viewer.kind === "user") return `user ${viewer.userId}`;
  return viewer.kind === "key" ? `key ${viewer.keyId}` : viewer.kind;
}
