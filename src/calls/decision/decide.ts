import type { CallDirection, CallStatus, StatusReason } from "../../values/callRecord.ts";
import type { Mapping } from "../../values/mapping.ts";
import { cause } from "../../values/outcome.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { IncomingCall } from "./incoming.ts";
import type { Known } from "../../values/knownParties.ts";
import type { Announcement, OutboundTrunk } from "./policy.ts";
import { type Shown, shownUnder } from "./shown.ts";

/** A trunk in the order in which it is tried, and what it shows the callee. */
interface TrunkTurn {
  /** Position in the list of trunks, from 0. */
  readonly index: number;
  readonly shown: Shown;
}

export interface Connect {
  readonly kind: "connect";
  readonly direction: CallDirection;
  /** The number to dial: the mapping's real number or, in a return call, the other party's. */
  readonly realNumber: PhoneNumber;
  readonly proxyNumber: PhoneNumber;
  /** The mapping's fixed number or the caller's own proxy number, if some trunk shows it. */
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
export function refusalAtOnce({
  cameBack,
  proxyNumber,
  callerNumber,
  withheldNumber,
}: Pick<IncomingCall, "cameBack" | "proxyNumber" | "callerNumber" | "withheldNumber">): Refuse | null {
  const isFromItself = proxyNumber !== null && proxyNumber === (callerNumber ?? withheldNumber);
  if (cameBack || isFromItself) return refuse("loop", "came_back", cause.exchangeRoutingError);
  if (proxyNumber === null) return refuse("unknown_number", "invalid_number", cause.invalidNumberFormat);
  return null;
}

/** More calls are being set up than can be handled. */
export const overloaded: Refuse = refuse("overload", null, cause.switchingCongestion);

/** If a lookup is late, the dialplan decides instead: it may reach the database sooner. */
export type KnownInTime = Exclude<Known, { readonly kind: "late" }>;

/** Decides a call from what is known about its numbers. Both strategies carry out this one decision. */
export function decide(
  known: KnownInTime,
  { callerNumber, withheldNumber }: Pick<IncomingCall, "callerNumber" | "withheldNumber">,
  trunks: readonly OutboundTrunk[],
  atMs: number,
): Connect | Refuse {
  switch (known.kind) {
    case "unavailable":
      return refuse("failed", "lookup_unavailable", cause.noCircuit, "failed");
    case "unknown":
      return refuse("unknown_number", null, cause.unallocated, "unknown");
    case "found":
      return (
        refusalOf(known, atMs) ??
        (withheldNumber === known.mapping.realNumber ? dialsOwnNumber(known.mapping) : null) ??
        (callerNumber === known.mapping.realNumber
          ? returnCall(known.mapping, known.returnTo, trunks)
          : connect(known.mapping, known.caller.ownNumber, trunks))
      );
  }
}

/** Only active mappings to external numbers are dialled, and expensive ones only where the settings say so. */
function refusalOf(
  { mapping, caller, isPremium }: Known & { readonly kind: "found" },
  atMs: number,
): Refuse | null {
  const { state, expiresAtMs, realNumber, proxyNumber } = mapping;
  if (caller.isProxy) return refuse("loop", "came_back", cause.exchangeRoutingError, null, mapping);
  if (state === "disabled") return refuse("disabled", null, cause.callRejected, "disabled", mapping);
  if (state === "quarantined") return refuse("quarantined", null, cause.numberChanged, "expired", mapping);
  if (state === "expired" || (expiresAtMs !== null && expiresAtMs <= atMs))
    return refuse("expired", null, cause.numberChanged, "expired", mapping);
  if (mapping.realNumberIsProxy || realNumber === proxyNumber)
    return refuse("loop", "real_number_is_proxy", cause.exchangeRoutingError, null, mapping);
  if (isPremium) return refuse("disabled", "premium_number", cause.callRejected, "disabled", mapping);
  return null;
}

function connect(
  { realNumber, proxyNumber, callerIdPolicy }: Mapping,
  ownNumber: PhoneNumber | null,
  trunks: readonly OutboundTrunk[],
): Connect | Refuse {
  // An erased number; the state has refused the call before.
  if (realNumber === null) return refuse("quarantined", null, cause.numberChanged, "expired", null);
  const turns = trunks.map((trunk, index) => ({
    index,
    shown: shownUnder(callerIdPolicy, trunk.callerIdPolicy, ownNumber),
  }));
  const number =
    callerIdPolicy?.kind === "fixed"
      ? callerIdPolicy.number
      : turns.some(({ shown }) => shown === "own")
        ? ownNumber
        : null;
  return { kind: "connect", direction: "in", realNumber, proxyNumber, number, turns };
}

/** Also if owners withhold their number: returning the call would reveal them. */
const dialsOwnNumber = (mapping: Mapping): Refuse =>
  refuse("own_number", null, cause.callRejected, "own", mapping);

/** Owners who dial their own proxy number reach the other party of its newest call, never themselves. */
function returnCall(
  mapping: Mapping,
  returnTo: PhoneNumber | null,
  trunks: readonly OutboundTrunk[],
): Connect | Refuse {
  const { proxyNumber, realNumber } = mapping;
  if (returnTo === null || returnTo === realNumber) return dialsOwnNumber(mapping);
  const turns = trunks.map((_, index) => ({ index, shown: "return" as const }));
  return { kind: "connect", direction: "return", realNumber: returnTo, proxyNumber, number: null, turns };
}
