import type { EntityManager } from "typeorm";
import type { MappingState } from "../../values/mapping.ts";
import { dialectOf } from "../../store/dialect.ts";
import { execute, placeholders } from "../../store/sql.ts";
import type { Parameter } from "../../store/sql.ts";
import { toDatabaseTime } from "../../store/time.ts";
import { countMappings } from "../pools/counters.ts";
import { moved } from "./editRows.ts";
import type { EditableRow } from "./editRows.ts";
import { foldedText } from "./foldedText.ts";
import { stateAfter } from "./rules/patch.ts";
import type { MappingPatch } from "./rules/patch.ts";

/** A locked mapping in use, and new values for some of its fields. */
export interface RowChange {
  readonly row: EditableRow;
  readonly patch: MappingPatch;
}

interface Change extends RowChange {
  readonly state: MappingState;
}

type ReadColumn = (change: Change) => Parameter | undefined;

const columns: Readonly<Record<string, ReadColumn>> = {
  label: ({ patch }) => patch.label,
  reference: ({ patch }) => patch.reference,
  expires_at: ({ patch: { expiresAtMs } }) =>
    typeof expiresAtMs === "number" ? toDatabaseTime(expiresAtMs) : expiresAtMs,
  caller_id_policy: ({ patch: { callerIdPolicy: policy } }) =>
    policy === undefined ? undefined : (policy?.kind ?? null),
  caller_id_number: ({ patch: { callerIdPolicy: policy } }) =>
    policy === undefined ? undefined : policy?.kind === "fixed" ? policy.number : null,
  state: ({ row, state }) => (state === row.state ? undefined : state),
};

const withFoldedTexts: typeof columns = {
  ...columns,
  label_folded: ({ patch: { label } }) => (label === undefined ? undefined : foldedText(label)),
  reference_folded: ({ patch: { reference } }) =>
    reference === undefined ? undefined : foldedText(reference),
};

/** SQLite limits the parameters of a statement. */
const rowsAtOnce = 500;

/**
 * Changes mappings, each in its own way. SQL, because an import or an undo changes hundreds of them in one transaction, and
 * one statement for each takes many times as long.
 */
export async function changeEach(
  manager: EntityManager,
  changes: readonly RowChange[],
  nowMs: number,
): Promise<void> {
  const all = changes.map((one): Change => ({ ...one, state: stateAfter(one.row, one.patch, nowMs) }));
  const used = dialectOf(manager).foldsText ? withFoldedTexts : columns;
  for (let start = 0; start < all.length; start += rowsAtOnce)
    await changeSome(manager, all.slice(start, start + rowsAtOnce), used, toDatabaseTime(nowMs));
  await countMappings(
    manager,
    all.flatMap(({ row, state }) => (state === row.state ? [] : moved(row, state))),
  );
}

async function changeSome(
  manager: EntityManager,
  changes: readonly Change[],
  used: typeof columns,
  now: string,
): Promise<void> {
  const parameters: Parameter[] = [];
  const settings: string[] = [];
  for (const [column, read] of Object.entries(used)) {
    const cases: string[] = [];
    for (const change of changes) {
      const value = read(change);
      if (value === undefined) continue;
      cases.push("WHEN ? THEN ?");
      parameters.push(change.row.id, value);
    }
    if (cases.length > 0) settings.push(`${column} = CASE id ${cases.join(" ")} ELSE ${column} END`);
  }
  if (settings.length === 0) return;
  await execute(
    manager,
    `UPDATE phone_mappings SET ${settings.join(", ")}, updated_at = ? WHERE id IN (${placeholders(changes)})`,
    [...parameters, now, ...changes.map(({ row }) => row.id)],
  );
}
