import type { Arrival } from "./arrival.ts";

/** The meaning of an Asterisk event for calls: a new call, a fact of a call, or nothing. */
export type AriFact<Event> =
  | { readonly kind: "arrival"; readonly arrival: Arrival }
  | { readonly kind: "call"; readonly callId: string; readonly event: Event }
  | { readonly kind: "none" };

export const noFact = { kind: "none" } as const;
