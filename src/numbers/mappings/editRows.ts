import type { EntityManager } from "typeorm";
import type { MappingState } from "../../values/mapping.ts";
import { stateAfter } from "./rules/patch.ts";
import type { MappingPatch } from "./rules/patch.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { fromDatabaseTime, toDatabaseTime } from "../../store/time.ts";
import type { Store } from "../../store/types.ts";
import { countMappings, countUse } from "../pools/counters.ts";
import type { CountChange } from "../pools/counters.ts";
import { foldedText } from "./foldedText.ts";
import { pairs, placeholders } from "../pools/rows.ts";
import { findBlocked } from "../pools/quarantine.ts";

/** What a change has to know of a mapping, locked for the rest of the transaction. */
export interface EditableRow {
  readonly id: number;
  readonly proxyNumber: PhoneNumber;
  readonly realNumber: PhoneNumber | null;
  readonly state: MappingState;
  readonly expiresAtMs: number | null;
  readonly poolId: number | null;
  readonly label: string | null;
  readonly reference: string | null;
  readonly callerIdPolicy: string | null;
  readonly callerIdNumber: string | null;
}

interface Row {
  readonly id: number;
  readonly fake_phone: PhoneNumber;
  readonly real_phone: PhoneNumber | null;
  readonly state: MappingState;
  readonly expires_at: Date | string | null;
  readonly pool_id: number | null;
  readonly label: string | null;
  readonly reference: string | null;
  readonly caller_id_policy: string | null;
  readonly caller_id_number: string | null;
}

/** Pools before mappings, as those who take numbers do; ids that are none are left out. */
export async function lockRows(
  manager: EntityManager,
  kind: Store["kind"],
  ids: readonly number[],
  withPools: boolean,
): Promise<readonly EditableRow[]> {
  if (ids.length === 0) return [];
  const lock = kind === "mysql" ? " FOR UPDATE" : "";
  if (withPools) {
    const pools: { pool_id: number }[] = await manager.query(
      `SELECT DISTINCT pool_id FROM phone_mappings WHERE id IN (${placeholders(ids)}) AND pool_id IS NOT NULL`,
      [...ids],
    );
    if (pools.length > 0) {
      await manager.query(
        `SELECT id FROM number_pools WHERE id IN (${placeholders(pools)}) ORDER BY id${lock}`,
        pools.map(({ pool_id }) => pool_id),
      );
    }
  }
  const rows: Row[] = await manager.query(
    `SELECT id, fake_phone, real_phone, state, expires_at, pool_id, label, reference, caller_id_policy, caller_id_number
     FROM phone_mappings WHERE id IN (${placeholders(ids)}) ORDER BY id${lock}`,
    [...ids],
  );
  return rows.map((row) => ({
    id: row.id,
    proxyNumber: row.fake_phone,
    realNumber: row.real_phone,
    state: row.state,
    expiresAtMs: row.expires_at === null ? null : fromDatabaseTime(row.expires_at),
    poolId: row.pool_id,
    label: row.label,
    reference: row.reference,
    callerIdPolicy: row.caller_id_policy,
    callerIdNumber: row.caller_id_number,
  }));
}

/** Resolves to the rows that were not so already. */
export async function changeRows(
  manager: EntityManager,
  kind: Store["kind"],
  rows: readonly EditableRow[],
  patch: MappingPatch,
  nowMs: number,
): Promise<readonly EditableRow[]> {
  const columns = columnsOf(kind, patch);
  const counts: CountChange[] = [];
  const byState = new Map<MappingState, EditableRow[]>();
  for (const row of rows) {
    const state = stateAfter(row, patch, nowMs);
    if (state === row.state && isAlready(row, patch)) continue;
    byState.set(state, [...(byState.get(state) ?? []), row]);
    if (state !== row.state) counts.push(...moved(row, state));
  }
  for (const [state, some] of byState) {
    const values = { ...columns, state, updated_at: toDatabaseTime(nowMs) };
    await manager.query(
      `UPDATE phone_mappings SET ${Object.keys(values)
        .map((name) => `${name} = ?`)
        .join(", ")} WHERE id IN (${placeholders(some)})`,
      [...Object.values(values), ...some.map(({ id }) => id)],
    );
  }
  await countMappings(manager, kind, counts);
  return [...byState.values()].flat();
}

/** Needs the locks of the pools. */
export async function releaseRows(
  manager: EntityManager,
  kind: Store["kind"],
  rows: readonly EditableRow[],
  nowMs: number,
): Promise<readonly EditableRow[]> {
  if (rows.length === 0) return rows;
  const now = toDatabaseTime(nowMs);
  // MySQL sets the columns in this order, so the number is kept before it is dropped.
  await manager.query(
    `UPDATE phone_mappings SET released_real_phone = real_phone, real_phone = NULL, state = 'quarantined',
     released_at = ?, updated_at = ? WHERE id IN (${placeholders(rows)})`,
    [now, now, ...rows.map(({ id }) => id)],
  );
  await countMappings(
    manager,
    kind,
    rows.flatMap((row) => moved(row, "quarantined")),
  );
  return rows;
}

/** Needs the locks of the pools. */
export async function discardRows(
  manager: EntityManager,
  kind: Store["kind"],
  rows: readonly EditableRow[],
  nowMs: number,
): Promise<readonly EditableRow[]> {
  if (rows.length === 0) return rows;
  await manager.query(
    `DELETE FROM phone_mappings WHERE id IN (${placeholders(rows)})`,
    rows.map(({ id }) => id),
  );
  const blocked = await findBlocked(
    manager,
    rows.map(({ proxyNumber }) => proxyNumber),
  );
  const byPool = new Map<number, EditableRow[]>();
  for (const row of rows) {
    if (row.poolId !== null) byPool.set(row.poolId, [...(byPool.get(row.poolId) ?? []), row]);
  }
  for (const [poolId, some] of byPool) {
    const free = some.filter(({ proxyNumber }) => !blocked.has(proxyNumber));
    if (free.length > 0) {
      await manager.query(
        `INSERT INTO rested_numbers (number, pool_id, since) VALUES ${pairs(free, "(?,?,?)")}`,
        free.flatMap(({ proxyNumber }) => [proxyNumber, poolId, toDatabaseTime(nowMs)]),
      );
    }
    if (free.length < some.length) {
      await manager.query("UPDATE number_pools SET blocked = blocked + ? WHERE id = ?", [
        some.length - free.length,
        poolId,
      ]);
    }
    await countUse(manager, kind, poolId, nowMs, { returned: free.length });
  }
  await countMappings(
    manager,
    kind,
    rows.map(({ poolId, state }) => ({ poolId, state, by: -1 })),
  );
  return rows;
}

function moved({ poolId, state }: EditableRow, to: MappingState): readonly CountChange[] {
  return [
    { poolId, state, by: -1 },
    { poolId, state: to, by: 1 },
  ];
}

function columnsOf(kind: Store["kind"], patch: MappingPatch): Record<string, string | null> {
  const { expiresAtMs, label, reference, callerIdPolicy: policy } = patch;
  return {
    ...(expiresAtMs !== undefined && {
      expires_at: expiresAtMs === null ? null : toDatabaseTime(expiresAtMs),
    }),
    ...(label !== undefined && { label }),
    ...(reference !== undefined && { reference }),
    ...(kind === "sqlite" && label !== undefined && { label_folded: foldedText(label) }),
    ...(kind === "sqlite" && reference !== undefined && { reference_folded: foldedText(reference) }),
    ...(policy !== undefined && {
      caller_id_policy: policy?.kind ?? null,
      caller_id_number: policy?.kind === "fixed" ? policy.number : null,
    }),
  };
}

function isAlready(row: EditableRow, patch: MappingPatch): boolean {
  const { expiresAtMs, label, reference, callerIdPolicy: policy } = patch;
  return (
    (expiresAtMs === undefined || expiresAtMs === row.expiresAtMs) &&
    (label === undefined || label === row.label) &&
    (reference === undefined || reference === row.reference) &&
    (policy === undefined ||
      ((policy?.kind ?? null) === row.callerIdPolicy &&
        (policy?.kind === "fixed" ? policy.number : null) === row.callerIdNumber))
  );
}
