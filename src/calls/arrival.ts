import type { Channel } from "../ari/generated/models.ts";
import { type IncomingCall, incomingOf } from "./decision/incoming.ts";

/** The caller's channel, handed over by the dialplan, and what the dialplan read from the inbound trunk. */
export interface Arrival {
  readonly channel: Channel;
  readonly call: Omit<IncomingCall, "callId" | "asterisk" | "atMs">;
}

/** Reads the `Stasis()` arguments of the caller's channel; null for other channels. */
export function arrivalOf(channel: Channel, args: readonly string[]): Arrival | null {
  const call = incomingOf(args);
  return call && { channel, call };
}
