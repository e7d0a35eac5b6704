import type { Channel } from "./state.ts";
import { expire } from "./hangup.ts";
import type { World } from "./world.ts";

/**
 * Sets a channel variable, or writes to the dialplan functions that affect which number a party sees.
 * @returns false if Asterisk cannot write to the function.
 */
export function setVariable(world: World, channel: Channel, variable: string, value: string): boolean {
  const call = /^(\w+)\((.*)\)$/u.exec(variable);
  if (!call) {
    world.setVariable(channel, variable, value);
    return true;
  }
  const [, name = "", inner = ""] = call;
  const known = write(world, channel, name, inner, value);
  if (known) world.setVariable(channel, variable, value);
  return known;
}

function write(world: World, channel: Channel, name: string, inner: string, value: string): boolean {
  const [what = ""] = inner.split(",");
  switch (name) {
    case "CONNECTEDLINE":
      if (what === "num" || what === "all") world.connect(channel, value);
      else if (what === "num-pres" || what === "pres") channel.connectedAllowed = value.startsWith("allowed");
      return true;
    case "CALLERID":
      if (what === "num" || what === "all") channel.callerNumber = value;
      else if (what === "name") channel.callerName = value;
      world.channelEvent(channel, "ChannelCallerId", {
        caller_presentation: 0,
        caller_presentation_txt: "Presentation Allowed, Not Screened",
      });
      return true;
    case "TIMEOUT":
      if (what === "absolute") setAbsoluteTimeout(world, channel, Number(value));
      return true;
    case "MASTER_CHANNEL": {
      const master = world.channels.get(channel.linkedId);
      return master === undefined || setVariable(world, master, inner, value);
    }
    case "CHANNEL":
      if (what === "accountcode") channel.accountCode = value;
      return true;
    case "PJSIP_HEADER":
    case "CDR":
    case "HASH":
      return true;
    default:
      return false;
  }
}

/** Asterisk ends the channel after this many seconds, even without a controller. */
export function setAbsoluteTimeout(world: World, channel: Channel, seconds: number): void {
  channel.absoluteTimer?.();
  channel.absoluteTimer = null;
  if (!(seconds > 0)) return;
  channel.absoluteTimer = world.scheduler.after(seconds * 1000, () => {
    if (world.channels.get(channel.id) === channel) expire(world, channel);
  });
}

/** Reads a variable; undefined if it is not set or the function cannot be read. */
export function readVariable(channel: Channel, variable: string): string | undefined {
  switch (variable) {
    case "CALLERID(num)":
      return channel.callerNumber;
    case "CALLERID(name)":
      return channel.callerName;
    case "CONNECTEDLINE(num)":
      return channel.connectedNumber;
    case "EXTEN":
      return channel.extension;
    case "CONTEXT":
      return channel.context;
    case "CHANNEL":
      return channel.name;
    case "UNIQUEID":
      return channel.id;
    default:
      return channel.variables.get(variable);
  }
}
