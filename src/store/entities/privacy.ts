import { primary, TableSchema, zero } from "./table.ts";

/**
 * A number that was erased. Records of calls that began before are written later, from a spool or by another instance, and
 * must not bring it back. The hash has a secret key; it is removed once no such record can come any more.
 */
interface ErasureRow {
  numberHash: string;
  erasedAt: number;
}

export const Erasure = new TableSchema<ErasureRow>("Erasure", "erasures", ({ code, time }) => ({
  columns: { numberHash: code("number_hash", 64, primary), erasedAt: time("erased_at") },
}));

/** The last time that old data of a kind was removed. */
interface RetentionRunRow {
  what: string;
  ranAt: number;
  removed: number;
}

export const RetentionRun = new TableSchema<RetentionRunRow>(
  "RetentionRun",
  "retention_runs",
  ({ bigint, code, time }) => ({
    columns: { what: code("what", 20, primary), ranAt: time("ran_at"), removed: bigint("removed", zero) },
  }),
);
