import type { PhoneNumber } from "./phoneNumber.ts";

/**
 * The number shown to the callee.
 *
 * - `proxy`, the default: the caller's own proxy number if there is one, otherwise the dialled one.
 * - `dialled`: the dialled proxy number.
 * - `caller`: the caller's real number.
 */
export type CallerIdPolicy =
  | { readonly kind: "proxy" }
  | { readonly kind: "dialled" }
  | { readonly kind: "caller" }
  | { readonly kind: "fixed"; readonly number: PhoneNumber }
  | { readonly kind: "anonymous" };

/** In the notation of every route and the import. */
export function callerIdText(policy: CallerIdPolicy | null): string | null {
  if (policy === null) return null;
  return policy.kind === "fixed" ? `fixed:${policy.number}` : policy.kind;
}

/** `quarantined`: the proxy number was released and waits before it is allocated again. */
export const mappingStates = ["active", "disabled", "expired", "quarantined"] as const;
export type MappingState = (typeof mappingStates)[number];

export interface Mapping {
  readonly id: number;
  readonly proxyNumber: PhoneNumber;
  /** null: erased. Only a quarantined mapping has none. */
  readonly realNumber: PhoneNumber | null;
  readonly state: MappingState;
  /** UTC, milliseconds; the reader compares it with its own clock, so expiry needs no job to take effect. */
  readonly expiresAtMs: number | null;
  /** null: the trunk's policy. */
  readonly callerIdPolicy: CallerIdPolicy | null;
  /** The real number is one of our proxy numbers: a call to it would come back. */
  readonly realNumberIsProxy: boolean;
}

/** Stored values of a real number that has a proxy number, as far as people enter them. */
export interface KnownMapping {
  readonly id: number;
  readonly proxyNumber: PhoneNumber;
  readonly label: string | null;
  readonly reference: string | null;
  /** UTC, milliseconds. */
  readonly expiresAtMs: number | null;
  readonly poolName: string | null;
  readonly callerIdPolicy: CallerIdPolicy | null;
}

/** `unavailable`: every layer is down, so nothing is known about the number. `late`: none has answered in time. */
export type Lookup =
  | { readonly kind: "found"; readonly mapping: Mapping }
  | { readonly kind: "unknown" }
  | { readonly kind: "unavailable" }
  | { readonly kind: "late" };
