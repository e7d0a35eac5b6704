import type { Channel, Control } from "./state.ts";
import { channelJson } from "./state.ts";
import { leaveBridge } from "./bridging.ts";
import type { World } from "./world.ts";

/** `Stasis()` as res_stasis.c runs it: a channel enters, its thread processes commands, and it leaves. */

/** @returns false if the application has no listener; Asterisk then sets STASISSTATUS to FAILED. */
export function enterStasis(world: World, channel: Channel, name: string, args: readonly string[]): boolean {
  world.varset(channel, "STASISSTATUS", "");
  const application = world.applications.get(name);
  if (!application?.sink) return false;
  world.runs(channel, "Stasis", [name, ...args].join(","));
  channel.control = { application: name, commands: [], awake: false };
  application.subscribe(channel.source);
  world.applications.send(application, "StasisStart", channel.source, () => ({
    args,
    channel: channelJson(channel),
  }));
  world.network.reached(channel, channel.inbound ? "stasis" : "calleeInStasis");
  return true;
}

/** The channel's thread leaves its bridge and the application. Its pending commands are refused. */
export function leaveStasis(world: World, channel: Channel): void {
  const { control } = channel;
  if (!control) return;
  leaveBridge(world, channel, "hungUp");
  channel.control = null;
  const application = world.applications.get(control.application);
  if (application) {
    // Unsubscribed first: an inbound channel without any other subscription sends no ChannelDestroyed.
    application.unsubscribe(channel.source);
    world.applications.send(application, "StasisEnd", channel.source, () => ({
      channel: channelJson(channel),
    }));
  }
  for (const command of control.commands.splice(0)) command.refuse();
  world.applications.cleanUp();
}

/** `continue`: the channel leaves alive and continues in the dialplan. */
export function continueInDialplan(
  world: World,
  channel: Channel,
  to: { readonly context: string; readonly extension: string; readonly priority: number },
): void {
  onChannelThread(world, channel, () => {
    leaveBridge(world, channel, "moved");
    leaveStasis(world, channel);
    Object.assign(channel, to);
    channel.pbx.returned("continue");
  });
}

/** `move`: from one application to another. Without a listener, the channel stays where it is. */
export function moveTo(world: World, channel: Channel, name: string, args: readonly string[]): void {
  onChannelThread(world, channel, () => {
    if (!world.applications.get(name)?.sink) {
      const from = world.applications.get(channel.control?.application ?? "");
      if (from)
        world.applications.send(from, "ApplicationMoveFailed", channel.source, () => ({
          channel: channelJson(channel),
          destination: name,
          args,
        }));
      return;
    }
    leaveStasis(world, channel);
    enterStasis(world, channel, name, args);
  });
}

/** Queues a command for the channel's thread, after all earlier ones. */
export function onChannelThread(
  world: World,
  channel: Channel,
  run: () => void,
  refuse: () => void = () => undefined,
): void {
  const { control } = channel;
  if (!control) {
    refuse();
    return;
  }
  control.commands.push({ run, refuse });
  wake(world, channel, control);
}

/** The thread processes its commands, unless it is playing or was hung up. */
export function wakeThread(world: World, channel: Channel): void {
  if (channel.control) wake(world, channel, channel.control);
}

function wake(world: World, channel: Channel, control: Control): void {
  if (control.awake) return;
  control.awake = true;
  world.onThread(() => {
    control.awake = false;
    if (channel.control !== control || channel.hungUp || channel.playback) return;
    control.commands.shift()?.run();
    if (control.commands.length > 0) wake(world, channel, control);
  });
}
