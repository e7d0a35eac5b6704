import type { EntityManager } from "typeorm";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { duplicateKey } from "../../store/errors.ts";
import { isEmbedded } from "../../store/dialect.ts";
import { phone, rowOf } from "../../store/row.ts";
import { placeholders, selectRows } from "../../store/sql.ts";
import { toDatabaseTime } from "../../store/time.ts";
import type { Store } from "../../store/types.ts";
import { countMappings, countUse } from "../pools/counters.ts";
import { NoPoolError, PoolClutteredError } from "../errors.ts";
import { insertMappings } from "./insertMappings.ts";
import { createPairing } from "./pairNumbers.ts";
import { findMapped, findOurs, findProxyNumbers } from "./knownNumbers.ts";
import { areBeside, lockPool, lockPoolsAgainstNewNumbers } from "../pools/rows.ts";
import { findBlocked, putRested } from "../pools/quarantine.ts";
import { readOpenPools } from "../servingPool.ts";
import { makeRoom, takeNumbers } from "../pools/takeNumbers.ts";
import type { TakingPool } from "../pools/takeNumbers.ts";
import type { MapOptions, MappingInvalidations, MapResult, MapRow, NumberMapper } from "../types.ts";

interface NumberMapperParts {
  readonly store: Store;
  readonly invalidations: Pick<MappingInvalidations, "announce">;
  readonly clock: { nowMs(): number };
}

/**
 * A guess about the next batch, based on the previous one. A wrong guess only costs time: the unique keys and the
 * check under the lock find what was skipped.
 */
interface Guess {
  /** Most numbers are new, so known ones can be looked up once the pool is locked. */
  readonly areNew: boolean;
  /** No numbers of the pool were filled in by hand, so the unique key need not be checked beforehand. */
  readonly areFree: boolean;
}

/** The outcome of one attempt at a batch. All but `mapped` were rolled back. */
type Attempt =
  | { readonly kind: "mapped"; readonly results: Map<string, MapResult> }
  /** Nearly all of the next numbers of the pool are occupied. */
  | { readonly kind: "cluttered"; readonly poolId: number }
  /** Another transaction has mapped one of the numbers, from another pool, since we looked. */
  | { readonly kind: "raced"; readonly error: unknown };

/** Rows of one transaction. Larger transactions make a server faster, but block the thread of an embedded database. */
const serverBatch = 5000;
const embeddedBatch = 500;
const maxRaces = 10;

/** Allocates proxy numbers to real numbers, in batches of one transaction each. */
export function createNumberMapper({ store, invalidations, clock }: NumberMapperParts): NumberMapper {
  let guess: Guess = { areNew: false, areFree: true };

  async function attempt(rows: readonly MapRow[], options: MapOptions): Promise<Attempt> {
    let announced: Promise<void> | undefined;
    try {
      const results = await store.transaction(async (manager) => {
        const { results, areFree } = await mapWithin(manager, rows, options, clock.nowMs(), guess);
        const created = [...results.values()].flatMap((result) =>
          result.kind === "created" ? [result.proxyNumber] : [],
        );
        if (created.length > 0) {
          store.afterCommit(() => {
            announced = invalidations.announce(created);
          });
        }
        guess = { areNew: created.length * 2 > rows.length, areFree };
        return results;
      });
      await announced;
      return { kind: "mapped", results };
    } catch (error) {
      if (error instanceof PoolClutteredError && !store.inTransaction)
        return { kind: "cluttered", poolId: error.poolId };
      if (duplicateKey(error) !== null) return { kind: "raced", error };
      throw error;
    }
  }

  async function mapBatch(rows: readonly MapRow[], options: MapOptions): Promise<Map<string, MapResult>> {
    for (let races = 0; ;) {
      const attempted = await attempt(rows, options);
      switch (attempted.kind) {
        case "mapped":
          return attempted.results;
        case "cluttered":
          // Each time brings it nearer to the end of the pool.
          await makeRoomIn(attempted.poolId);
          break;
        case "raced":
          races += 1;
          if (races === maxRaces) throw attempted.error;
          guess = { ...guess, areFree: false };
      }
    }
  }

  const makeRoomIn = (poolId: number): Promise<void> =>
    store.transaction(async (manager) => {
      if (await lockPool(manager, { id: poolId }))
        await makeRoom(manager, poolId, (candidates) => findOccupied(manager, candidates));
    });

  return {
    makeRoom: makeRoomIn,
    pair: createPairing({ store, invalidations, clock }),

    async map(rows, options = {}) {
      const results: MapResult[] = [];
      const batchSize = isEmbedded(store) ? embeddedBatch : serverBatch;
      for (let start = 0; start < rows.length; start += batchSize) {
        const batch = rows.slice(start, start + batchSize);
        const found = await mapBatch(batch, options);
        for (const { realNumber } of batch) {
          const result = found.get(realNumber);
          if (!result) throw new Error("A row has got no result.");
          results.push(result);
        }
      }
      return results;
    },
  };
}

async function mapWithin(
  manager: EntityManager,
  rows: readonly MapRow[],
  options: MapOptions,
  nowMs: number,
  guess: Guess,
): Promise<{ readonly results: Map<string, MapResult>; readonly areFree: boolean }> {
  let { areFree } = guess;
  const results = new Map<string, MapResult>();
  const collectKnown = async (): Promise<readonly MapRow[]> => {
    const unknown = rows.filter(({ realNumber }) => !results.has(realNumber));
    const known = await findProxyNumbers(
      manager,
      unknown.map(({ realNumber }) => realNumber),
    );
    for (const [realNumber, proxyNumber] of known)
      results.set(realNumber, { kind: "existing", realNumber, proxyNumber });
    return unknown.filter(({ realNumber }) => !results.has(realNumber));
  };

  if (!guess.areNew && (await collectKnown()).length === 0) return { results, areFree };
  await lockPoolsAgainstNewNumbers(manager);
  // Allocations from one pool queue up here; each sees what the previous one has mapped.
  const pool = await openPool(manager, options.poolId ?? null);
  const unknown = await collectKnown();
  // Those that are known need no pool.
  if (unknown.length === 0) return { results, areFree };
  if (pool instanceof NoPoolError) throw pool;
  const ours = await findOurs(
    manager,
    unknown.map(({ realNumber }) => realNumber),
  );
  for (const { realNumber } of unknown) {
    if (ours.has(realNumber))
      results.set(realNumber, { kind: "refused", realNumber, code: "REAL_NUMBER_IS_PROXY" });
  }
  const needy = unknown.filter(({ realNumber }) => !ours.has(realNumber));
  const avoided: PhoneNumber[] = [];
  const numbers = await takeNumbers(
    manager,
    pool,
    needy.length,
    async (candidates) => {
      const occupied = await findOccupied(manager, candidates, guess.areFree);
      areFree ||= occupied.size === 0;
      const kept = candidates.filter((one) => options.avoid?.has(one) === true && !occupied.has(one));
      avoided.push(...kept);
      return kept.length === 0 ? occupied : new Set([...occupied, ...kept]);
    },
    nowMs,
  );
  await putRested(
    manager,
    pool.id,
    avoided.map((number) => ({ number, sinceMs: nowMs })),
  );
  const served: { row: MapRow; proxyNumber: PhoneNumber }[] = [];
  for (const [index, row] of needy.entries()) {
    const { realNumber } = row;
    const proxyNumber = numbers[index];
    if (proxyNumber === undefined) {
      results.set(realNumber, { kind: "refused", realNumber, code: "POOL_EXHAUSTED" });
    } else {
      served.push({ row, proxyNumber });
      results.set(realNumber, { kind: "created", realNumber, proxyNumber });
    }
  }
  await insertMappings(manager, served, {
    poolId: pool.id,
    importId: options.importId ?? null,
    now: toDatabaseTime(nowMs),
  });
  await countUse(manager, pool.id, nowMs, { taken: served.length });
  await countMappings(manager, [{ poolId: pool.id, state: "active", by: served.length }]);
  return { results, areFree };
}

const readNumber = rowOf({ number: phone });

/** The pool to take from, locked for the rest of the transaction, or why there is none. */
async function openPool(manager: EntityManager, poolId: number | null): Promise<TakingPool | NoPoolError> {
  let id = poolId;
  if (id === null) {
    const { all, serving } = await readOpenPools(manager);
    if (serving === null) return new NoPoolError(null, all.length);
    ({ id } = serving);
  }
  return (await lockPool(manager, { id, enabled: true })) ?? new NoPoolError(id);
}

/**
 * Which candidates are already mapped, are real numbers, are blocked, or are waiting after quarantine. Mapped ones
 * are left to the unique key if the candidates are believed to be free.
 */
async function findOccupied(
  manager: EntityManager,
  candidates: readonly PhoneNumber[],
  areFree = false,
): Promise<ReadonlySet<string>> {
  const occupied = areFree ? new Set<string>() : await findMapped(manager, "fake_phone", candidates);
  for (const number of await findMapped(manager, "real_phone", candidates)) occupied.add(number);
  for (const number of await findBlocked(manager, candidates)) occupied.add(number);
  for (const number of await findRested(manager, candidates)) occupied.add(number);
  return occupied;
}

async function findRested(
  manager: EntityManager,
  numbers: readonly PhoneNumber[],
): Promise<readonly string[]> {
  if (await areBeside(manager, "rested_numbers", "number", numbers)) return [];
  // SQL, because every batch of an import looks up thousands of numbers here.
  const rows = await selectRows(
    manager,
    readNumber,
    `SELECT number FROM rested_numbers WHERE number IN (${placeholders(numbers)})`,
    numbers,
  );
  return rows.map(({ number }) => number);
}
