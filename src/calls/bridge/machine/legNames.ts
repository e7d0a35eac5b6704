/**
 * All IDs of a call derive from the inbound channel's ID. A restarted controller can pair the legs again from
 * Asterisk's lists, without stored state.
 */

const calleeSuffix = ".callee";
const bridgeSuffix = ".bridge";

/** The call ID is the ID of its inbound channel. */
export const callerChannelOf = (callId: string): string => callId;
export const calleeChannelOf = (callId: string): string => callId + calleeSuffix;
export const bridgeOf = (callId: string): string => callId + bridgeSuffix;

type Leg = "caller" | "callee";

/** Leg and call of a channel. Any channel that is not a callee's may be a caller's. */
export function legOfChannel(channelId: string): { readonly callId: string; readonly leg: Leg } {
  return channelId.endsWith(calleeSuffix)
    ? { callId: channelId.slice(0, -calleeSuffix.length), leg: "callee" }
    : { callId: channelId, leg: "caller" };
}

/** null for a bridge that is not ours. */
export function callOfBridge(bridgeId: string): string | null {
  return bridgeId.endsWith(bridgeSuffix) ? bridgeId.slice(0, -bridgeSuffix.length) : null;
}
