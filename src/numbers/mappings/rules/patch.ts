import type { CallerIdPolicy, MappingState } from "../../../values/mapping.ts";

/** What a person may change of a mapping that is in use; what is absent stays as it is. */
export interface MappingPatch {
  readonly state?: "active" | "disabled";
  /** A time that is past expires the mapping at once; null: it never expires. */
  readonly expiresAtMs?: number | null;
  readonly label?: string | null;
  readonly reference?: string | null;
  readonly callerIdPolicy?: CallerIdPolicy | null;
}

const namesInApi: Readonly<Record<string, string>> = { expiresAtMs: "expiresAt", callerIdPolicy: "callerId" };

/** Names of what is changed, as the API calls it: what it was changed to is for no log and no history. */
export const changedFields = (patch: MappingPatch): readonly string[] =>
  Object.keys(patch).map((name) => namesInApi[name] ?? name);

/**
 * The state that a mapping in use has after a change. Expired is what its time says and nobody can set:
 * enabling an expired mapping takes a later time as well.
 */
export function stateAfter(
  before: { readonly state: MappingState; readonly expiresAtMs: number | null },
  patch: MappingPatch,
  nowMs: number,
): MappingState {
  if (patch.state === undefined && patch.expiresAtMs === undefined) return before.state;
  const wanted = patch.state ?? (before.state === "disabled" ? "disabled" : "active");
  if (wanted === "disabled") return wanted;
  const expiresAtMs = patch.expiresAtMs === undefined ? before.expiresAtMs : patch.expiresAtMs;
  return expiresAtMs !== null && expiresAtMs <= nowMs ? "expired" : "active";
}
