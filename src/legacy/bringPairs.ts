import { pairRefusal } from "../numbers/mappings/pairNumbers.ts";
import { findOurs, findProxyNumbers } from "../numbers/mappings/knownNumbers.ts";
import { findStandings } from "../numbers/pools/standing.ts";
import type { NumberMapper, PairResult, PairRow } from "../numbers/types.ts";
import type { Store } from "../store/types.ts";
import type { PhoneNumber, PhoneNumberOptions } from "../values/phoneNumber.ts";
import { SeenNumbers } from "../imports/reading/seenNumbers.ts";
import { Disputes } from "./disputes.ts";
import { readPair } from "./readPair.ts";
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
  /** Already here, with the same proxy number. */
  readonly existing: number;
  readonly refused: number;
  /** Proxy numbers that none of our pools has. */
  readonly notInPool: readonly PhoneNumber[];
}

const pairsAtOnce = 1000;

/**
 * Brings in the pairs of the other system. Doing it again changes nothing. Reads them twice, page by page: any row may
 * contradict an earlier one.
 */
export async function bringPairs(
  pages: () => AsyncIterable<readonly LegacyMapping[]>,
  { store, mapper, clock, refused, numbers, timeZone, dryRun }: BringingPairs,
): Promise<PairCounts> {
  const disputes = new Disputes();
  for await (const page of pages())
    for (const row of page) {
      const read = readPair(row, numbers, timeZone);
      if (read.ok) disputes.add(read.pair);
    }

  const seen = new SeenNumbers();
  const notInPool: PhoneNumber[] = [];
  const counts = { rows: 0, created: 0, existing: 0, refused: 0 };
  const refuse = (
    { id, realPhone, fakePhone }: LegacyMapping,
    code: Parameters<RefusedRows["add"]>[0]["code"],
  ): void => {
    refused.add({ table: "phone_mappings", id, realPhone, fakePhone, code });
    counts.refused += 1;
  };

  /** The pairs of a page that have to be compared with the stored data. */
  const readPage = (page: readonly LegacyMapping[]): readonly Candidate[] =>
    page.flatMap((row) => {
      const read = readPair(row, numbers, timeZone);
      if (read.ok) disputes.add(read.pair);
      const code = read.ok ? disputes.about(read.pair) : read.code;
      if (code !== null) refuse(row, code);
      if (!read.ok || code !== null) return [];
      // Rows that agree on a number are one pair.
      const isNew = seen.firstRowOf(read.pair.realNumber, 1) === null;
      if (!isNew) counts.existing += 1;
      return isNew ? [{ row, pair: read.pair }] : [];
    });

  const bring = async (batch: readonly Candidate[]): Promise<void> => {
    const given = batch.map(({ pair }) => pair);
    const results = dryRun ? await foresee(store, given, clock.nowMs()) : await mapper.pair(given);
    for (const [index, { row, pair }] of batch.entries()) {
      const result = results[index];
      if (result === undefined) throw new Error("A pair has no result.");
      if (result.kind === "refused") {
        refuse(row, result.code);
        if (result.code === "PROXY_NOT_IN_POOL") notInPool.push(pair.proxyNumber);
      } else if (result.kind === "created") counts.created += 1;
      else if (result.proxyNumber === pair.proxyNumber) counts.existing += 1;
      else refuse(row, "REAL_HAS_OTHER_PROXY");
    }
  };

  for await (const page of pages()) {
    counts.rows += page.length;
    const pairs = readPage(page);
    for (let start = 0; start < pairs.length; start += pairsAtOnce)
      await bring(pairs.slice(start, start + pairsAtOnce));
    await refused.written();
  }
  return { ...counts, notInPool };
}

interface Candidate {
  readonly row: LegacyMapping;
  readonly pair: PairRow;
}

/** The outcome that `NumberMapper.pair` would have now. */
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
