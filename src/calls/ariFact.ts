import type { Arrival } from "./arrival.ts";

/** What an event of Asterisk says about calls: a new one, a fact of one, or nothing. */
export type AriFact<Event> =
  | { readonly kind: "arrival"; readonly arrival: Arrival }
  | { readonly kind: "call"; readonly callId: string; readonly event: Event }
  | { readonly kind: "none" };

export const noFact = { kind: "none" } as const;
