import { createLogger } from "../../src/ops/logger.ts";
import type { DatabaseAddress } from "../../src/store/dataSource.ts";
import { createStore } from "../../src/store/store.ts";
import type { Store } from "../../src/store/types.ts";
import { unlessAborted } from "./cleanups.ts";

/** Another connection to the application's database. Rejects with the signal's reason if it is aborted. */
export const openDemoStore = async (address: DatabaseAddress, signal: AbortSignal): Promise<Store> => {
  const logger = createLogger({ level: "error", format: "pretty", destination: process.stderr });
  const store = createStore({ address, logger });
  store.open();
  try {
    await unlessAborted(store.ready(), signal);
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
};
