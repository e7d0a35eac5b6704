import type { Lookup, Mapping } from "./mapping.ts";
import type { PhoneNumber } from "./phoneNumber.ts";

/** A caller as our mappings know it. */
export interface KnownCaller {
  /** It is one of our proxy numbers. Those never place calls, so one of our own legs has come back. */
  readonly isProxy: boolean;
  /** The caller's own active proxy number; null if there is none or the caller cannot be trusted. */
  readonly ownNumber: PhoneNumber | null;
}

/** The parties of a call as known when it is decided. */
export type Known =
  | {
      readonly kind: "found";
      readonly mapping: Mapping;
      readonly caller: KnownCaller;
      /** For the owner of the dialled number: the other party of the newest call through it; null if there is none. */
      readonly returnTo: PhoneNumber | null;
      /** The real number is expensive and must not be dialled. */
      readonly isPremium: boolean;
    }
  | Exclude<Lookup, { readonly kind: "found" }>;

/** Facts that decide a call before anything is looked up. */
export interface CallQuestion {
  /** The dialled number in E.164; null if it cannot be one. */
  readonly proxyNumber: PhoneNumber | null;
  /** A second reading of the dialled digits, for a number that the first one does not find. */
  readonly secondReading: PhoneNumber | null;
  /** In E.164 where possible; null if withheld. */
  readonly callerNumber: string | null;
  readonly inboundTrunk: string;
}

/** Answers at once or within a bounded time, and never rejects. */
export interface CallLookup {
  known(call: CallQuestion): Promise<Known>;
}
