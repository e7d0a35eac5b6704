import { primary, TableSchema } from "./table.ts";

/** A row to lock when what must not happen twice at once concerns no row that exists yet. */
export interface LockRow {
  name: "access" | "call_stats" | "number_pools" | "real_numbers";
}

export const Lock = new TableSchema<LockRow>("Lock", "locks", ({ code }) => ({
  columns: { name: code("name", 40, primary) },
}));

/** A key that all instances share. */
export interface SecretRow {
  name: string;
  value: string;
}

export const Secret = new TableSchema<SecretRow>("Secret", "secrets", ({ code }) => ({
  columns: { name: code("name", 40, primary), value: code("value", 200) },
}));
