import { pairRefusal } from "../numbers/mappings/pairNumbers.ts";
import { findOurs, findProxyNumbers } from "../numbers/mappings/knownNumbers.ts";
import { findStandings } from "../numbers/pools/standing.ts";
import type { NumberMapper, PairResult, PairRow } from "../numbers/types.ts";
import type { Store } from "../store/types.ts";
import type { PhoneNumber, PhoneNumberOptions } from "../values/phoneNumber.ts";
import { readPairs } from "./readPair.ts";
import type { LegacyMapping } from "./readPair.ts";
import type { RefusedRows } from "./refusedRows.ts";

interface BringingPairs {
  readonly store: Store;
  readonly mapper: Pick<NumberMapper, "pair">;
  readonly clock: { nowMs(): number };
  readonly refused: RefusedRows;
  readonly numbers: PhoneNumberOptions;
  readonly timeZone: string;
  readonly dryRun: boolean;
}

export interface PairCounts {
  readonly rows: number;
  /** Brought in; in a dry run, would be. */
  readonly created: number;
  /** Here already, as there. */
  readonly existing: number;
  readonly refused: number;
  /** Proxy numbers that none of our pools has. */
  readonly notInPool: readonly PhoneNumber[];
}

const pairsAtOnce = 1000;

/** Brings in the pairs of the other system. Doing it again changes nothing. */
export async function bringPairs(
  pages: AsyncIterable<readonly LegacyMapping[]>,
  { store, mapper, clock, refused, numbers, timeZone, dryRun }: BringingPairs,
): Promise<PairCounts> {
  const rows: LegacyMapping[] = [];
  for await (const page of pages) rows.push(...page);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const notInPool: PhoneNumber[] = [];
  const counts = { created: 0, existing: 0, refused: 0 };
  const refuse = (id: number, code: Parameters<RefusedRows["add"]>[0]["code"]): void => {
    const { realPhone = null, fakePhone = null } = byId.get(id) ?? {};
    refused.add({ table: "phone_mappings", id, realPhone, fakePhone, code });
    counts.refused += 1;
  };

  // Rows that say the same of the same number are one pair.
  const pairs = new Map<string, { readonly id: number; readonly pair: PairRow }>();
  for (const one of readPairs(rows, numbers, timeZone)) {
    if (!one.ok) refuse(one.id, one.code);
    else if (pairs.has(one.pair.realNumber)) counts.existing += 1;
    else pairs.set(one.pair.realNumber, one);
  }
  const all = [...pairs.values()];
  for (let start = 0; start < all.length; start += pairsAtOnce) {
    const batch = all.slice(start, start + pairsAtOnce);
    const given = batch.map(({ pair }) => pair);
    const results = dryRun ? await foresee(store, given, clock.nowMs()) : await mapper.pair(given);
    for (const [index, { id, pair }] of batch.entries()) {
      const result = results[index];
      if (result === undefined) throw new Error("A pair has no result.");
      if (result.kind === "refused") {
        refuse(id, result.code);
        if (result.code === "PROXY_NOT_IN_POOL") notInPool.push(pair.proxyNumber);
      } else if (result.kind === "created") counts.created += 1;
      else if (result.proxyNumber === pair.proxyNumber) counts.existing += 1;
      else refuse(id, "REAL_HAS_OTHER_PROXY");
    }
  }
  return { rows: rows.length, ...counts, notInPool };
}

/** What `NumberMapper.pair` would do now. */
function foresee(store: Store, pairs: readonly PairRow[], nowMs: number): Promise<readonly PairResult[]> {
  return store.read(async (manager) => {
    const reals = pairs.map(({ realNumber }) => realNumber);
    const known = await findProxyNumbers(manager, reals);
    const ours = await findOurs(manager, reals);
    const standings = await findStandings(
      manager,
      pairs.map(({ proxyNumber }) => proxyNumber),
      nowMs,
    );
    return pairs.map((pair): PairResult => {
      const { realNumber, proxyNumber } = pair;
      const existing = known.get(realNumber);
      if (existing !== undefined) return { kind: "existing", realNumber, proxyNumber: existing };
      const code = pairRefusal(pair, ours, standings.get(proxyNumber));
      return code === null
        ? { kind: "created", realNumber, proxyNumber }
        : { kind: "refused", realNumber, code };
    });
  });
}
