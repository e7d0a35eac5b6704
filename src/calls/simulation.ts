import type { CallDirection, CallStatus, StatusReason } from "../values/callRecord.ts";
import type { PhoneNumber } from "../values/phoneNumber.ts";
import { decide, refusalAtOnce } from "./decision/decide.ts";
import type { Announcement, OutboundTrunk } from "./decision/policy.ts";
import { shownNumber } from "./decision/shown.ts";
import type { CallLookup, Question } from "./lookUp.ts";

/** What would become of a call. */
type SimulatedCall =
  | {
      readonly decision: "connect";
      readonly direction: CallDirection;
      readonly realNumber: PhoneNumber;
      /** null: none. */
      readonly shownNumber: string | null;
      /** The outbound trunk that is tried first. */
      readonly trunk: string;
    }
  | {
      readonly decision: "refuse";
      readonly status: CallStatus;
      readonly reason: StatusReason | null;
      /** Q.850. */
      readonly cause: number;
      readonly announcement: Announcement | null;
    };

/** Decides about a call as the controllers do, without placing it. */
export async function simulateCall(
  question: Omit<Question, "secondReading">,
  lookup: CallLookup,
  {
    trunks,
    nowMs,
  }: { readonly trunks: readonly [OutboundTrunk, ...OutboundTrunk[]]; readonly nowMs: number },
): Promise<SimulatedCall> {
  const call = { ...question, secondReading: null, cameBack: false };
  const decision = refusalAtOnce(call) ?? decide(await lookup.known(call), call, trunks, nowMs);
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
    trunkPolicy: trunk.callerIdPolicy,
  });
  return { decision: "connect", direction, realNumber, shownNumber: shown, trunk: trunk.name };
}
