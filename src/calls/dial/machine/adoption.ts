import type { OpenCall } from "../../../values/callRecord.ts";
import { phoneNumberOrNull } from "../../../values/phoneNumber.ts";
import type { IncomingCall } from "../../decision/incoming.ts";
import type { Call } from "./call.ts";
import { newCall } from "./newCall.ts";

/**
 * A call that Asterisk has and this controller does not know: of an earlier life, of another controller, or connected
 * by the fallback. The sighting that follows decides its state.
 * @param known what the spool has of it.
 */
export function adopted(incoming: IncomingCall, channelName: string, known: OpenCall | null): Call {
  if (known === null) return newCall(incoming, channelName);
  return {
    ...newCall(incoming, channelName),
    inboundTrunk: known.inboundTrunk,
    callerNumber: known.callerId === "" ? null : known.callerId,
    atMs: known.startedAtMs,
    realNumber: phoneNumberOrNull(known.realNumber),
    outboundTrunk: known.outboundTrunk,
    answeredAtMs: known.answeredAtMs,
  };
}

/** The spool has the dialled digits even if they are not a phone number. */
