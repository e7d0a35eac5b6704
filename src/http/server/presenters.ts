import type { MappingState } from "../../values/mapping.ts";

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
