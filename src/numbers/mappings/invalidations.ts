import type { Clock } from "../../ops/types.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { SharedCache } from "../lookup/sharedCache.ts";
import type { InvalidationBus, MappingInvalidations } from "../types.ts";

/** Payload: proxy numbers, a few hundred at most, or `everything`. */
export const invalidationsTopic = "mappings.changed";

export const everything = "everything";

const numbersPerMessage = 500;

/** After this time, reads started before the change have written their outdated entries. */
const readersGoneMs = 2000;

/**
 * Each number is announced in this order: to this process, so that the next lookup queries again; to the shared
 * cache; then to all instances, which from now on find no outdated entry there.
 */
export function createMappingInvalidations(parts: {
  readonly bus: InvalidationBus;
  readonly shared: SharedCache | null;
  /** The lookup of this process. */
  readonly forget: (numbers: readonly PhoneNumber[]) => void;
  readonly clock: Clock;
}): MappingInvalidations {
  const { bus, shared, forget, clock } = parts;

  async function tellEverything(): Promise<void> {
    await shared?.invalidateAll();
    bus.publish(invalidationsTopic, everything);
  }

  return {
    async prepare(numbers) {
      for (let start = 0; start < numbers.length; start += numbersPerMessage) {
        await shared?.hold(numbers.slice(start, start + numbersPerMessage));
      }
    },
    async announce(numbers) {
      forget(numbers);
      for (let start = 0; start < numbers.length; start += numbersPerMessage) {
        const some = numbers.slice(start, start + numbersPerMessage);
        await shared?.invalidate(some);
        bus.publish(invalidationsTopic, some);
      }
    },
    async announceEverything() {
      await tellEverything();
      if (shared) clock.setTimer(() => void tellEverything(), readersGoneMs);
    },
  };
}
