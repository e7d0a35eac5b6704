import type { DatabaseAddress } from "../../../src/store/dataSource.ts";
import { unlessAborted } from "../cleanups.ts";
import { openDemoStore } from "../openStore.ts";
import { PROXY_NUMBERS } from "../scenarios.ts";
import { fillDemoData } from "./fill.ts";

/** Fills the database of the demo before the application starts. Rejects with the signal's reason if it is aborted. */
export async function addDemoData(address: DatabaseAddress, signal: AbortSignal) {
  const store = await openDemoStore(address, signal);
  try {
    return await unlessAborted(fillDemoData({ store, pool: PROXY_NUMBERS, nowMs: Date.now() }), signal);
  } finally {
    await store.close();
  }
}
