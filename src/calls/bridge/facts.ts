import type { AriEvent, Channel } from "../../ari/generated/models.ts";
import type { StatusReason } from "../../values/callRecord.ts";
import { type AriFact, noFact } from "../ariFact.ts";
import type { Arrival } from "../arrival.ts";
import { callerOf } from "./callers.ts";
import type { CallEvent } from "./machine/call.ts";
import { legOfChannel } from "./machine/legNames.ts";

/**
 * The events that Asterisk is asked to send. It filters out all others, because each event costs both sides. The
 * connection adds `RESTResponse` and the events that it needs itself.
 */
export const eventsForCalls = [
  "StasisStart",
  "StasisEnd",
  "ChannelHangupRequest",
  "ChannelDestroyed",
  "Dial",
] as const satisfies readonly AriEvent["type"][];

/** The caller is held. */
interface Held {
  readonly kind: "held";
  readonly arrival: Arrival;
}

const fact = (callId: string, event: CallEvent): AriFact<CallEvent> => ({ kind: "call", callId, event });

/**
 * The fact about a call that an Asterisk event reports. Events of foreign channels report none.
 * @param atMs when it happened, on the steady clock.
 */
export function factOf(event: AriEvent, atMs: number): AriFact<CallEvent> | Held {
  switch (event.type) {
    case "StasisStart": {
      const caller = callerOf(event.channel, event.args);
      if (caller) return { kind: caller.isHeld ? "held" : "arrival", arrival: caller.arrival };
      const { callId, leg } = legOfChannel(event.channel.id);
      if (leg === "callee")
        return fact(callId, { type: "calleeLegReady", atMs, channel: event.channel.name });
      // `[over]` of the dialplan.
      return event.args[0] === "end" ? fact(callId, { type: "announcementFinished", atMs }) : noFact;
    }
    case "StasisEnd": {
      const { callId, leg } = legOfChannel(event.channel.id);
      // The end of the callee's leg follows with its cause; the caller may also have gone to the dialplan.
      return fact(
        callId,
        leg === "caller"
          ? { ...callerLeft(event.channel, atMs, null), mayContinue: true }
          : { type: "calleeLeaving", atMs },
      );
    }
    case "ChannelHangupRequest": {
      const { callId, leg } = legOfChannel(event.channel.id);
      return fact(callId, { type: "hangupBegan", atMs, reason: reasonOf(leg, event) });
    }
    case "ChannelDestroyed": {
      const { callId, leg } = legOfChannel(event.channel.id);
      const cause = event.cause === 0 ? null : event.cause;
      return leg === "caller"
        ? fact(callId, callerLeft(event.channel, atMs, cause))
        : fact(callId, { type: "calleeLeft", atMs, cause, sipCode: finalSipCode(event.tech_cause) });
    }
    case "Dial": {
      const { callId, leg } = legOfChannel(event.peer.id);
      if (leg !== "callee") return noFact;
      if (event.forward) return fact(callId, { type: "calleeRedirected", atMs });
      switch (event.dialstatus) {
        case "":
          return fact(callId, { type: "calleeDialled", atMs });
        case "RINGING":
          return fact(callId, { type: "calleeRang", atMs });
        case "PROGRESS":
          return fact(callId, { type: "calleeProgressed", atMs });
        case "ANSWER":
          return fact(callId, { type: "calleeAnswered", atMs });
        default:
          return noFact;
      }
    }
    default:
      return noFact;
  }
}

/** `AST_SOFTHANGUP_DEV`. In our calls, only the RTP timeout gives it. */
const byDevice = 1;

/** `soft`: Asterisk ends the channel, be it by itself, for an operator, or for us. */
const reasonOf = (
  leg: ReturnType<typeof legOfChannel>["leg"],
  { soft, cause }: AriEvent & { readonly type: "ChannelHangupRequest" },
): StatusReason | null => {
  if (soft === true) return cause === byDevice ? "media_timeout" : null;
  return leg === "caller" ? "caller_hung_up" : "callee_hung_up";
};

const callerLeft = (
  channel: Channel,
  atMs: number,
  cause: number | null,
): CallEvent & { readonly type: "callerLeft" } => ({
  type: "callerLeft",
  atMs,
  cause,
  wasUp: channel.state === "Up",
});

/** Asterisk reports 0 or nothing if the leg ended without a final SIP response. */
const finalSipCode = (code: number | undefined): number | null =>
  code !== undefined && code >= 300 && code < 700 ? code : null;
