import type { EntityManager } from "typeorm";
import type { ExistingChoice } from "../reading/types.ts";
import type { ImportRow } from "../rows/row.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { findKnownMappings } from "../../numbers/mappings/knownNumbers.ts";
import type { RowChange } from "../../numbers/mappings/changeEach.ts";
import { findPoolsOf } from "../../numbers/pools/rows.ts";
import type { MapResult, NumberMapper, PairRow } from "../../numbers/types.ts";
import type { Taking } from "./taking.ts";
import { holdKnown, numbersOfRows, speakingRows, updatesOf } from "./knownRows.ts";
import type { HeldNumbers } from "./knownRows.ts";
import { pairingOf, pairKey } from "./pairs.ts";
import { lockPools, planItems, takingKey } from "./planItems.ts";
import type { PlanOptions } from "./planItems.ts";
import type { Item } from "./readItems.ts";
import type { ResultRow } from "../job/types.ts";

interface MapItemsOptions extends PlanOptions {
  readonly mapper: NumberMapper;
  readonly importId: number;
}

/** The result of each row of a batch, and the changes of known numbers that are still to be made. */
interface MappedItems {
  readonly results: readonly ResultRow[];
  readonly updates: readonly RowChange[];
}

/** Allocates proxy numbers for a batch within the caller's transaction. */
export async function mapItems(
  manager: EntityManager,
  items: readonly Item[],
  options: MapItemsOptions,
): Promise<MappedItems> {
  const { mapper, pools, importId, nowMs, numbers, named, existing } = options;
  const { byPool, pairs, proxies, takings, pairings } = await planItems(manager, items, options);
  const speaking = speakingRows(items);
  const poolIds = new Set([
    ...byPool.keys(),
    ...(await findPoolsOf(manager, pairs.map(proxyNumberOf))).values(),
  ]);
  // Pools are locked in a fixed order, so that two imports never deadlock.
  const inOrder = [...poolIds].sort((one, other) => one - other);
  if (pairs.length > 0) await lockPools(manager, inOrder);
  const held =
    existing === "update"
      ? await holdKnown(manager, speaking, () => lockPools(manager, inOrder))
      : nothingHeld;
  const found = new Set<string>(proxies.keys());
  const results = pairs.length === 0 ? [] : await mapper.pair(pairs, { importId });
  for (const [index, pair] of pairs.entries()) {
    const result = results[index];
    if (result === undefined) throw new Error("A pair has no result.");
    pairings.set(pairKey(pair), pairingOf(result));
    if (result.kind === "existing") found.add(result.realNumber);
  }
  for (const poolId of inOrder) {
    const rows = byPool.get(poolId);
    if (rows === undefined) continue;
    for (const result of await mapper.map(rows, { poolId, importId, ...(named && { avoid: named }) })) {
      takings.set(takingKey(result.realNumber, poolId), takingOf(result));
      if (result.kind === "existing") found.add(result.realNumber);
    }
  }
  const judged = await learnRest(manager, speaking, found, held, existing);
  const resultRows = numbers.judge(items, {
    pools,
    nowMs,
    proxies,
    known: judged.known,
    existing,
    take: ({ realNumber }, pool) => takings.get(takingKey(realNumber, pool.id)) ?? { code: "POOL_EXHAUSTED" },
    pair: (row) => pairings.get(pairKey(row)) ?? { code: "PROXY_TAKEN" },
  });
  return { results: resultRows, updates: updatesOf(resultRows, judged) };
}

const proxyNumberOf = ({ proxyNumber }: PairRow): PhoneNumber => proxyNumber;

const nothingHeld: HeldNumbers = { known: new Map(), rows: new Map() };

/** With the known numbers that were not held: without updates that is all of them, else those that are known only now. */
async function learnRest(
  manager: EntityManager,
  speaking: readonly ImportRow[],
  found: ReadonlySet<string>,
  held: HeldNumbers,
  existing: ExistingChoice,
): Promise<HeldNumbers> {
  const rest = speaking.filter(({ realNumber }) => found.has(realNumber) && !held.known.has(realNumber));
  if (rest.length === 0) return held;
  if (existing === "leave")
    return { known: await findKnownMappings(manager, numbersOfRows(rest)), rows: held.rows };
  const more = await holdKnown(manager, rest, async () => undefined);
  return { known: new Map([...held.known, ...more.known]), rows: new Map([...held.rows, ...more.rows]) };
}

const takingOf = (result: MapResult): Taking =>
  result.kind === "refused"
    ? { code: result.code }
    : { code: result.kind === "created" ? "CREATED" : "EXISTING", proxyNumber: result.proxyNumber };
