import type { Refuse } from "../../decision/decide.ts";
import { refuseExtension } from "../../decision/extension.ts";
import type { CallPolicy } from "../../decision/policy.ts";
import type { Call, CallCommand, Transition } from "./call.ts";
import { cleanUpLater, ending } from "./ending.ts";

/** No event reports that a caller hangs up during the announcement. */
const lookAgain: CallCommand = { type: "setTimer", timer: "announcement", afterMs: 1_000 };

/** The dialplan refuses the call. A caller whom the fallback has already taken stays there. */
export function refuse(call: Call, refusal: Refuse, atMs: number, policy: CallPolicy): Transition {
  const { status, reason, cause, announcement, realNumber, proxyNumber } = refusal;
  const refused: Call = {
    ...call,
    realNumber,
    proxyNumber: proxyNumber ?? call.proxyNumber,
    ending: ending(atMs, status, reason, cause),
  };
  const refuseCaller: CallCommand = {
    type: "refuseCaller",
    extension: refuseExtension(refusal, call.direction),
  };
  return announcement !== null && policy.announcements[announcement] !== null
    ? { call: { ...refused, state: "announcing" }, commands: [refuseCaller, lookAgain] }
    : {
        call: { ...refused, state: "ending" },
        commands: [{ type: "writeRecord" }, refuseCaller, cleanUpLater],
      };
}

/** Whether the caller is still there. */
export const lookAtAnnouncement = (call: Call): Transition => ({
  call,
  commands: [{ type: "findCaller" }, lookAgain],
});
