import { setTimeout as delay } from "node:timers/promises";
import { isEmbedded } from "../../store/dialect.ts";
import type { Store } from "../../store/types.ts";

/** Longer than whoever waits for SQLite's write lock lets pass between two tries. */
const restMs = 12;

/**
 * SQLite has one writer at a time, and who waits for it asks again every few milliseconds. An import that
 * began each transaction right after the one before would keep all others from writing until it is done, also
 * those who want to cancel it. So its transactions, of all imports together, have a rest between them. MySQL
 * needs none of that. No transaction may begin within another here.
 */
export function politeStore(store: Store): Store {
  if (!isEmbedded(store)) return store;
  let rested: Promise<unknown> = Promise.resolve();
  return {
    kind: store.kind,
    read: (work) => store.read(work),
    transaction(work) {
      const turn = rested.then(() => store.transaction(work));
      rested = turn.catch(() => undefined).then(() => delay(restMs));
      return turn;
    },
    get inTransaction() {
      return store.inTransaction;
    },
    afterCommit: (callback) => store.afterCommit(callback),
    open: () => store.open(),
    ready: () => store.ready(),
    ping: (timeoutMs) => store.ping(timeoutMs),
    get health() {
      return store.health;
    },
    close: () => store.close(),
  };
}
