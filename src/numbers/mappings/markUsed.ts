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
 * Marks the mappings that calls have used as soon as the calls begin: the record of a call is written when it has
 * ended, which for a call that is up, or while the database is away, may be long after.
 */
interface MappingUse {
  /** Told of every transition of every call. A call that is new here marks its mapping. Returns at once. */
  readonly observe: (before: object | null, call: { readonly proxyNumber: PhoneNumber | null }) => void;
  /** Writes what is left, if the database is there. */
  close(): Promise<void>;
}

/** Calls that begin at about the same time share a statement: each is a commit, and so a trip to the disk. */
const gatherMs = 500;
const retryMs = 1000;
const numbersPerStatement = 500;
/** While the database is away; more proxy numbers are not called meanwhile by honest people. */
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

  /** Resolves to when to go on with what is left. */
  async function tryToWrite(): Promise<number> {
    try {
      await write();
    } catch (error) {
      if (isAway(error)) return retryMs;
      // The records of the calls say the same later.
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
