import type { FieldChange } from "../../../values/fieldChange.ts";
import type { MappingState } from "../../../values/mapping.ts";
import type { MappingPatch } from "./patch.ts";
import { stateAfter } from "./patch.ts";

interface Before {
  readonly state: MappingState;
  readonly expiresAtMs: number | null;
  readonly label: string | null;
  readonly reference: string | null;
  readonly callerIdPolicy: string | null;
}

const timeText = (atMs: number | null): string | null =>
  atMs === null ? null : new Date(atMs).toISOString();

/** The changes that a patch makes to a mapping. Contains no number: of a caller ID policy, only its kind. */
export function fieldChanges(before: Before, patch: MappingPatch, nowMs: number): readonly FieldChange[] {
  const { label, reference, expiresAtMs, callerIdPolicy } = patch;
  const changes: readonly FieldChange[] = [
    { field: "state", before: before.state, after: stateAfter(before, patch, nowMs) },
    ...(label === undefined ? [] : [{ field: "label", before: before.label, after: label }]),
    ...(reference === undefined ? [] : [{ field: "reference", before: before.reference, after: reference }]),
    ...(expiresAtMs === undefined
      ? []
      : [{ field: "expiresAt", before: timeText(before.expiresAtMs), after: timeText(expiresAtMs) }]),
    ...(callerIdPolicy === undefined
      ? []
      : [{ field: "callerId", before: before.callerIdPolicy, after: callerIdPolicy?.kind ?? null }]),
  ];
  return changes.filter((change) => change.before !== change.after);
}
