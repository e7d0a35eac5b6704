import { indicate } from "../bridging.ts";
import { causeOfReason } from "../causes.ts";
import { softHangUp } from "../hangup.ts";
import type { Args, Reply, Respond } from "../router.ts";
import { failed, noContent, ok, route } from "../router.ts";
import type { Channel } from "../state.ts";
import { channelJson } from "../state.ts";
import { continueInDialplan, moveTo, onChannelThread } from "../stasis.ts";
import type { World } from "../world.ts";

/** resource_channels.c */

const notInStasis = failed(409, "Conflict", "Channel not in Stasis application");
const noChannel = failed(404, "Not Found", "Channel not found");
/** AST_MAX_EXTENSION, less its end. */
const longestExtension = 79;
const invalidState = failed(412, "Precondition Failed", "Channel in invalid state");

/** The channel if it is in Stasis, otherwise Asterisk's refusal. */
export function controlled(world: World, args: Args): Channel | Reply {
  const channel = world.channels.get(args.text("channelId"));
  if (!channel) return noChannel;
  return channel.control ? channel : notInStasis;
}

/** The same for operations that an outbound channel accepts only once it is answered. */
export function settled(world: World, args: Args): Channel | Reply {
  const channel = controlled(world, args);
  if (isReply(channel)) return channel;
  return channel.state === "Down" || channel.state === "Ringing" ? invalidState : channel;
}

export const isReply = (value: Channel | Reply): value is Reply => "status" in value;

type ChannelHandler = (world: World, channel: Channel, args: Args, respond: Respond) => void;

const onSettled =
  (handle: ChannelHandler) =>
  (world: World, args: Args, respond: Respond): void => {
    const channel = settled(world, args);
    if (isReply(channel)) respond(channel);
    else handle(world, channel, args, respond);
  };

/** An operation that does not affect calls: it only needs its channel. */
const accepted = onSettled((_world, _channel, _args, respond) => respond(noContent));

function hangUp(world: World, args: Args, respond: Respond): void {
  const id = args.text("channelId");
  // Unlike the others, this one also accepts a name, which the real Asterisk finds without a search.
  const channel = world.channels.get(id) ?? [...world.channels.values()].find(({ name }) => name === id);
  if (!channel) {
    respond(noChannel);
    return;
  }
  const cause = hangupCause(args);
  if (typeof cause !== "number") {
    respond(cause);
    return;
  }
  softHangUp(world, channel, cause);
  respond(noContent);
}

function hangupCause(args: Args): number | Reply {
  if (args.has("reason") && args.has("reason_code"))
    return failed(400, "Bad Request", "The reason and reason_code can't both be specified");
  if (args.has("reason_code")) {
    const code = Number.parseInt(args.text("reason_code"), 10);
    if (!Number.isNaN(code)) return code;
    return failed(400, "Invalid Reason Code", "Invalid reason for hangup reason code provided");
  }
  if (!args.has("reason")) return 16;
  return (
    causeOfReason.get(args.text("reason")) ??
    failed(400, "Invalid Reason", "Invalid reason for hangup reason provided")
  );
}

export const channelRoutes = [
  route("GET /channels", "list", "List[Channel]", "", (world, _args, respond) =>
    respond(ok([...world.channels.values()].map(channelJson))),
  ),
  route("GET /channels/{channelId}", "get", "Channel", "", (world, args, respond) => {
    const channel = world.channels.get(args.text("channelId"));
    respond(channel ? ok(channelJson(channel)) : noChannel);
  }),
  route("DELETE /channels/{channelId}", "hangup", "void", "reason_code reason", hangUp),
  route(
    "POST /channels/{channelId}/continue",
    "continueInDialplan",
    "void",
    "context extension priority:int label",
    onSettled((world, channel, args, respond) => {
      const moves = args.has("context") || args.has("extension");
      const context = args.has("context") ? args.text("context") : channel.context;
      const extension = args.has("extension")
        ? args.text("extension")
        : args.has("context")
          ? "s"
          : channel.extension;
      const priority = args.int("priority") || (moves ? 1 : channel.priority + 1);
      // A longer one is cut off silently.
      const cut = extension.slice(0, longestExtension);
      continueInDialplan(world, channel, { context, extension: cut, priority });
      respond(noContent);
    }),
  ),
  route("POST /channels/{channelId}/move", "move", "void", "app! appArgs", (world, args, respond) => {
    const channel = controlled(world, args);
    if (isReply(channel)) return respond(channel);
    moveTo(world, channel, args.text("app"), args.list("appArgs"));
    respond(noContent);
  }),
  route(
    "POST /channels/{channelId}/answer",
    "answer",
    "void",
    "",
    onSettled((world, channel, _args, respond) =>
      onChannelThread(
        world,
        channel,
        () => {
          indicate(world, channel, "ANSWER");
          respond(noContent);
        },
        () => respond(failed(500, "Internal Server Error", "Failed to answer channel")),
      ),
    ),
  ),
  ...(["ring", "progress"] as const).map((name) =>
    route(
      `POST /channels/{channelId}/${name}`,
      name,
      "void",
      "",
      onSettled((world, channel, _args, respond) => {
        onChannelThread(world, channel, () =>
          indicate(world, channel, name === "ring" ? "RINGING" : "PROGRESS"),
        );
        respond(noContent);
      }),
    ),
  ),
  route("DELETE /channels/{channelId}/ring", "ringStop", "void", "", accepted),
  route(
    "POST /channels/{channelId}/dtmf",
    "sendDTMF",
    "void",
    "dtmf before:int between:int duration:int after:int",
    accepted,
  ),
  route("POST /channels/{channelId}/mute", "mute", "void", "direction", accepted),
  route("DELETE /channels/{channelId}/mute", "unmute", "void", "direction", accepted),
  route("POST /channels/{channelId}/hold", "hold", "void", "", accepted),
  route("DELETE /channels/{channelId}/hold", "unhold", "void", "", accepted),
  route("POST /channels/{channelId}/moh", "startMoh", "void", "mohClass", accepted),
  route("DELETE /channels/{channelId}/moh", "stopMoh", "void", "", accepted),
  route("POST /channels/{channelId}/silence", "startSilence", "void", "", accepted),
  route("DELETE /channels/{channelId}/silence", "stopSilence", "void", "", accepted),
];
