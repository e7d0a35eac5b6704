import type { EntityManager } from "typeorm";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { duplicateKey } from "../../store/errors.ts";
import { execute, placeholders } from "../../store/sql.ts";
import { toDatabaseTime } from "../../store/time.ts";
import type { Store } from "../../store/types.ts";
import { countMappings, countUse } from "../pools/counters.ts";
import { endQuarantines } from "../pools/quarantine.ts";
import { findPoolsOf, lockPool, lockPoolsAgainstNewNumbers } from "../pools/rows.ts";
import { findStandings } from "../pools/standing.ts";
import type { Standing } from "../pools/standing.ts";
import type { MapOptions, MappingInvalidations, PairResult, PairRow } from "../types.ts";
import { insertMappings } from "./insertMappings.ts";
import { findOurs, findProxyNumbers } from "./knownNumbers.ts";

interface PairingParts {
  readonly store: Store;
  readonly invalidations: Pick<MappingInvalidations, "announce">;
  readonly clock: { nowMs(): number };
}

const maxRaces = 10;
const quarantinesAtOnce = 5000;

/** `NumberMapper.pair`. */
export function createPairing({ store, invalidations, clock }: PairingParts) {
  return async (
    rows: readonly PairRow[],
    { importId = null }: Pick<MapOptions, "importId"> = {},
  ): Promise<readonly PairResult[]> => {
    for (let races = 1; ; races += 1) {
      let announced: Promise<void> | undefined;
      try {
        const results = await store.transaction(async (manager) => {
          const found = await pairWithin(manager, rows, importId, clock.nowMs());
          const created = found.flatMap((one) => (one.kind === "created" ? [one.proxyNumber] : []));
          if (created.length > 0) {
            store.afterCommit(() => {
              announced = invalidations.announce(created);
            });
          }
          return found;
        });
        await announced;
        return results;
      } catch (error) {
        // Another transaction has mapped one of the real numbers since we looked.
        if (duplicateKey(error) === null || races === maxRaces) throw error;
      }
    }
  };
}

/** Why a pair cannot be created; null: it can, if the real number is new. */
export function pairRefusal(
  { realNumber, poolName }: Pick<PairRow, "realNumber" | "poolName">,
  ours: ReadonlySet<string>,
  standing: Standing | undefined,
): Extract<PairResult, { kind: "refused" }>["code"] | null {
  if (ours.has(realNumber)) return "REAL_NUMBER_IS_PROXY";
  if (standing === undefined) return "PROXY_NOT_IN_POOL";
  if (standing.refusal !== null) return standing.refusal;
  const isOther = poolName !== null && poolName.toLowerCase() !== standing.pool?.name.toLowerCase();
  return isOther ? "PROXY_IN_OTHER_POOL" : null;
}

async function pairWithin(
  manager: EntityManager,
  rows: readonly PairRow[],
  importId: number | null,
  nowMs: number,
): Promise<readonly PairResult[]> {
  const proxies = rows.map(({ proxyNumber }) => proxyNumber);
  await lockPoolsAgainstNewNumbers(manager);
  // From here on, the numbers stand as they are.
  const poolIds = new Set((await findPoolsOf(manager, proxies)).values());
  for (const id of [...poolIds].sort((one, other) => one - other)) await lockPool(manager, { id });
  const reals = rows.map(({ realNumber }) => realNumber);
  const known = await findProxyNumbers(manager, reals);
  const ours = await findOurs(manager, reals);
  const standings = await findStandings(manager, proxies, nowMs);
  await endOverdue(manager, standings, nowMs);
  const accepted = new Map<number, PairRow[]>();
  const results = rows.map((row): PairResult => {
    const { realNumber, proxyNumber } = row;
    const existing = known.get(realNumber);
    if (existing !== undefined) return { kind: "existing", realNumber, proxyNumber: existing };
    const standing = standings.get(proxyNumber);
    const code = pairRefusal(row, ours, standing);
    if (code !== null) return { kind: "refused", realNumber, code };
    const poolId = standing?.pool?.id ?? 0;
    accepted.set(poolId, [...(accepted.get(poolId) ?? []), row]);
    return { kind: "created", realNumber, proxyNumber };
  });
  for (const [poolId, some] of accepted) await insertPairs(manager, poolId, some, importId, nowMs);
  return results;
}

/** Numbers whose quarantine is over can be mapped once it has been ended. */
async function endOverdue(
  manager: EntityManager,
  standings: ReadonlyMap<PhoneNumber, Standing>,
  nowMs: number,
): Promise<void> {
  const overdue = [...standings.values()].flatMap(({ pool, isOverdue }) => (isOverdue && pool ? [pool] : []));
  for (const pool of new Map(overdue.map((one) => [one.id, one])).values()) {
    let ended: readonly PhoneNumber[];
    do ended = await endQuarantines(manager, pool, quarantinesAtOnce, nowMs);
    while (ended.length === quarantinesAtOnce);
  }
}

async function insertPairs(
  manager: EntityManager,
  poolId: number,
  rows: readonly PairRow[],
  importId: number | null,
  nowMs: number,
): Promise<void> {
  const numbers = rows.map(({ proxyNumber }) => proxyNumber);
  // SQL, because a batch of an import takes thousands of numbers.
  await execute(manager, `DELETE FROM rested_numbers WHERE number IN (${placeholders(numbers)})`, numbers);
  const served = rows.map((row) => ({ row, proxyNumber: row.proxyNumber }));
  await insertMappings(manager, served, { poolId, importId, now: toDatabaseTime(nowMs) });
  await countUse(manager, poolId, nowMs, { taken: rows.length });
  await countMappings(manager, [{ poolId, state: "active", by: rows.length }]);
}
