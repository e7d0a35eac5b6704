import { type CallLookup, createCallLookup } from "../src/calls/lookUp.ts";
import type { Lookup } from "../src/values/mapping.ts";
import type { PhoneNumber } from "../src/values/phoneNumber.ts";

/** A lookup whose callers have no proxy numbers of their own. */
export const lookupForStrangers = (byProxyNumber: (number: PhoneNumber) => Promise<Lookup>): CallLookup =>
  createCallLookup({
    byProxyNumber,
    byEitherNumber: async () => ({ kind: "unknown" }),
    newestParty: async () => null,
    trustsCallers: () => true,
    nowMs: () => Date.now(),
  });
