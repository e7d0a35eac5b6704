import { cause } from "../../../values/outcome.ts";
import type { CallPolicy } from "../../decision/policy.ts";
import type { Call, CallEvent, Transition } from "./call.ts";
import { asSeen, end, ending, handBack } from "./ending.ts";
import { lookAtAnnouncement } from "./refusing.ts";
import { letGo } from "./taking.ts";
import { answerAt, answered, talksOn } from "./talking.ts";

/** After a reconnect: compares Asterisk's state with ours. */
export function reconciled(
  call: Call,
  event: CallEvent & { readonly type: "reconciled" },
  policy: CallPolicy,
): Transition {
  const { atMs } = event;
  const seen = asSeen(call, event);
  if (call.state === "announcing" && call.ending !== null)
    return event.caller === "dialplan" ? lookAtAnnouncement(call) : end(seen, { ...call.ending, atMs });
  // The answer may have arrived after Asterisk made its list, and an answered leg never becomes unanswered.
  const calleeUp = event.callee === "up" || (event.callee === "unanswered" && call.answeredAtMs !== null);
  if (seen.callerLeg === "up" && calleeUp && event.bridge === "joined")
    return call.answeredAtMs === null
      ? answered(seen, atMs, policy)
      : talksOn(seen, call.answeredAtMs, policy);
  // A deadline has passed.
  if (event.caller === "dialplan" && call.answeredAtMs === null) return letGo(seen, atMs);
  // One party has left. The remaining leg shows that they were connected, even if the answer event was lost with
  // the previous controller.
  if (call.answeredAtMs !== null || event.caller === "up" || event.callee === "up")
    return end(
      { ...seen, answeredAtMs: answerAt(call, atMs) },
      ending(atMs, "answered", "interrupted", cause.normalClearing),
    );
  if (seen.callerLeg === "gone")
    return end(seen, ending(atMs, "cancelled", "interrupted", cause.normalClearing));
  if (event.callee === "unanswered" && event.bridge === "joined") {
    const dialledAtMs = call.dialledAtMs ?? call.atMs;
    const state = call.state === "dialling" ? "dialling" : "ringing";
    return {
      call: { ...seen, state, dialledAtMs },
      commands: [{ type: "setTimer", timer: "ring", afterMs: policy.ringTimeoutMs, sinceMs: dialledAtMs }],
    };
  }
  // Nothing rings yet. The dialplan can still connect this caller, and a fresh start is safer than a guess.
  return handBack(seen, atMs, "interrupted");
}
