import { randomUUID } from "node:crypto";
import type { Bridge, Channel, Signal } from "./state.ts";
import type { World } from "./world.ts";

/** Stasis bridges: their channels, and the signals that pass from one side to the other. */

export function createBridge(world: World, id: string, name: string, types: string): Bridge {
  const bridge: Bridge = {
    id,
    source: `bridge:${id}`,
    name,
    type: types.split(",").includes("holding") ? "holding" : "mixing",
    owner: "stasis",
    createdAtMs: world.scheduler.nowMs(),
    channels: [],
    variables: new Map(),
    dissolving: false,
  };
  world.bridges.set(id, bridge);
  world.bridgeEvent(bridge, "BridgeCreated");
  return bridge;
}

/**
 * `Dial()` joins both channels in its own bridge, which has no events for applications that are not subscribed to it.
 */
export function joinDialBridge(world: World, channels: readonly Channel[]): Bridge {
  const id = randomUUID();
  const bridge: Bridge = {
    id,
    source: `bridge:${id}`,
    name: "",
    type: "mixing",
    owner: "basic",
    createdAtMs: world.scheduler.nowMs(),
    channels: [...channels],
    variables: new Map(),
    dissolving: false,
  };
  world.bridges.set(id, bridge);
  for (const channel of channels) {
    channel.bridge = bridge;
    world.network.reached(channel, "bridged");
  }
  return bridge;
}

export function leaveDialBridge(world: World, bridge: Bridge): void {
  world.bridges.delete(bridge.id);
  for (const channel of bridge.channels.splice(0)) channel.bridge = null;
}

/** The channel's thread joins. It leaves any other bridge first. */
export function joinBridge(world: World, channel: Channel, bridge: Bridge, inhibitUpdates: boolean): void {
  if (bridge.dissolving || world.bridges.get(bridge.id) !== bridge) return;
  leaveBridge(world, channel, "moved");
  const application = channel.control && world.applications.get(channel.control.application);
  // Once by the command and once by the channel's loop (control.c, res_stasis.c).
  application?.subscribe(bridge.source);
  application?.subscribe(bridge.source);
  bridge.channels.push(channel);
  channel.bridge = bridge;
  world.bridgeEvent(bridge, "ChannelEnteredBridge", channel);
  for (const other of bridge.channels)
    if (other !== channel) introduce(world, channel, other, inhibitUpdates);
}

function introduce(world: World, joining: Channel, other: Channel, inhibitUpdates: boolean): void {
  // The caller ID of the channel that joins is sent to the others, even with updates inhibited.
  if (joining.callerNumber !== "") world.connect(other, joining.callerNumber);
  if (!inhibitUpdates && other.callerNumber !== "") world.connect(joining, other.callerNumber);
  for (const [side, peer] of [
    [joining, other],
    [other, joining],
  ] as const) {
    world.varset(side, "BRIDGEPEER", peer.name);
    world.varset(side, "BRIDGEPVTCALLID", `${peer.id}@sip`);
    world.network.reached(side, "bridged");
  }
}

/**
 * `hungUp`: the thread ends with the channel and leaves one of its two subscriptions to the bridge behind. That keeps
 * the application alive until the bridge is destroyed. Otherwise, both subscriptions end.
 */
export function leaveBridge(world: World, channel: Channel, why: "hungUp" | "moved"): void {
  const { bridge } = channel;
  if (!bridge) return;
  channel.bridge = null;
  bridge.channels.splice(bridge.channels.indexOf(channel), 1);
  world.bridgeEvent(bridge, "ChannelLeftBridge", channel);
  if (bridge.dissolving && bridge.channels.length === 0) end(world, bridge);
  const application = channel.control && world.applications.get(channel.control.application);
  application?.unsubscribe(bridge.source);
  if (why === "moved") application?.unsubscribe(bridge.source);
}

/** Stasis forgets the bridge at once. It ends when the threads of its channels have left it. */
export function destroyBridge(world: World, bridge: Bridge): void {
  bridge.dissolving = true;
  if (bridge.channels.length === 0) end(world, bridge);
  for (const channel of bridge.channels.slice())
    world.onThread(() => {
      if (channel.bridge === bridge) leaveBridge(world, channel, "moved");
    });
}

function end(world: World, bridge: Bridge): void {
  world.bridges.delete(bridge.id);
  world.bridgeEvent(bridge, "BridgeDestroyed");
  for (const application of world.applications.all()) application.interest.delete(bridge.source);
}

/** A signal from one side reaches the other channels of its bridge, including callers that are not answered yet. */
export function passOn(world: World, from: Channel, signal: Signal): void {
  const { bridge } = from;
  if (!bridge || bridge.type === "holding") return;
  for (const other of bridge.channels) {
    if (other === from || other.hungUp) continue;
    // The caller ID of a dialled leg travels back with its signals, even with updates inhibited.
    if (from.callerNumber !== "") world.connect(other, from.callerNumber);
    indicate(world, other, signal);
  }
}

/** Sends the progress of the call to an inbound channel that is not answered yet. */
export function indicate(world: World, channel: Channel, signal: Signal): void {
  if (channel.state !== "Ring" || channel.remoteGone) return;
  const identity = channel.connectedNumber === "" ? null : channel.connectedNumber;
  switch (signal) {
    case "RINGING":
      channel.party.respond(channel.earlyMedia ? 183 : 180, identity);
      return;
    case "PROGRESS":
      channel.earlyMedia = true;
      channel.party.respond(183, identity);
      return;
    case "ANSWER":
      channel.party.respond(200, identity);
      world.setState(channel, "Up");
  }
}
