import type { MappingPatch } from "./patch.ts";

/** How to undo a part of a bulk change: the values that these mappings had. */
export interface UndoStep {
  readonly ids: readonly number[];
  readonly patch: Undoable;
  /** Mappings that have changed since then stay as they are. */
  readonly changedAtMs: number;
}

type Undoable = Omit<MappingPatch, "callerIdPolicy">;

interface Before extends Required<Pick<MappingPatch, "label" | "reference" | "expiresAtMs">> {
  readonly id: number;
  readonly state: string;
}

/** Mappings with the same values share a step. `patch` is the change; a change of the caller ID has no undo. */
export function undoSteps(
  rows: readonly Before[],
  patch: MappingPatch,
  changedAtMs: number,
): readonly UndoStep[] {
  if (patch.callerIdPolicy !== undefined) return [];
  const steps = new Map<string, { readonly ids: number[]; readonly patch: Undoable }>();
  for (const row of rows) {
    const back = valuesOf(row, patch);
    const key = JSON.stringify(back);
    const step = steps.get(key);
    if (step === undefined) steps.set(key, { ids: [row.id], patch: back });
    else step.ids.push(row.id);
  }
  return Array.from(steps.values(), (step) => ({ ...step, changedAtMs }));
}

/** `expired` follows from the expiry. */
function valuesOf({ state, label, reference, expiresAtMs }: Before, patch: MappingPatch): Undoable {
  return {
    ...((patch.state !== undefined || patch.expiresAtMs !== undefined) && {
      state: state === "disabled" ? "disabled" : "active",
    }),
    ...(patch.expiresAtMs !== undefined && { expiresAtMs }),
    ...(patch.label !== undefined && { label }),
    ...(patch.reference !== undefined && { reference }),
  };
}
