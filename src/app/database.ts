import { repeat } from "../ops/repeat.ts";
import { serverNameOf } from "../store/serverUrl.ts";
import { createStore } from "../store/store.ts";
import type { Store } from "../store/types.ts";
import type { Foundation } from "./foundation.ts";

const pingEveryMs = 2_000;
const pingTimeoutMs = 1_000;

interface Database {
  readonly store: Store;
  close(): Promise<void>;
}

/** Opens the database without waiting: the application starts and handles calls while it is unavailable. */
export function openDatabase({ settings, clock, logger, health, metrics }: Foundation): Database {
  const store = createStore({
    address: settings.database,
    readUrls: settings.databaseReadUrls,
    threads: true,
    logger,
    clock,
  });
  // Not needed for calls: the cache and the dialplan know the numbers, and the spool takes the records.
  health.register("database", { kind: "database", needed: false }, () => store.health);
  metrics.gauges(
    "database_connections",
    "Connections to MySQL, and work that waits for one.",
    "state",
    () => {
      const { connections } = store;
      if (connections === null) return [];
      const { used, waiting } = connections;
      return [
        ["used", used],
        ["waiting", waiting],
      ];
    },
  );
  metrics.gauge(
    "database_connections_limit",
    "Most connections to MySQL (DATABASE_POOL_SIZE).",
    () => store.connections?.limit ?? null,
  );
  followReplicas(store, settings.databaseReadUrls, { health, metrics });
  store.open();
  // Detects an outage before a request needs the database.
  const stopPinging = repeat(clock, pingEveryMs, () => store.ping(pingTimeoutMs));
  return {
    store,
    close() {
      stopPinging();
      return store.close();
    },
  };
}

/** Calls do not need replicas either: without them, the primary answers everything. */
function followReplicas(
  store: Store,
  urls: readonly string[],
  { health, metrics }: Pick<Foundation, "health" | "metrics">,
): void {
  for (const [index, url] of urls.entries())
    health.register(
      `replica ${serverNameOf(url)}`,
      { kind: "replica", needed: false },
      () => store.replicas[index]?.health ?? { status: "off", detail: "The primary is not connected yet." },
    );
  metrics.gauges(
    "database_replica_used",
    "1 while a replica answers lists, exports, and statistics.",
    "replica",
    () => store.replicas.map(({ name, used }) => [name, used ? 1 : 0] as const),
  );
  metrics.gauges(
    "database_replica_lag_seconds",
    "How far a replica is behind; missing while it is unavailable.",
    "replica",
    () =>
      store.replicas.flatMap(({ name, lagSeconds }) =>
        lagSeconds === null ? [] : [[name, lagSeconds] as const],
      ),
  );
}
