import { EntitySchema } from "typeorm";

/**
 * A run of numbers of a pool. Numbers leave it in the order of a keyed permutation: the next one is
 * `permute(key, size, taken)`, so taking is one update of `taken` however full the range is.
 * Numbers are bigint, which drivers return as text.
 */
export interface NumberRangeRow {
  id: number;
  poolId: number;
  firstNumber: string;
  lastNumber: string;
  /** Secret: who knows it can foretell the numbers. */
  permutationKey: string;
  /** How many places of the permutation are used up. */
  taken: string;
  /** How many places there are. */
  size: string;
  /** 1: the numbers are in `listed_numbers`, and `firstNumber` and `lastNumber` only say between which. */
  listed: number;
  createdAt: Date;
}

export const NumberRange = new EntitySchema<NumberRangeRow>({
  name: "NumberRange",
  tableName: "number_ranges",
  columns: {
    id: { type: "int", primary: true, generated: "increment" },
    poolId: { name: "pool_id", type: "int" },
    firstNumber: { name: "first_number", type: "bigint" },
    lastNumber: { name: "last_number", type: "bigint" },
    permutationKey: { name: "permutation_key", type: "varchar", length: 128 },
    taken: { type: "bigint", default: 0 },
    size: { type: "bigint", default: 0 },
    listed: { type: "int", default: 0 },
    createdAt: { name: "created_at", type: "datetime", precision: 3 },
  },
});
