import type { Viewer } from "../../access/rules/rights.ts";
import type { CallerIdPolicy, MappingState } from "../../values/mapping.ts";

/** Decides whether a viewer sees real numbers unmasked. */
export type Sight = Pick<Viewer, "permissions">;

/** In the notation of every route and the import. */
export function callerIdText(policy: CallerIdPolicy | null): string | null {
  if (policy === null) return null;
  return policy.kind === "fixed" ? `fixed:${policy.number}` : policy.kind;
}

/** Expiry takes effect by the clock, whether or not a job has recorded it. */
export function stateAt(
  { state, expiresAtMs }: { readonly state: MappingState; readonly expiresAtMs: number | null },
  nowMs: number,
): MappingState {
  return state === "active" && expiresAtMs !== null && expiresAtMs <= nowMs ? "expired" : state;
}

export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
