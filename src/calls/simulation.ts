import type { CallLookup, CallQuestion } from "../values/knownParties.ts";
import type { SimulatedCall } from "../values/simulatedCall.ts";
import { decide, type KnownInTime, refusalAtOnce } from "./decision/decide.ts";
import type { OutboundTrunk } from "./decision/policy.ts";
import { shownNumber } from "./decision/shown.ts";

/** Here, no dialplan decides late calls. */
async function inTime(lookup: CallLookup, call: CallQuestion): Promise<KnownInTime> {
  const known = await lookup.known(call);
  return known.kind === "late" ? { kind: "unavailable" } : known;
}

/** Decides about a call as the controllers do, without placing it. */
export async function simulateCall(
  question: Omit<CallQuestion, "secondReading">,
  lookup: CallLookup,
  {
    trunks,
    nowMs,
  }: { readonly trunks: readonly [OutboundTrunk, ...OutboundTrunk[]]; readonly nowMs: number },
): Promise<SimulatedCall> {
  const call = { ...question, secondReading: null, cameBack: false, withheldNumber: null };
  const decision = refusalAtOnce(call) ?? decide(await inTime(lookup, call), call, trunks, nowMs);
  if (decision.kind === "refuse") {
    const { status, reason, cause, announcement } = decision;
    return { decision: "refuse", status, reason, cause, announcement };
  }
  const { direction, realNumber, proxyNumber, number, turns } = decision;
  const trunk = trunks[turns[0]?.index ?? 0] ?? trunks[0];
  const shown = shownNumber(turns[0]?.shown ?? "nothing", {
    proxyNumber,
    number,
    callerNumber: call.callerNumber,
    withheldNumber: call.withheldNumber,
    trunkPolicy: trunk.callerIdPolicy,
  });
  return { decision: "connect", direction, realNumber, shownNumber: shown, trunk: trunk.name };
}
