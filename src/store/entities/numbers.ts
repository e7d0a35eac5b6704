import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { MappingState } from "../../values/mapping.ts";
import { nullable, primary, TableSchema, zero } from "./table.ts";

/** Proxy numbers that the trunk routes here, assigned to real numbers. */
export interface NumberPoolRow {
  id: number;
  name: string;
  /** 1 for the default pool, otherwise null; unique, so there is at most one. */
  isDefault: number | null;
  enabled: boolean;
  label: string | null;
  /** ISO 3166, e.g. `RU`. */
  country: string | null;
  callerIdPolicy: string | null;
  callerIdNumber: PhoneNumber | null;
  /** Quarantine of a released number. */
  quarantineSeconds: number;
  createdAt: number;
  updatedAt: number;
  /** All numbers. */
  size: number;
  /** Blocked numbers that are not in a mapping. */
  blocked: number;
  /** Warn if the pool will be empty sooner than this. */
  warningDays: number;
}

export const NumberPool = new TableSchema<NumberPoolRow>(
  "NumberPool",
  "number_pools",
  ({ bigint, code, flag, id, int, text, timeOfInsert }) => ({
    columns: {
      id: id(),
      name: text("name", 100),
      isDefault: int("is_default", nullable),
      enabled: flag("enabled", { default: 1 }),
      label: text("label", 200, nullable),
      country: code("country", 2, nullable),
      callerIdPolicy: code("caller_id_policy", 16, nullable),
      callerIdNumber: code("caller_id_number", 20, nullable),
      quarantineSeconds: int("quarantine_seconds", { default: 2_592_000 }),
      createdAt: timeOfInsert("created_at"),
      updatedAt: timeOfInsert("updated_at"),
      size: bigint("size", zero),
      blocked: bigint("blocked", zero),
      warningDays: int("warning_days", { default: 14 }),
    },
    indices: [
      { name: "uq_number_pools__name", columns: ["name"], unique: true },
      { name: "uq_number_pools__is_default", columns: ["isDefault"], unique: true },
    ],
  }),
);

/**
 * A range of a pool. Numbers are allocated in the order of a keyed permutation: the next one is `permute(key, size,
 * taken)`, so an allocation only updates `taken`, however full the range is.
 */
interface NumberRangeRow {
  id: number;
  poolId: number;
  pool?: NumberPoolRow;
  firstNumber: number;
  lastNumber: number;
  /** Secret, because it predicts the numbers. */
  permutationKey: string;
  /** Used positions of the permutation. */
  taken: number;
  createdAt: number;
  /** Number of positions. */
  size: number;
  /** The numbers are in `listed_numbers`; `firstNumber` and `lastNumber` are only the smallest and the largest. */
  listed: boolean;
}

export const NumberRange = new TableSchema<NumberRangeRow>(
  "NumberRange",
  "number_ranges",
  ({ bigint, code, flag, id, int, timeOfInsert }) => ({
    columns: {
      id: id(),
      poolId: int("pool_id"),
      firstNumber: bigint("first_number"),
      lastNumber: bigint("last_number"),
      permutationKey: code("permutation_key", 128),
      taken: bigint("taken", zero),
      createdAt: timeOfInsert("created_at"),
      size: bigint("size", zero),
      listed: flag("listed", zero),
    },
    relations: {
      pool: {
        type: "many-to-one",
        target: "NumberPool",
        joinColumn: { name: "pool_id", foreignKeyConstraintName: "fk_number_ranges__pool" },
        nullable: false,
      },
    },
    indices: [{ name: "ix_number_ranges__pool", columns: ["poolId"] }],
  }),
);

/** A number of a listed range. */
interface ListedNumberRow {
  number: PhoneNumber;
  rangeId: number;
  range?: NumberRangeRow;
  place: number;
}

export const ListedNumber = new TableSchema<ListedNumberRow>(
  "ListedNumber",
  "listed_numbers",
  ({ code, int }) => ({
    columns: { number: code("number", 20, primary), rangeId: int("range_id"), place: int("place") },
    relations: {
      range: {
        type: "many-to-one",
        target: "NumberRange",
        joinColumn: { name: "range_id" },
        createForeignKeyConstraints: false,
        nullable: false,
      },
    },
    indices: [{ name: "uq_listed_numbers__place", columns: ["rangeId", "place"], unique: true }],
  }),
);

/** Numbers removed from a range after its permutation had started. */
interface NumberHoleRow {
  id: number;
  rangeId: number;
  firstNumber: number;
  lastNumber: number;
}

export const NumberHole = new TableSchema<NumberHoleRow>(
  "NumberHole",
  "number_holes",
  ({ bigint, id, int }) => ({
    columns: {
      id: id(),
      rangeId: int("range_id"),
      firstNumber: bigint("first_number"),
      lastNumber: bigint("last_number"),
    },
    indices: [{ name: "ix_number_holes__range", columns: ["rangeId"] }],
  }),
);

/** A free number out of the order of its range: after a quarantine, or never assigned and set aside. */
interface RestedNumberRow {
  number: PhoneNumber;
  poolId: number;
  /** When a number that was in use was released. */
  since: number | null;
  /** The place in the order of its range of a number that was set aside. */
  place: number | null;
}

export const RestedNumber = new TableSchema<RestedNumberRow>(
  "RestedNumber",
  "rested_numbers",
  ({ bigint, code, int, time }) => ({
    columns: {
      number: code("number", 20, primary),
      poolId: int("pool_id"),
      since: time("since", nullable),
      place: bigint("place", nullable),
    },
    indices: [{ name: "ix_rested_numbers__order", columns: ["poolId", "since", "place", "number"] }],
  }),
);

/** A number that is not allocated. */
interface BlockedNumberRow {
  number: PhoneNumber;
  poolId: number;
  note: string | null;
  createdAt: number;
}

export const BlockedNumber = new TableSchema<BlockedNumberRow>(
  "BlockedNumber",
  "blocked_numbers",
  ({ code, int, text, time }) => ({
    columns: {
      number: code("number", 20, primary),
      poolId: int("pool_id"),
      note: text("note", 200, nullable),
      createdAt: time("created_at"),
    },
    indices: [{ name: "ix_blocked_numbers__pool", columns: ["poolId", "number"] }],
  }),
);

/** The number of mappings in a state, maintained by the transactions that change it. */
interface MappingCountRow {
  /** 0: mappings without a pool. */
  poolId: number;
  state: MappingState;
  count: number;
}

export const MappingCount = new TableSchema<MappingCountRow>(
  "MappingCount",
  "mapping_counts",
  ({ bigint, code, int }) => ({
    columns: {
      poolId: int("pool_id", primary),
      state: code("state", 16, primary),
      count: bigint("count", zero),
    },
  }),
);

/** The data for a pool's forecast. */
interface PoolUsageRow {
  poolId: number;
  /** UTC, `YYYY-MM-DD`. */
  day: string;
  taken: number;
  returned: number;
}

export const PoolUsage = new TableSchema<PoolUsageRow>("PoolUsage", "pool_usage", ({ code, int }) => ({
  columns: {
    poolId: int("pool_id", primary),
    day: code("day", 10, primary),
    taken: int("taken", zero),
    returned: int("returned", zero),
  },
}));
