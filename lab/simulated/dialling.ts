import { causeOfSip } from "./causes.ts";
import type { Cancel } from "./scheduler.ts";
import { passOn } from "./bridging.ts";
import { hangUpQuietly, remoteHungUp, softHangUp } from "./hangup.ts";
import type { Channel, Signal } from "./state.ts";
import { enterStasis, onChannelThread } from "./stasis.ts";
import { setVariable } from "./variables.ts";
import type { World } from "./world.ts";

/**
 * Outbound legs: creating and dialling them, and the responses of the far end (resource_channels.c, chan_pjsip.c).
 */

const normalClearing = 16;
const noAnswer = 19;

export interface LegRequest {
  /** The part after `PJSIP/`. */
  readonly dialString: string;
  readonly number: string;
  readonly trunk: string;
  readonly channelId: string | undefined;
  readonly application: string;
  readonly args: readonly string[];
  readonly originator: Channel | null;
  readonly variables: readonly (readonly [name: string, value: string, report: boolean])[];
}

/** `PJSIP/number@trunk` or `PJSIP/trunk/sip:number@host`; null for anything else. */
export function parseEndpoint(endpoint: string): Pick<LegRequest, "dialString" | "number" | "trunk"> | null {
  const [technology, ...rest] = endpoint.split("/");
  const dialString = rest.join("/");
  if (technology?.toUpperCase() !== "PJSIP" || dialString === "") return null;
  const uri = /^([^/]+)\/sips?:([^@]*)@/u.exec(dialString);
  if (uri) return { dialString, trunk: uri[1] ?? "", number: uri[2] ?? "" };
  const at = dialString.lastIndexOf("@");
  return at > 0
    ? { dialString, number: dialString.slice(0, at), trunk: dialString.slice(at + 1) }
    : { dialString, number: "", trunk: dialString };
}

/** The channel of an outbound leg that is not dialled yet; null if the trunk is unreachable. */
export function newLeg(
  world: World,
  leg: Pick<LegRequest, "channelId" | "trunk" | "number" | "dialString" | "originator">,
): Channel | null {
  const far = world.network.far(leg.trunk, leg.number, leg.originator);
  if (!far) return null;
  const channel = world.newChannel(
    {
      id: leg.channelId,
      endpoint: leg.trunk,
      inbound: false,
      context: `from-${leg.trunk}`,
      extension: "s",
      dialString: leg.dialString,
    },
    far,
  );
  if (leg.originator) channel.linkedId = leg.originator.linkedId;
  return channel;
}

/** Creates a leg for the application that requests it. */
export function requestChannel(world: World, leg: LegRequest): Channel | null {
  const channel = newLeg(world, leg);
  if (!channel) return null;
  // A leg has no dialplan to continue in: `continue` ends it.
  channel.pbx = { ...channel.pbx, returned: () => softHangUp(world, channel, channel.hangupCause) };
  const application = world.applications.get(leg.application);
  if (leg.originator) application?.subscribe(leg.originator.source);
  application?.subscribe(channel.source);
  for (const [name, value, report] of leg.variables) {
    if (report) channel.reported.add(name);
    setVariable(world, channel, name, value);
  }
  if (leg.originator) world.network.reached(leg.originator, "created");
  return channel;
}

/** The channel's own thread moves a created channel to Stasis, or hangs it up if there is no listener. */
export function startThread(world: World, channel: Channel, leg: LegRequest): Cancel {
  return world.onThread(() => {
    if (channel.hungUp || world.channels.get(channel.id) !== channel) return;
    if (!enterStasis(world, channel, leg.application, leg.args))
      softHangUp(world, channel, channel.hangupCause);
  });
}

/** Asterisk sends the INVITE. `timeoutSeconds` 0: no timeout. */
export function dial(world: World, channel: Channel, timeoutSeconds: number): void {
  onChannelThread(world, channel, () => invite(world, channel, timeoutSeconds));
}

export function invite(world: World, channel: Channel, timeoutSeconds: number): void {
  channel.dialled = true;
  if (timeoutSeconds > 0)
    channel.dialTimer = world.scheduler.after(timeoutSeconds * 1000, () => {
      if (channel.state !== "Up") softHangUp(world, channel, noAnswer);
    });
  world.dialEvent(channel, "");
  world.network.reached(channel, "dialled");
  const shown = channel.connectedAllowed && channel.connectedNumber !== "";
  channel.party.invite(shown ? channel.connectedNumber : null);
}

/** The far end sent 180; with SDP, it counts as progress. */
export function remoteRinging(world: World, channel: Channel): void {
  if (!listens(channel) || channel.state === "Up") return;
  // The SIP thread sets the state, and the bridge's thread reports the dial status: either may come first.
  const toldFirst = world.settings.races && world.scheduler.random.chance(0.5);
  if (toldFirst) world.dialEvent(channel, "RINGING");
  world.setState(channel, "Ringing");
  if (!toldFirst) world.dialEvent(channel, "RINGING");
  hear(world, channel, "RINGING");
}

export function remoteProgress(world: World, channel: Channel): void {
  if (!listens(channel) || channel.state === "Up") return;
  world.dialEvent(channel, "PROGRESS");
  hear(world, channel, "PROGRESS");
}

/** The far end answered. Through the bridge, this answers the caller. */
export function remoteAnswered(world: World, channel: Channel): void {
  if (!listens(channel)) return;
  world.setState(channel, "Up");
  world.dialEvent(channel, "ANSWER");
  hear(world, channel, "ANSWER");
  const { stasisOnAnswer } = channel;
  channel.dialTimer?.();
  if (!stasisOnAnswer) return;
  channel.stasisOnAnswer = null;
  world.onThread(() => {
    if (!channel.hungUp && !enterStasis(world, channel, stasisOnAnswer.application, stasisOnAnswer.args))
      softHangUp(world, channel, channel.hangupCause);
  });
}

/** The leg's signal reaches the caller through `Dial()`, or through the bridge of both. */
function hear(world: World, leg: Channel, signal: Signal): void {
  if (leg.dialler) leg.dialler.heard(signal);
  else passOn(world, leg, signal);
}

/** The far end refused with a final code from 300. */
export function remoteRefused(world: World, channel: Channel, code: number): void {
  if (listens(channel)) remoteHungUp(world, channel, code, causeOfSip(code));
  else channel.remoteGone = true;
}

/**
 * The far end sent 302, which is never followed here. For a leg made by a request, Asterisk only reports it, once or
 * twice: with every frame that it still reads from the channel. `Dial()` refuses it (option `i`). If its thread is
 * faster than the hangup, it ends the leg itself, without cause and code: in 14 of 31 calls on a real Asterisk.
 */
export function remoteRedirected(world: World, channel: Channel, to: string): void {
  if (!listens(channel)) return;
  const races = world.settings.races && world.scheduler.random.chance(0.5);
  world.dialEvent(channel, "CANCEL", to);
  channel.dialler?.redirected();
  if (channel.dialler && races) {
    channel.remoteGone = true;
    hangUpQuietly(world, channel, 0);
  } else remoteHungUp(world, channel, 302, causeOfSip(302));
  if (!channel.dialler && races) world.dialEvent(channel, "CANCEL", to);
}

/** The far end sent BYE. */
export function remoteBye(world: World, channel: Channel): void {
  if (listens(channel)) remoteHungUp(world, channel, null, normalClearing);
  else channel.remoteGone = true;
}

const listens = (channel: Channel): boolean => !channel.hungUp && !channel.remoteGone;
