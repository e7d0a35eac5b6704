import type { Channel } from "../ari/generated/models.ts";
import { isWithheld } from "./decision/callerId.ts";
import { type IncomingCall, incomingOf } from "./decision/incoming.ts";
import { parseDialled } from "../values/phoneNumber.ts";

/** The caller's channel, handed over by the dialplan, and what the dialplan read from the inbound trunk. */
export interface Arrival {
  readonly channel: Channel;
  readonly call: Omit<IncomingCall, "callId" | "asterisk" | "atMs">;
}

/** Reads the `Stasis()` arguments of the caller's channel; null for other channels. */
export function arrivalOf(channel: Channel, args: readonly string[]): Arrival | null {
  const call = args.length === 8 ? incomingOf(args) : earlierArguments(channel, args);
  return call && { channel, call };
}

/** The arguments of dialplans before version 2: `in,EXTEN,TRUNK,HOP,PRESENTATION,PRIVACY,FROM`. */
function earlierArguments(channel: Channel, args: readonly string[]): Arrival["call"] | null {
  const [direction, dialled = "", inboundTrunk = "", mark = "", presentation = "", privacy = "", from = ""] =
    args;
  if (direction !== "in") return null;
  const { number } = channel.caller;
  return {
    inboundTrunk,
    dialled,
    proxyNumber: parseDialled(dialled, { defaultCountry: "RU" }),
    secondReading: null,
    callerNumber: number === "" || isWithheld({ presentation, privacy, from }) ? null : number,
    cameBack: mark !== "",
  };
}
