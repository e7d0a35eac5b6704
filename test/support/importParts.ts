import { createLocalBus } from "../../src/bus/localBus.ts";
import { createNumberMapper } from "../../src/numbers/mappings/allocate.ts";
import { createMappingInvalidations } from "../../src/numbers/mappings/invalidations.ts";
import { systemClock } from "../../src/ops/clock.ts";
import type { Store } from "../../src/store/types.ts";
import { silentLogger } from "./silentLogger.ts";

/** The parts of an import runner, with a bus in this process. */
export function importParts(store: Store, directory: string) {
  const invalidations = createMappingInvalidations({
    clock: systemClock,
    bus: createLocalBus({ logger: silentLogger }),
    shared: null,
    forget: () => undefined,
  });
  const mapper = createNumberMapper({ store, invalidations, clock: systemClock });
  return { store, mapper, invalidations, clock: systemClock, logger: silentLogger, directory };
}

export const importOptions = { defaultCountry: "RU", timeZone: "UTC", node: "test" } as const;
