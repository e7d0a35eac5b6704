/**
 * The names of everything that belongs to a call are made from the inbound channel's id alone. A restarted
 * controller pairs the legs again from what Asterisk lists, with nothing stored anywhere.
 */

const calleeSuffix = ".callee";
const bridgeSuffix = ".bridge";
const playbackSuffix = ".announcement";

/** A call is known by its inbound channel. */
export const callerChannelOf = (callId: string): string => callId;
export const calleeChannelOf = (callId: string): string => callId + calleeSuffix;
export const bridgeOf = (callId: string): string => callId + bridgeSuffix;
export const playbackOf = (callId: string): string => callId + playbackSuffix;

type Leg = "caller" | "callee";

/** Whose channel it is, and of which call. Any channel that is not a callee's may be a caller's. */
export function legOfChannel(channelId: string): { readonly callId: string; readonly leg: Leg } {
  return channelId.endsWith(calleeSuffix)
    ? { callId: channelId.slice(0, -calleeSuffix.length), leg: "callee" }
    : { callId: channelId, leg: "caller" };
}

/** null for a bridge that no call of ours made. */
export function callOfBridge(bridgeId: string): string | null {
  return bridgeId.endsWith(bridgeSuffix) ? bridgeId.slice(0, -bridgeSuffix.length) : null;
}

/** null for a playback that no call of ours started. */
export function callOfPlayback(playbackId: string): string | null {
  return playbackId.endsWith(playbackSuffix) ? playbackId.slice(0, -playbackSuffix.length) : null;
}
