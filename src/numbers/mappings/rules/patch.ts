import type { CallerIdPolicy, MappingState } from "../../../values/mapping.ts";

/** The changes a user can make to a mapping in use; absent fields stay unchanged. */
export interface MappingPatch {
  readonly state?: "active" | "disabled";
  /** A past time expires the mapping at once; null: never expires. */
  readonly expiresAtMs?: number | null;
  readonly label?: string | null;
  readonly reference?: string | null;
  readonly callerIdPolicy?: CallerIdPolicy | null;
}

/** The changes that a bulk change makes to its mappings. */
export type BulkAction =
  | { readonly kind: "change"; readonly patch: MappingPatch }
  | { readonly kind: "release" };

const namesInApi: Readonly<Record<string, string>> = { expiresAtMs: "expiresAt", callerIdPolicy: "callerId" };

/** Names of the changed fields, as in the API; values must not be in logs or histories. */
export const changedFields = (patch: MappingPatch): readonly string[] =>
  Object.keys(patch).map((name) => namesInApi[name] ?? name);

/**
 * The state of a mapping in use after a change. `expired` follows from the expiry and cannot be set: enabling an
 * expired mapping requires a later expiry.
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
