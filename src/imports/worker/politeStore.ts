import { sleep } from "../../ops/sleep.ts";
import type { Clock } from "../../ops/types.ts";
import { isEmbedded } from "../../store/dialect.ts";
import type { Store } from "../../store/types.ts";

/** Longer than the interval at which a waiter retries SQLite's write lock. */
const restMs = 12;

/**
 * SQLite has one writer at a time, and a waiter retries every few milliseconds. An import that started each
 * transaction right after the previous one would keep everything else from writing, even its own cancellation. So the
 * transactions of all imports together pause between each other. MySQL does not need this. Transactions must not nest
 * here.
 */
export function politeStore(store: Store, clock: Clock): Store {
  if (!isEmbedded(store)) return store;
  let rested: Promise<unknown> = Promise.resolve();
  return {
    kind: store.kind,
    read: (work) => store.read(work),
    scrub: () => store.scrub(),
    transaction(work) {
      const turn = rested.then(() => store.transaction(work));
      rested = turn.catch(() => undefined).then(() => sleep(clock, restMs));
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
    get replicas() {
      return store.replicas;
    },
    get connections() {
      return store.connections;
    },
    close: () => store.close(),
  };
}
