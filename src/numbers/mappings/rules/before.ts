import type { CallerIdPolicy } from "../../../values/mapping.ts";
import type { BulkAction, MappingPatch } from "./patch.ts";

/** How to undo a part of a bulk change. */
export interface UndoStep {
  readonly ids: readonly number[];
  /** Gives released mappings back to their real numbers, or others the values that they had. */
  readonly undo: { readonly kind: "restore" } | { readonly kind: "change"; readonly patch: MappingPatch };
  /** Mappings that have changed since then stay as they are. */
  readonly changedAtMs: number;
}

interface Before extends Required<Pick<MappingPatch, "label" | "reference" | "expiresAtMs">> {
  readonly id: number;
  readonly state: string;
  readonly callerIdPolicy: CallerIdPolicy | null;
}

/** Mappings with the same values share a step. `rows` are those that the action has changed, as they were before. */
export function undoSteps(
  rows: readonly Before[],
  action: BulkAction,
  changedAtMs: number,
): readonly UndoStep[] {
  if (rows.length === 0) return [];
  if (action.kind === "release")
    return [{ ids: rows.map(({ id }) => id), undo: { kind: "restore" }, changedAtMs }];
  const steps = new Map<string, { readonly ids: number[]; readonly patch: MappingPatch }>();
  for (const row of rows) {
    const patch = valuesOf(row, action.patch);
    const key = JSON.stringify(patch);
    const step = steps.get(key);
    if (step === undefined) steps.set(key, { ids: [row.id], patch });
    else step.ids.push(row.id);
  }
  return Array.from(steps.values(), ({ ids, patch }) => ({
    ids,
    undo: { kind: "change", patch },
    changedAtMs,
  }));
}

/** `expired` follows from the expiry. */
function valuesOf(
  { state, label, reference, expiresAtMs, callerIdPolicy }: Before,
  patch: MappingPatch,
): MappingPatch {
  return {
    ...((patch.state !== undefined || patch.expiresAtMs !== undefined) && {
      state: state === "disabled" ? "disabled" : "active",
    }),
    ...(patch.expiresAtMs !== undefined && { expiresAtMs }),
    ...(patch.label !== undefined && { label }),
    ...(patch.reference !== undefined && { reference }),
    ...(patch.callerIdPolicy !== undefined && { callerIdPolicy }),
  };
}
