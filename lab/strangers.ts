import { createCallLookup } from "../src/calls/lookUp.ts";
import type { CallLookup } from "../src/values/knownParties.ts";
import type { Lookup } from "../src/values/mapping.ts";
import type { PhoneNumber } from "../src/values/phoneNumber.ts";

/** An active mapping with the policy of its trunk. */
export const foundMapping = (proxyNumber: PhoneNumber, realNumber: PhoneNumber): Lookup => ({
  kind: "found",
  mapping: {
    id: 1,
    proxyNumber,
    realNumber,
    state: "active",
    expiresAtMs: null,
    callerIdPolicy: null,
    realNumberIsProxy: false,
  },
});

/** A lookup whose callers have no proxy numbers of their own. */
export const lookupForStrangers = (byProxyNumber: (number: PhoneNumber) => Promise<Lookup>): CallLookup =>
  createCallLookup({
    byProxyNumber,
    byEitherNumber: async () => ({ kind: "unknown" }),
    newestParty: async () => null,
    trustsCallers: () => true,
    isPremium: () => false,
    nowMs: () => Date.now(),
  });
