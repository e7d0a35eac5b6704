import type { CallPolicy } from "../../src/calls/decision/policy.ts";

/** One outbound trunk, and no announcements. */
export const callPolicy: CallPolicy = {
  node: "benchmark",
  trunks: [{ name: "trunk-out", dialPrefix: "", callerIdPrefix: "", callerIdPolicy: { kind: "proxy" } }],
  failOverCodes: [402, 407],
  lookupTimeoutMs: 1_000,
  ringTimeoutMs: 60_000,
  silentTrunkMs: 12_000,
  maxLengthMs: 7_200_000,
  announcements: { unknown: null, disabled: null, expired: null, failed: null, own: null },
};
