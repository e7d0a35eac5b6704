import { In, IsNull } from "typeorm";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { Clock, Logger, TimerHandle } from "../../ops/types.ts";
import { isAway } from "../../store/errors.ts";
import { PhoneMapping } from "../../store/entities/mappings.ts";
import type { Store } from "../../store/types.ts";

interface MappingUseParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Marks mappings as used when calls start, because the record of a call is written at its end, which may be much
 * later for a long call or during a database outage.
 */
interface MappingUse {
  /** Observes every transition of every call. A new call marks its mapping. Returns at once. */
  readonly observe: (before: object | null, call: { readonly proxyNumber: PhoneNumber | null }) => void;
  /** Writes the rest, if the database is available. */
  close(): Promise<void>;
}

/** Calls that start at about the same time share a statement: each is a commit, and so a disk write. */
const gatherMs = 500;
const retryMs = 1000;
const numbersPerStatement = 500;
/** Limit during a database outage; normal traffic does not call more proxy numbers. */
const mostPending = 100_000;

export function createMappingUse({ store, clock, logger }: MappingUseParts): MappingUse {
  const pending = new Set<PhoneNumber>();
  let timer: TimerHandle | null = null;
  let writing: Promise<void> = Promise.resolve();
  let closed = false;

  async function write(): Promise<void> {
    while (pending.size > 0) {
      const numbers = [...pending].slice(0, numbersPerStatement).sort();
      await store.transaction((manager) =>
        manager.update(
          PhoneMapping,
          { fakePhone: In(numbers), firstUsedAt: IsNull() },
          { firstUsedAt: clock.nowMs() },
        ),
      );
      for (const number of numbers) pending.delete(number);
    }
  }

  /** Resolves to when to continue with the rest. */
  async function tryToWrite(): Promise<number> {
    try {
      await write();
    } catch (error) {
      if (isAway(error)) return retryMs;
      // The call records will contain the same later.
      logger.error("Could not record the last use of mappings", { error });
      pending.clear();
    }
    return gatherMs;
  }

  function schedule(afterMs: number): void {
    if (timer !== null || closed) return;
    timer = clock.setTimer(() => {
      writing = tryToWrite().then((againAfterMs) => {
        timer = null;
        if (pending.size > 0) schedule(againAfterMs);
      });
    }, afterMs);
  }

  return {
    observe(before, { proxyNumber }) {
      if (before !== null || proxyNumber === null) return;
      if (pending.size < mostPending) pending.add(proxyNumber);
      schedule(gatherMs);
    },
    async close() {
      closed = true;
      if (timer !== null) clock.clearTimer(timer);
      await writing;
      await tryToWrite();
    },
  };
}
