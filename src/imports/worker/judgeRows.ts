import type { RowRefusal } from "../texts/codes.ts";
import type { ImportRow } from "../rows/row.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { poolOf } from "../job/pools.ts";
import type { ImportPools, OpenPool } from "../job/pools.ts";
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
  /** Whether a row of an earlier batch has the number and was imported, or had been before. */
  readonly isServed: (number: PhoneNumber) => boolean;
  /** Proxy numbers of the numbers that have one; those that `take` finds out for itself may be absent. */
  readonly proxies: ReadonlyMap<string, string>;
  /** Asked in the order of the file, for numbers that no row before has served. */
  readonly take: (number: PhoneNumber, pool: OpenPool) => Taking;
  /** As `take`, for rows that name no pool where there is none for such rows; refused when absent. */
  readonly takeWithoutPool?: (number: PhoneNumber) => Taking | { readonly code: "POOL_MISSING" };
}

/** Whether the row's expiry had passed when the import was made. */
export const isLate = ({ expiresAtMs }: ImportRow, nowMs: number): boolean =>
  expiresAtMs !== null && expiresAtMs <= nowMs;

/**
 * What becomes of each row of a batch, in the order of the file; a preview and the import ask the same. Only a
 * row that was served makes later ones with its number duplicates: one that is refused stands in nobody's way.
 */
export function judgeRows(items: readonly Item[], facts: Facts): readonly ResultRow[] {
  const servedHere = new Map<string, string>();

  function judge(value: ImportRow): Taking | { readonly code: RowRefusal; readonly proxyNumber?: string } {
    const { realNumber } = value;
    const here = servedHere.get(realNumber);
    if (here !== undefined) return { code: "DUPLICATE_IN_FILE", proxyNumber: here };
    const proxyNumber = facts.proxies.get(realNumber);
    if (facts.isServed(realNumber)) return { code: "DUPLICATE_IN_FILE", proxyNumber: proxyNumber ?? "" };
    // A number that has its proxy number needs no pool and no time that is left.
    if (proxyNumber !== undefined) return { code: "EXISTING", proxyNumber };
    if (isLate(value, facts.nowMs)) return { code: "EXPIRY_PASSED" };
    const pool = poolOf(facts.pools, value.pool);
    if (pool === "POOL_MISSING" && facts.takeWithoutPool) return facts.takeWithoutPool(realNumber);
    return typeof pool === "string" ? { code: pool } : facts.take(realNumber, pool);
  }

  return items.map((item): ResultRow => {
    const { row, input } = item;
    if (item.kind === "refused") return { row, input, realNumber: "", proxyNumber: "", code: item.code };
    const { realNumber } = item.value;
    const verdict = judge(item.value);
    const proxyNumber = "proxyNumber" in verdict ? (verdict.proxyNumber ?? "") : "";
    if (isServing(verdict.code)) servedHere.set(realNumber, proxyNumber);
    return { row, input, realNumber, proxyNumber, code: verdict.code };
  });
}

/** Whether a row with this result has seen to its number, so that further rows with it are duplicates. */
export const isServing = (code: string): boolean => code === "CREATED" || code === "EXISTING";
