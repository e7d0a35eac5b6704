import { randomUUID } from "node:crypto";
import { createBridge, destroyBridge, joinBridge, leaveBridge } from "../bridging.ts";
import type { Args, Reply, Respond } from "../router.ts";
import { failed, noContent, ok, route } from "../router.ts";
import type { Bridge, Channel } from "../state.ts";
import { bridgeJson } from "../state.ts";
import { onChannelThread } from "../stasis.ts";
import type { World } from "../world.ts";

/** resource_bridges.c */

const noBridge = failed(404, "Not found", "Bridge not found");
const notInStasis = failed(409, "Conflict", "Bridge not in Stasis application");

function create(world: World, args: Args, respond: Respond): void {
  const id = args.has("bridgeId") ? args.text("bridgeId") : randomUUID();
  if (world.bridges.has(id)) {
    respond(failed(409, "Conflict", `Bridge with id '${id}' already exists`));
    return;
  }
  respond(ok(bridgeJson(createBridge(world, id, args.text("name"), args.text("type")))));
}

/**
 * The channels of the request if all are in Stasis, otherwise the refusal. Here, a channel that is gone means 400.
 */
function readChannels(world: World, args: Args): Channel[] | Reply {
  const channels: Channel[] = [];
  for (const id of args.list("channel")) {
    const channel = world.channels.get(id);
    if (!channel) return failed(400, "Bad Request", "Channel not found");
    if (!channel.control) return failed(422, "Unprocessable Entity", "Channel not in Stasis application");
    channels.push(channel);
  }
  return channels.length > 0 ? channels : failed(400, "Bad Request", "Missing parameter channel");
}

/** Lets each channel's thread do it, one after another. The answer waits for the last one. */
function onEach(
  world: World,
  channels: readonly Channel[],
  act: (channel: Channel) => void,
  done: () => void,
): void {
  const [channel, ...rest] = channels;
  if (!channel) {
    done();
    return;
  }
  const next = (): void => onEach(world, rest, act, done);
  onChannelThread(
    world,
    channel,
    () => {
      act(channel);
      next();
    },
    // A channel that is leaving is skipped, and the answer is still success.
    next,
  );
}

type BridgeHandler = (world: World, bridge: Bridge, args: Args, respond: Respond) => void;

const onBridge =
  (handle: BridgeHandler) =>
  (world: World, args: Args, respond: Respond): void => {
    const bridge = world.bridges.get(args.text("bridgeId"));
    if (!bridge) respond(noBridge);
    else if (bridge.dissolving || bridge.owner === "basic") respond(notInStasis);
    else handle(world, bridge, args, respond);
  };

const accepted = onBridge((_world, _bridge, _args, respond) => respond(noContent));

export const bridgeRoutes = [
  route("GET /bridges", "list", "List[Bridge]", "", (world, _args, respond) =>
    respond(ok([...world.bridges.values()].map(bridgeJson))),
  ),
  route("POST /bridges", "create", "Bridge", "type bridgeId name @variables:containers", create),
  route("POST /bridges/{bridgeId}", "createWithId", "Bridge", "type name @variables:containers", create),
  route("GET /bridges/{bridgeId}", "get", "Bridge", "", (world, args, respond) => {
    const bridge = world.bridges.get(args.text("bridgeId"));
    respond(bridge ? ok(bridgeJson(bridge)) : noBridge);
  }),
  route(
    "DELETE /bridges/{bridgeId}",
    "destroy",
    "void",
    "",
    onBridge((world, bridge, _args, respond) => {
      destroyBridge(world, bridge);
      respond(noContent);
    }),
  ),
  route(
    "POST /bridges/{bridgeId}/addChannel",
    "addChannel",
    "void",
    "channel!* role absorbDTMF:boolean mute:boolean inhibitConnectedLineUpdates:boolean",
    onBridge((world, bridge, args, respond) => {
      const channels = readChannels(world, args);
      if (!Array.isArray(channels)) return respond(channels);
      const inhibit = args.flag("inhibitConnectedLineUpdates");
      onEach(
        world,
        channels,
        (channel) => joinBridge(world, channel, bridge, inhibit),
        () => respond(noContent),
      );
    }),
  ),
  route(
    "POST /bridges/{bridgeId}/removeChannel",
    "removeChannel",
    "void",
    "channel!*",
    onBridge((world, bridge, args, respond) => {
      const channels = readChannels(world, args);
      if (!Array.isArray(channels)) return respond(channels);
      if (channels.some((channel) => channel.bridge !== bridge))
        return respond(failed(422, "Unprocessable Entity", "Channel not in this bridge"));
      onEach(
        world,
        channels,
        (channel) => leaveBridge(world, channel, "moved"),
        () => respond(noContent),
      );
    }),
  ),
  route("POST /bridges/{bridgeId}/moh", "startMoh", "void", "mohClass", accepted),
  route("DELETE /bridges/{bridgeId}/moh", "stopMoh", "void", "", accepted),
];
