import { primary, TableSchema } from "./table.ts";

/** A row to lock for operations that must not run concurrently but have no row of their own yet. */
export interface LockRow {
  name: "access" | "audit_retention" | "call_stats" | "number_pools" | "real_numbers" | "retention";
}

export const Lock = new TableSchema<LockRow>("Lock", "locks", ({ code }) => ({
  columns: { name: code("name", 40, primary) },
}));

/** The time at which the primary was last alive; replicas copy it, which shows how far they are behind. */
interface HeartbeatRow {
  name: "primary";
  beatAt: number;
}

export const Heartbeat = new TableSchema<HeartbeatRow>(
  "Heartbeat",
  "replication_heartbeat",
  ({ code, time }) => ({
    columns: { name: code("name", 40, primary), beatAt: time("beat_at") },
  }),
);

/** A key shared by all instances. */
interface SecretRow {
  name: string;
  value: string;
}

export const Secret = new TableSchema<SecretRow>("Secret", "secrets", ({ code }) => ({
  columns: { name: code("name", 40, primary), value: code("value", 200) },
}));
