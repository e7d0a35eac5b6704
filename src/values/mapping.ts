import type { PhoneNumber } from "./phoneNumber.ts";

/** Which number the callee sees. The default, `proxy`, keeps both sides masked. */
export type CallerIdPolicy =
  | { readonly kind: "proxy" }
  | { readonly kind: "caller" }
  | { readonly kind: "fixed"; readonly number: PhoneNumber }
  | { readonly kind: "anonymous" };

/** `quarantined`: the proxy number was released and rests before it is given to somebody else. */
export const mappingStates = ["active", "disabled", "expired", "quarantined"] as const;
export type MappingState = (typeof mappingStates)[number];

export interface Mapping {
  readonly id: number;
  readonly proxyNumber: PhoneNumber;
  readonly realNumber: PhoneNumber;
  readonly state: MappingState;
  /** UTC, milliseconds; the reader compares it with its own clock, so expiry needs no job to take effect. */
  readonly expiresAtMs: number | null;
  /** null: the trunk's policy applies. */
  readonly callerIdPolicy: CallerIdPolicy | null;
  /** The real number is a proxy number of ours: calling it would come straight back. */
  readonly realNumberIsProxy: boolean;
}

/** `unavailable`: every layer that could have known is down; nothing was learned about the number. */
export type Lookup =
  | { readonly kind: "found"; readonly mapping: Mapping }
  | { readonly kind: "unknown" }
  | { readonly kind: "unavailable" };
