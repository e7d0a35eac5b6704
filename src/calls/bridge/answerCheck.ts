import type { Channel } from "../../ari/generated/models.ts";
import { operation } from "../../ari/operation.ts";
import type { AriConnection } from "../../ari/types.ts";
import { calleeChannelOf } from "./machine/legNames.ts";

/** Asterisk needs milliseconds. The caller is waiting, so the limit is short. */
const timeoutMs = 1_000;

/** How long to wait for the answer event when the channel is already up. */
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
