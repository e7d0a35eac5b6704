import type { Lookup, Mapping } from "./mapping.ts";
import type { PhoneNumber } from "./phoneNumber.ts";

/** What our numbers say about a caller. */
export interface KnownCaller {
  /** It is one of our proxy numbers. Those never place calls, so one of our own legs has come back. */
  readonly isProxy: boolean;
  /** The caller's own active proxy number; null if there is none or the caller cannot be trusted. */
  readonly ownNumber: PhoneNumber | null;
}

/** What is known about the parties of a call when it is decided. */
export type Known =
  | {
      readonly kind: "found";
      readonly mapping: Mapping;
      readonly caller: KnownCaller;
      /** For the owner of the dialled number: the other party of the newest call through it; null if there is none. */
      readonly returnTo: PhoneNumber | null;
    }
  | Exclude<Lookup, { readonly kind: "found" }>;
