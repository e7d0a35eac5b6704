import type { AriEvent, Channel } from "../../ari/generated/models.ts";
import { dialStatuses } from "../../values/asteriskCall.ts";
import { callStatuses, statusReasons } from "../../values/callRecord.ts";
import { type AriFact, noFact } from "../ariFact.ts";
import { arrivalOf } from "../arrival.ts";
import type { CallEvent } from "./machine/call.ts";
import { endpointOf, type Trunks } from "./trunks.ts";

/**
 * The events that Asterisk is asked to send. It filters out all others, because each event costs both sides.
 *
 * After the decision, the caller's channel sends none. We do not subscribe to its exit from Stasis: the answer to our
 * request reports that sooner, and no other event is as frequent. The callee's leg sends them because the application
 * is subscribed to the endpoints of the outbound trunks. Its account code is the call ID, which it takes over from
 * the caller's channel (not yet in `ChannelCreated`).
 */
export const eventsForCalls = [
  "StasisStart",
  "ChannelStateChange",
  "ChannelHangupRequest",
  "ChannelDestroyed",
] as const satisfies readonly AriEvent["type"][];

/**
 * The fact about a call that an event of Asterisk reports.
 * @param atMs when it happened, on the steady clock.
 */
export function factOf(event: AriEvent, atMs: number, trunks: Trunks): AriFact<CallEvent> {
  switch (event.type) {
    case "StasisStart": {
      const arrival = arrivalOf(event.channel, event.args);
      if (arrival) return { kind: "arrival", arrival };
      const failed = failedOf(event.args, atMs);
      return failed === null ? noFact : { kind: "call", callId: event.channel.id, event: failed };
    }
    case "ChannelStateChange":
      switch (event.channel.state) {
        case "Ringing":
          return ofLeg(event.channel, trunks, (leg) => ({ type: "legRang", atMs, ...leg }));
        case "Up":
          return ofLeg(event.channel, trunks, (leg) => ({ type: "legAnswered", atMs, ...leg }));
        default:
          return noFact;
      }
    case "ChannelHangupRequest": {
      const { channel, soft } = event;
      if (soft === true) return noFact;
      return channel.id === channel.accountcode
        ? { kind: "call", callId: channel.id, event: { type: "callerHungUp", atMs } }
        : ofLeg(channel, trunks, (leg) => ({ type: "legHungUp", atMs, ...leg }));
    }
    case "ChannelDestroyed": {
      const { channel, tech_cause } = event;
      const cause = event.cause === 0 ? null : event.cause;
      return channel.id === channel.accountcode
        ? { kind: "call", callId: channel.id, event: { type: "gone", atMs } }
        : ofLeg(channel, trunks, (leg) => ({
            type: "legLeft",
            atMs,
            ...leg,
            cause,
            sipCode: finalSipCode(tech_cause),
          }));
    }
    default:
      return noFact;
  }
}

interface Leg {
  readonly leg: string;
  readonly trunk: string;
}

/** Only the callee's leg has the account code of another channel. */
function ofLeg(
  { id, name, accountcode }: Channel,
  trunks: Trunks,
  tell: (leg: Leg) => CallEvent,
): AriFact<CallEvent> {
  return accountcode === "" || accountcode === id
    ? noFact
    : {
        kind: "call",
        callId: accountcode,
        event: tell({ leg: id, trunk: trunks.trunkOf(endpointOf(name)) }),
      };
}

/** `Stasis(APP,end,STATUS,REASON,DIALSTATUS,CAUSE,SIP_CODE,TRUNK_OUT)`; null for anything else. */
function failedOf(args: readonly string[], atMs: number): CallEvent | null {
  const [kind, status = "", reason = "", dialStatus = "", cause = "", sipCode = "", trunk = ""] = args;
  if (kind !== "end") return null;
  return {
    type: "failed",
    atMs,
    status: callStatuses.find((one) => one === status) ?? null,
    reason: statusReasons.find((one) => one === reason) ?? null,
    trunk: trunk === "" ? null : trunk,
    dialStatus: dialStatuses.find((one) => one === dialStatus) ?? null,
    cause: numberIn(cause),
    sipCode: finalSipCode(numberIn(sipCode) ?? undefined),
  };
}

/** Asterisk reports 0 if there is none. */
const numberIn = (text: string): number | null => (/^[1-9]\d{0,2}$/.test(text) ? Number(text) : null);

const finalSipCode = (code: number | undefined): number | null =>
  code !== undefined && code >= 300 && code < 700 ? code : null;
