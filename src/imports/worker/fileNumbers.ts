import type { RowRefusal } from "../texts/codes.ts";
import type { ImportRow } from "../rows/row.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { Store } from "../../store/types.ts";
import { SeenNumbers } from "../reading/seenNumbers.ts";
import { poolOf } from "../job/pools.ts";
import type { ImportPools, OpenPool } from "../job/pools.ts";
import { readResult } from "../job/resultPieces.ts";
import type { Item } from "./readItems.ts";
import type { ResultRow } from "../job/types.ts";

/** What a number gets of a pool. `proxyNumber` is empty where there is none, or none yet. */
export type Taking =
  | { readonly code: "CREATED" | "EXISTING"; readonly proxyNumber: string }
  | { readonly code: "POOL_EXHAUSTED" | "REAL_NUMBER_IS_PROXY" };

export interface Facts {
  readonly pools: ImportPools;
  /** As in `readItems`. */
  readonly nowMs: number;
  /** Proxy numbers of the numbers that have one; those that `take` finds out for itself may be absent. */
  readonly proxies: ReadonlyMap<string, string>;
  /** Asked in the order of the file, for numbers that no row before has served. */
  readonly take: (value: ImportRow, pool: OpenPool) => Taking;
  /** As `take`, for rows that name no pool where there is none for such rows; refused when absent. */
  readonly takeWithoutPool?: (number: PhoneNumber) => Taking | { readonly code: "POOL_MISSING" };
}

/** Numbers are expected to be this many at most: a file may be made to look longer than it is. */
const mostExpectedRows = 1_500_000;
/** In place of a pool's ID. */
const noPool = 2 ** 32 - 1;

/**
 * The numbers of one file, in a preview and in the import alike: the only place that knows which row repeats one, and what
 * that makes of the row. Which numbers have a proxy number is known by `numbers/mappings/knownNumbers`.
 */
export class FileNumbers {
  /** By rows of the batches before. */
  readonly #served: SeenNumbers;
  /** Numbers that were wanted and not given, with the pool: they are wanted once, however often they stand. */
  readonly #wanted = new SeenNumbers();
  readonly #wantedWithoutPool = new SeenNumbers();

  constructor(expectedRows: number | null) {
    this.#served = new SeenNumbers(Math.min(expectedRows ?? 0, mostExpectedRows));
  }

  /** As they are after what is stored of the import, whoever did that. */
  static async resume(store: Store, importId: number, expectedRows: number | null): Promise<FileNumbers> {
    const numbers = new FileNumbers(expectedRows);
    for await (const rows of readResult(store, importId)) numbers.add(rows);
    return numbers;
  }

  /** To be called once the rows of a batch are stored. */
  add(rows: readonly ResultRow[]): void {
    for (const { realNumber, row, code } of rows)
      if (isServing(code)) this.#served.firstRowOf(realNumber, row);
  }

  /** Whether it is the first time that the number is wanted of this pool, or of none, and not given. */
  isFirstWanted(number: PhoneNumber, poolId: number | null): boolean {
    const wanted = poolId === null ? this.#wantedWithoutPool : this.#wanted;
    const id = poolId ?? noPool;
    return wanted.firstRowOf(number, id) !== id;
  }

  /**
   * What becomes of each row of a batch, in the order of the file. Only a row that was served makes later ones with its
   * number duplicates: one that is refused stands in nobody's way.
   */
  judge(items: readonly Item[], facts: Facts): readonly ResultRow[] {
    const servedHere = new Map<string, string>();

    const judgeOne = (
      value: ImportRow,
    ): Taking | { readonly code: RowRefusal; readonly proxyNumber?: string } => {
      const { realNumber } = value;
      const here = servedHere.get(realNumber);
      if (here !== undefined) return { code: "DUPLICATE_IN_FILE", proxyNumber: here };
      const proxyNumber = facts.proxies.get(realNumber);
      if (this.#served.has(realNumber)) return { code: "DUPLICATE_IN_FILE", proxyNumber: proxyNumber ?? "" };
      // A number that has its proxy number needs no pool and no time that is left.
      if (proxyNumber !== undefined) return { code: "EXISTING", proxyNumber };
      if (isLate(value, facts.nowMs)) return { code: "EXPIRY_PASSED" };
      const pool = poolOf(facts.pools, value.pool);
      if (pool === "POOL_MISSING" && facts.takeWithoutPool) return facts.takeWithoutPool(realNumber);
      return typeof pool === "string" ? { code: pool } : facts.take(value, pool);
    };

    return items.map((item): ResultRow => {
      const { row, input } = item;
      if (item.kind === "refused") return { row, input, realNumber: "", proxyNumber: "", code: item.code };
      const { realNumber } = item.value;
      const verdict = judgeOne(item.value);
      const proxyNumber = "proxyNumber" in verdict ? (verdict.proxyNumber ?? "") : "";
      if (isServing(verdict.code)) servedHere.set(realNumber, proxyNumber);
      return { row, input, realNumber, proxyNumber, code: verdict.code };
    });
  }
}

/** Whether the row's expiry had passed when the import was made. */
const isLate = ({ expiresAtMs }: ImportRow, nowMs: number): boolean =>
  expiresAtMs !== null && expiresAtMs <= nowMs;

/** Whether a row with this result has seen to its number, so that further rows with it are duplicates. */
const isServing = (code: string): boolean => code === "CREATED" || code === "EXISTING";
