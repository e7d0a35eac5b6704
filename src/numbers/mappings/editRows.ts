import { In } from "typeorm";
import type { EntityManager } from "typeorm";
import type { MappingState } from "../../values/mapping.ts";
import { stateAfter } from "./rules/patch.ts";
import type { MappingPatch } from "./rules/patch.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { dialectOf, heldRows } from "../../store/dialect.ts";
import { PhoneMapping } from "../../store/entities/mappings.ts";
import type { PhoneMappingRow } from "../../store/entities/mappings.ts";
import { NumberPool } from "../../store/entities/numbers.ts";
import { execute, placeholders } from "../../store/sql.ts";
import { toDatabaseTime } from "../../store/time.ts";
import { countMappings, countUse } from "../pools/counters.ts";
import type { CountStep } from "../pools/counters.ts";
import { foldedText } from "./foldedText.ts";
import { findBlocked, putRested } from "../pools/quarantine.ts";

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
  readonly callerIdNumber: PhoneNumber | null;
  readonly updatedAt: number;
}

const editable = {
  id: true,
  fakePhone: true,
  realPhone: true,
  state: true,
  expiresAt: true,
  poolId: true,
  label: true,
  reference: true,
  callerIdPolicy: true,
  callerIdNumber: true,
  updatedAt: true,
} as const;

/** Locks pools before mappings, like allocations; unknown IDs are left out. */
export async function lockRows(
  manager: EntityManager,
  ids: readonly number[],
  withPools: boolean,
): Promise<readonly EditableRow[]> {
  if (ids.length === 0) return [];
  const where = { id: In([...ids]) };
  if (withPools) {
    const found = await manager.find(PhoneMapping, { select: { poolId: true }, where });
    const pools = new Set(found.flatMap(({ poolId }) => poolId ?? []));
    if (pools.size > 0) {
      await manager.find(NumberPool, {
        select: { id: true },
        where: { id: In([...pools]) },
        order: { id: "ASC" },
        ...heldRows(manager),
      });
    }
  }
  const rows = await manager.find(PhoneMapping, {
    select: editable,
    where,
    order: { id: "ASC" },
    ...heldRows(manager),
  });
  return rows.map(({ fakePhone, realPhone, expiresAt, ...row }) => ({
    ...row,
    proxyNumber: fakePhone,
    realNumber: realPhone,
    expiresAtMs: expiresAt,
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
    if (!wouldChange(row, patch, nowMs)) continue;
    const state = stateAfter(row, patch, nowMs);
    byState.set(state, [...(byState.get(state) ?? []), row]);
    if (state !== row.state) counts.push(...moved(row, state));
  }
  for (const [state, some] of byState) {
    await manager.update(PhoneMapping, withIds(some), { ...columns, state, updatedAt: nowMs });
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
  // SQL, because MySQL sets columns in this order: the number is copied before it is removed.
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
  await manager.delete(PhoneMapping, withIds(rows));
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
    await putRested(
      manager,
      poolId,
      free.map(({ proxyNumber }) => ({ number: proxyNumber, sinceMs: nowMs })),
    );
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

const withIds = (rows: readonly EditableRow[]) => ({ id: In(rows.map(({ id }) => id)) });

/** How the counts change when a mapping changes its state. */
export function moved({ poolId, state }: EditableRow, to: MappingState): readonly CountStep[] {
  return [
    { poolId, state, by: -1 },
    { poolId, state: to, by: 1 },
  ];
}

function columnsOf(patch: MappingPatch, foldsText: boolean): Partial<PhoneMappingRow> {
  const { expiresAtMs, label, reference, callerIdPolicy: policy } = patch;
  return {
    ...(expiresAtMs !== undefined && { expiresAt: expiresAtMs }),
    ...(label !== undefined && { label }),
    ...(reference !== undefined && { reference }),
    ...(foldsText && label !== undefined && { labelFolded: foldedText(label) }),
    ...(foldsText && reference !== undefined && { referenceFolded: foldedText(reference) }),
    ...(policy !== undefined && {
      callerIdPolicy: policy?.kind ?? null,
      callerIdNumber: policy?.kind === "fixed" ? policy.number : null,
    }),
  };
}

/** Whether a patch would change a mapping in use. */
export const wouldChange = (row: EditableRow, patch: MappingPatch, nowMs: number): boolean =>
  stateAfter(row, patch, nowMs) !== row.state || !isAlready(row, patch);

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
