import type { RowRefusal } from "../texts/codes.ts";
import type { ExistingChoice } from "../reading/types.ts";
import { differencesOf, isUpdatable } from "../rows/differences.ts";
import type { Difference } from "../rows/differences.ts";
import type { KnownMapping } from "../../values/mapping.ts";
import type { ImportRow } from "../rows/row.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { Store } from "../../store/types.ts";
import { SeenNumbers } from "../reading/seenNumbers.ts";
import { poolOf } from "../job/pools.ts";
import type { ImportPools, OpenPool } from "../job/pools.ts";
import { readResult } from "../job/resultPieces.ts";
import type { NamedProxies } from "./namedProxies.ts";
import { isNamed } from "./taking.ts";
import type { NamedRow, Pairing, Taking } from "./taking.ts";
import type { Item } from "./readItems.ts";
import type { ResultRow } from "../job/types.ts";

interface Facts {
  readonly pools: ImportPools;
  /** As in `readItems`. */
  readonly nowMs: number;
  /** Proxy numbers of known numbers. Those that `take` looks up itself may be absent. */
  readonly proxies: ReadonlyMap<string, string>;
  /** Stored values of known numbers whose rows say more than the number. */
  readonly known: ReadonlyMap<string, KnownMapping>;
  readonly existing: ExistingChoice;
  /** Called in file order, for numbers that no earlier row has taken care of. */
  readonly take: (value: ImportRow, pool: OpenPool) => Taking;
  /** As `take`, for rows that name their proxy number. */
  readonly pair: (value: NamedRow) => Pairing;
  /** As `take`, for rows without a pool if there is no default. If absent, such rows are refused. */
  readonly takeWithoutPool?: (number: PhoneNumber) => Taking | { readonly code: "POOL_MISSING" };
}

/** Upper bound for the expected count of numbers: a file can claim to be longer than it is. */
const mostExpectedRows = 1_500_000;
/** In place of a pool's ID. */
const noPool = 2 ** 32 - 1;

/**
 * The numbers of one file, for preview and import alike. This is the only place that knows which row repeats a number
 * and what its result is. `numbers/mappings/knownNumbers` knows which numbers have a proxy number.
 */
export class FileNumbers {
  /** By rows of the batches before. */
  readonly #served: SeenNumbers;
  /** Numbers requested in vain, with the pool. Each counts once, however often it appears. */
  readonly #wanted = new SeenNumbers();
  readonly #wantedWithoutPool = new SeenNumbers();

  readonly #named: NamedProxies | null;

  /** `named`: null if the file has no column for proxy numbers. */
  constructor(expectedRows: number | null, named: NamedProxies | null = null) {
    this.#named = named;
    this.#served = new SeenNumbers(Math.min(expectedRows ?? 0, mostExpectedRows));
  }

  /** The state after the rows that are already stored. */
  static async resume(
    store: Store,
    importId: number,
    expectedRows: number | null,
    named: NamedProxies | null,
  ): Promise<FileNumbers> {
    const numbers = new FileNumbers(expectedRows, named);
    for await (const rows of readResult(store, importId)) numbers.add(rows);
    return numbers;
  }

  /** Call it after the rows of a batch are stored. */
  add(rows: readonly ResultRow[]): void {
    for (const { realNumber, row, code } of rows)
      if (isServing(code)) this.#served.firstRowOf(realNumber, row);
  }

  /** Whether this is the first vain request for the number from this pool, or without a pool. */
  isFirstWanted(number: PhoneNumber, poolId: number | null): boolean {
    const wanted = poolId === null ? this.#wantedWithoutPool : this.#wanted;
    const id = poolId ?? noPool;
    return wanted.firstRowOf(number, id) !== id;
  }

  /**
   * The result of each row of a batch, in file order. Only a row that succeeded turns later rows with the same number
   * into duplicates; a refused row does not.
   */
  judge(items: readonly Item[], facts: Facts): readonly ResultRow[] {
    const servedHere = new Map<string, string>();

    const judgeOne = (value: ImportRow): Verdict => {
      const { realNumber } = value;
      const here = servedHere.get(realNumber);
      if (here !== undefined) return { code: "DUPLICATE_IN_FILE", proxyNumber: here };
      const proxyNumber = facts.proxies.get(realNumber);
      if (this.#served.has(realNumber)) return { code: "DUPLICATE_IN_FILE", proxyNumber: proxyNumber ?? "" };
      // A known number needs no pool.
      if (proxyNumber !== undefined) return judgeKnown(value, proxyNumber, facts);
      if (isLate(value, facts.nowMs)) return { code: "EXPIRY_PASSED" };
      if (isNamed(value)) {
        if (this.#named?.isContested(value.proxyNumber) === true) return { code: "PROXY_TWICE_IN_FILE" };
        return orKnown(value, facts.pair(value), facts);
      }
      const pool = poolOf(facts.pools, value.pool);
      if (pool === "POOL_MISSING" && facts.takeWithoutPool) return facts.takeWithoutPool(realNumber);
      if (typeof pool === "string") return { code: pool };
      return orKnown(value, facts.take(value, pool), facts);
    };

    return items.map((item): ResultRow => {
      const { row, input } = item;
      if (item.kind === "refused") return { row, input, realNumber: "", proxyNumber: "", code: item.code };
      const { realNumber } = item.value;
      const verdict = judgeOne(item.value);
      const proxyNumber = "proxyNumber" in verdict ? (verdict.proxyNumber ?? "") : "";
      if (isServing(verdict.code)) servedHere.set(realNumber, proxyNumber);
      const more = "differences" in verdict && { differences: verdict.differences };
      return { row, input, realNumber, proxyNumber, code: verdict.code, ...more };
    });
  }
}

/** The import's view of a row. `differences`: at least one. */
type Verdict =
  | Taking
  | { readonly code: RowRefusal; readonly proxyNumber?: string }
  | {
      readonly code: "DIFFERS" | "UPDATED";
      readonly proxyNumber: string;
      readonly differences: readonly Difference[];
    };

/** A known number keeps its proxy number, pool, and policy; its other fields are updated if that was chosen. */
function judgeKnown(value: ImportRow, proxyNumber: string, { known, existing, nowMs }: Facts): Verdict {
  const stored = known.get(value.realNumber);
  const differences = stored === undefined ? [] : differencesOf(value, stored);
  if (differences.length === 0) return { code: "EXISTING", proxyNumber };
  if (existing === "leave" || !differences.some(isUpdatable))
    return { code: "DIFFERS", proxyNumber, differences };
  // It would end the number at once.
  const endsIt = differences.some(({ field }) => field === "expiry") && isLate(value, nowMs);
  return endsIt ? { code: "EXPIRY_PASSED" } : { code: "UPDATED", proxyNumber, differences };
}

/** The number became known meanwhile. */
const orKnown = (value: ImportRow, result: Pairing, facts: Facts): Verdict =>
  result.code === "EXISTING" ? judgeKnown(value, result.proxyNumber, facts) : result;

/** Whether the expiry of the row had passed when the import was created. */
const isLate = ({ expiresAtMs }: ImportRow, nowMs: number): boolean =>
  expiresAtMs !== null && expiresAtMs <= nowMs;

/** Whether a row with this result takes care of its number, so that later rows with it are duplicates. */
const isServing = (code: string): boolean => serving.has(code);
const serving: ReadonlySet<string> = new Set(["CREATED", "EXISTING", "DIFFERS", "UPDATED"]);
