import type { Channel } from "../ari/generated/models.ts";
import { operation } from "../ari/operation.ts";
import type { AriConnection } from "../ari/types.ts";
import { calleeChannelOf } from "./machine/legNames.ts";

/** Asterisk takes milliseconds. The caller waits meanwhile, so the limit is short. */
const timeoutMs = 1_000;

/** How long to wait for the event of an answer that the channel's state shows already. */
export const answerNewsMs = 1_000;

/**
 * Whether the callee's channel is up. Events pass through Asterisk's internal queues, so the event of an answer may
 * arrive later than this. False when the leg is gone or Asterisk does not respond. Never rejects.
 */
export async function isAnswered(ari: AriConnection, callId: string): Promise<boolean> {
  const request = operation("channels.get", { channelId: calleeChannelOf(callId) });
  try {
    return (await ari.request<Channel>(request, { timeoutMs })).state === "Up";
  } catch {
    return false;
  }
}
