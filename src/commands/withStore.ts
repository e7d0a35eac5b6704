import { existsSync } from "node:fs";
import { createLogger } from "../ops/logger.ts";
import { systemClock } from "../ops/clock.ts";
import { databaseFile } from "../store/dataSource.ts";
import type { DatabaseAddress } from "../store/dataSource.ts";
import { withinDeadline } from "../store/deadline.ts";
import { StoreAwayError } from "../store/errors.ts";
import { createStore } from "../store/store.ts";
import type { Store } from "../store/types.ts";

const openMs = 15_000;

/** Opens the database for a command. Rejects with words for the operator if it cannot be reached. */
export async function withStore<T>(address: DatabaseAddress, work: (store: Store) => Promise<T>): Promise<T> {
  const file = databaseFile(address);
  // Opening it would create it.
  if (file !== null && !existsSync(file)) throw new StoreAwayError(`There is no database ${file}.`);
  const logger = createLogger({ level: "error", format: "pretty", destination: process.stderr });
  const store = createStore({ address, logger, clock: systemClock });
  store.open();
  try {
    await withinDeadline(systemClock, store.ready(), openMs).catch(() => {
      throw new StoreAwayError(store.health.detail);
    });
    return await work(store);
  } finally {
    await store.close();
  }
}
