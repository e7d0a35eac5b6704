import { AriError, isConflict, isGone, isUnprocessable } from "../../ari/errors.ts";
import { operation } from "../../ari/operation.ts";
import type { AriRequest } from "../../ari/types.ts";
import { cause } from "../../values/outcome.ts";
import type { Call, CallCommand, CommandFailure } from "./machine/call.ts";

export type AriCommand = CallCommand & { readonly type: "proceed" | "hangUp" };

/** The Asterisk request for a command. */
export function requestOf({ callId, channelName }: Call, command: AriCommand): AriRequest {
  switch (command.type) {
    case "proceed":
      return proceedRequest(callId, command.context, command.extension);
    case "hangUp":
      // Asterisk finds a channel by its name at once, and by its ID after comparing all channels. The cause is that of no
      // other end, so Asterisk's line and the record know that it was a supervisor.
      return operation(
        "channels.hangup",
        { channelId: channelName },
        { reason_code: String(cause.preemption) },
      );
  }
}

/** The caller's channel leaves Stasis and continues in the dialplan. */
export const proceedRequest = (channelId: string, context: string, extension: string): AriRequest =>
  operation("channels.continueInDialplan", { channelId }, { context, extension, priority: 1 });

/** The dialplan goes on where it called `Stasis()`. */
export const letGoRequest = (channelId: string): AriRequest =>
  operation("channels.continueInDialplan", { channelId });

/** Why a command failed. */
export function failureOf(error: unknown): CommandFailure {
  if (!(error instanceof AriError)) return "unknown";
  switch (error.code) {
    case "ARI_HTTP":
      return isGone(error) || isConflict(error) || isUnprocessable(error) ? "gone" : "refused";
    case "ARI_DISCONNECTED":
    case "ARI_REPLACED":
    case "ARI_CLOSED":
      return "disconnected";
    case "ARI_TIMEOUT":
    case "ARI_MALFORMED":
    case "ARI_ANSWER_TOO_LARGE":
      return "unknown";
    case "ARI_TOO_LARGE":
      return "refused";
  }
}
