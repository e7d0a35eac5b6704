import { number, rowOf } from "./row.ts";
import { selectRow } from "./sql.ts";
import type { Store } from "./types.ts";

/** How long MySQL's binary log keeps changes: 0 forever, null if there is none. */
export async function binaryLogSeconds(store: Store): Promise<number | null> {
  if (store.kind !== "mysql") return null;
  const row = await store.read((manager) =>
    selectRow(
      manager,
      rowOf({ enabled: number, seconds: number }),
      "SELECT @@log_bin AS enabled, @@binlog_expire_logs_seconds AS seconds",
    ),
  );
  return row?.enabled === 1 ? row.seconds : null;
}
