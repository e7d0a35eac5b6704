import type { CallStatus, StatusReason } from "../../values/callRecord.ts";
import type { CallerIdPolicy, Lookup, Mapping } from "../../values/mapping.ts";
import { cause } from "../../values/outcome.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { IncomingCall } from "./incoming.ts";
import type { OutboundTrunk } from "./policy.ts";

/** The announcements of the dialplan, by the situation they explain to the caller. */
export type Announcement = "unknown" | "disabled" | "expired" | "failed";

/** A trunk in the order in which it is tried, and what it shows the callee. */
interface TrunkTurn {
  /** Position in the list of trunks, from 0. */
  readonly index: number;
  readonly policy: CallerIdPolicy;
}

export interface Connect {
  readonly kind: "connect";
  readonly realNumber: PhoneNumber;
  readonly proxyNumber: PhoneNumber;
  /** The fixed number of the mapping, which is shown on every trunk; null for any other policy. */
  readonly number: PhoneNumber | null;
  readonly turns: readonly TrunkTurn[];
}

export interface Refuse {
  readonly kind: "refuse";
  readonly status: CallStatus;
  readonly reason: StatusReason | null;
  /** Q.850, for the caller. */
  readonly cause: number;
  readonly announcement: Announcement | null;
  /** For the record, if the number was found. */
  readonly realNumber: PhoneNumber | null;
  readonly proxyNumber: PhoneNumber | null;
}

/** The dialplan looks the number up itself: only while the controller is stopping. */
interface HandBack {
  readonly kind: "handBack";
}

type Decision = Connect | Refuse | HandBack;

const refuse = (
  status: CallStatus,
  reason: StatusReason | null,
  callerCause: number,
  announcement: Announcement | null = null,
  mapping: Mapping | null = null,
): Refuse => ({
  kind: "refuse",
  status,
  reason,
  cause: callerCause,
  announcement,
  realNumber: mapping?.realNumber ?? null,
  proxyNumber: mapping?.proxyNumber ?? null,
});

/** Refuses a call that needs no lookup; null for any other. Proxy numbers never place calls. */
export function refusalAtOnce({ cameBack, proxyNumber, callerNumber }: IncomingCall): Refuse | null {
  if (cameBack || (callerNumber !== null && callerNumber === proxyNumber))
    return refuse("loop", "came_back", cause.exchangeRoutingError);
  if (proxyNumber === null) return refuse("unknown_number", "invalid_number", cause.invalidNumberFormat);
  return null;
}

/** What becomes of a call, given what is known about the number. Both strategies carry out this one decision. */
export function decide(
  lookup: Lookup,
  trunks: readonly OutboundTrunk[],
  atMs: number,
): Exclude<Decision, HandBack> {
  switch (lookup.kind) {
    case "unavailable":
      return refuse("failed", "lookup_unavailable", cause.noCircuit, "failed");
    case "unknown":
      return refuse("unknown_number", null, cause.unallocated, "unknown");
    case "found":
      return screen(lookup.mapping, trunks, atMs);
  }
}

/** Only active mappings to external numbers are dialled. */
function screen(
  mapping: Mapping,
  trunks: readonly OutboundTrunk[],
  atMs: number,
): Exclude<Decision, HandBack> {
  const { state, expiresAtMs, realNumber, proxyNumber } = mapping;
  if (state === "disabled") return refuse("disabled", null, cause.callRejected, "disabled", mapping);
  if (state === "quarantined") return refuse("quarantined", null, cause.numberChanged, "expired", mapping);
  if (state === "expired" || (expiresAtMs !== null && expiresAtMs <= atMs))
    return refuse("expired", null, cause.numberChanged, "expired", mapping);
  if (mapping.realNumberIsProxy || realNumber === proxyNumber)
    return refuse("loop", "real_number_is_proxy", cause.exchangeRoutingError, null, mapping);
  const policy = mapping.callerIdPolicy;
  const turns = trunks.map((trunk, index) => ({
    index,
    policy: policy ?? trunk.callerIdPolicy,
  }));
  const number = policy?.kind === "fixed" ? policy.number : null;
  return { kind: "connect", realNumber, proxyNumber, number, turns };
}
