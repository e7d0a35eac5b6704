import { operation } from "../../ari/operation.ts";
import type { AriRequest } from "../../ari/types.ts";
import { cause } from "../../values/outcome.ts";
import type { Call, CallCommand } from "./machine/call.ts";

export type AriCommand = CallCommand & { readonly type: "proceed" | "hangUp" };

/** The Asterisk request for a command. */
export function requestOf({ callId, channelName }: Call, command: AriCommand): AriRequest {
  switch (command.type) {
    case "proceed":
      return proceedRequest(callId, command.context, command.extension);
    case "hangUp":
      // Asterisk finds a channel by its name at once, and by its ID after comparing all channels. No other end has this
      // cause, so Asterisk's line and the record show that a supervisor hung up.
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
