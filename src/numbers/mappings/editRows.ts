import type { EntityManager } from "typeorm";
import { mappingStates } from "../../values/mapping.ts";
import type { MappingState } from "../../values/mapping.ts";
import { stateAfter } from "./rules/patch.ts";
import type { MappingPatch } from "./rules/patch.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { dialectOf } from "../../store/dialect.ts";
import { NumberPool } from "../../store/entities/numbers.ts";
import { nullable, number, oneOf, phone, rowOf, text, time } from "../../store/row.ts";
import { execute, hasRows, placeholders, selectRows, tuples } from "../../store/sql.ts";
import { toDatabaseTime } from "../../store/time.ts";
import { countMappings, countUse } from "../pools/counters.ts";
import type { CountStep } from "../pools/counters.ts";
import { foldedText } from "./foldedText.ts";
import { findBlocked } from "../pools/quarantine.ts";

/** The fields of a mapping that a change needs, locked for the rest of the transaction. */
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

const readPool = rowOf({ poolId: number });
const readRow = rowOf({
  id: number,
  fakePhone: phone,
  realPhone: nullable(phone),
  state: oneOf(mappingStates),
  expiresAt: nullable(time),
  poolId: nullable(number),
  label: nullable(text),
  reference: nullable(text),
  callerIdPolicy: nullable(text),
  callerIdNumber: nullable(text),
});

/**
 * Locks pools before mappings, like allocations; unknown IDs are left out. SQL here and below, because bulk changes
 * and undone imports change hundreds of mappings per statement.
 */
export async function lockRows(
  manager: EntityManager,
  ids: readonly number[],
  withPools: boolean,
): Promise<readonly EditableRow[]> {
  if (ids.length === 0) return [];
  const lock = dialectOf(manager).forUpdate;
  if (withPools) {
    const pools = await selectRows(
      manager,
      readPool,
      `SELECT DISTINCT pool_id FROM phone_mappings WHERE id IN (${placeholders(ids)}) AND pool_id IS NOT NULL`,
      ids,
    );
    if (pools.length > 0) {
      await hasRows(
        manager,
        `SELECT id FROM number_pools WHERE id IN (${placeholders(pools)}) ORDER BY id${lock}`,
        pools.map(({ poolId }) => poolId),
      );
    }
  }
  const rows = await selectRows(
    manager,
    readRow,
    `SELECT id, fake_phone, real_phone, state, expires_at, pool_id, label, reference, caller_id_policy, caller_id_number
     FROM phone_mappings WHERE id IN (${placeholders(ids)}) ORDER BY id${lock}`,
    ids,
  );
  return rows.map((row) => ({
    id: row.id,
    proxyNumber: row.fakePhone,
    realNumber: row.realPhone,
    state: row.state,
    expiresAtMs: row.expiresAt,
    poolId: row.poolId,
    label: row.label,
    reference: row.reference,
    callerIdPolicy: row.callerIdPolicy,
    callerIdNumber: row.callerIdNumber,
  }));
}

/** Resolves to the rows that changed. */
export async function changeRows(
  manager: EntityManager,
  rows: readonly EditableRow[],
  patch: MappingPatch,
  nowMs: number,
): Promise<readonly EditableRow[]> {
  const columns = columnsOf(patch, dialectOf(manager).foldsText);
  const counts: CountStep[] = [];
  const byState = new Map<MappingState, EditableRow[]>();
  for (const row of rows) {
    const state = stateAfter(row, patch, nowMs);
    if (state === row.state && isAlready(row, patch)) continue;
    byState.set(state, [...(byState.get(state) ?? []), row]);
    if (state !== row.state) counts.push(...moved(row, state));
  }
  for (const [state, some] of byState) {
    const values = { ...columns, state, updated_at: toDatabaseTime(nowMs) };
    await execute(
      manager,
      `UPDATE phone_mappings SET ${Object.keys(values)
        .map((name) => `${name} = ?`)
        .join(", ")} WHERE id IN (${placeholders(some)})`,
      [...Object.values(values), ...some.map(({ id }) => id)],
    );
  }
  await countMappings(manager, counts);
  return [...byState.values()].flat();
}

/** Needs the locks of the pools. */
export async function releaseRows(
  manager: EntityManager,
  rows: readonly EditableRow[],
  nowMs: number,
): Promise<readonly EditableRow[]> {
  if (rows.length === 0) return rows;
  const now = toDatabaseTime(nowMs);
  // MySQL sets columns in this order, so the number is copied before it is removed.
  await execute(
    manager,
    `UPDATE phone_mappings SET released_real_phone = real_phone, real_phone = NULL, state = 'quarantined',
     released_at = ?, updated_at = ? WHERE id IN (${placeholders(rows)})`,
    [now, now, ...rows.map(({ id }) => id)],
  );
  await countMappings(
    manager,
    rows.flatMap((row) => moved(row, "quarantined")),
  );
  return rows;
}

/** Needs the locks of the pools. */
export async function discardRows(
  manager: EntityManager,
  rows: readonly EditableRow[],
  nowMs: number,
): Promise<readonly EditableRow[]> {
  if (rows.length === 0) return rows;
  await execute(
    manager,
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
      await execute(
        manager,
        `INSERT INTO rested_numbers (number, pool_id, since) VALUES ${tuples(free, "(?,?,?)")}`,
        free.flatMap(({ proxyNumber }) => [proxyNumber, poolId, toDatabaseTime(nowMs)]),
      );
    }
    if (free.length < some.length) {
      await manager.increment(NumberPool, { id: poolId }, "blocked", some.length - free.length);
    }
    await countUse(manager, poolId, nowMs, { returned: free.length });
  }
  await countMappings(
    manager,
    rows.map(({ poolId, state }) => ({ poolId, state, by: -1 })),
  );
  return rows;
}

function moved({ poolId, state }: EditableRow, to: MappingState): readonly CountStep[] {
  return [
    { poolId, state, by: -1 },
    { poolId, state: to, by: 1 },
  ];
}

function columnsOf(patch: MappingPatch, foldsText: boolean): Record<string, string | null> {
  const { expiresAtMs, label, reference, callerIdPolicy: policy } = patch;
  return {
    ...(expiresAtMs !== undefined && {
      expires_at: expiresAtMs === null ? null : toDatabaseTime(expiresAtMs),
    }),
    ...(label !== undefined && { label }),
    ...(reference !== undefined && { reference }),
    ...(foldsText && label !== undefined && { label_folded: foldedText(label) }),
    ...(foldsText && reference !== undefined && { reference_folded: foldedText(reference) }),
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
