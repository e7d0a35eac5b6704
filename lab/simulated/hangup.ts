import { sipOfCause } from "./causes.ts";
import type { Channel } from "./state.ts";
import { leaveStasis } from "./stasis.ts";
import type { World } from "./world.ts";

/** How a channel ends, in the order of Asterisk: request, out of bridge and Stasis, destroyed. */

/** AST_SOFTHANGUP_EXPLICIT and _APPUNLOAD, which Asterisk puts where the cause is expected. */
const softHangupExplicit = 32;
const softHangupUnload = 16;
const softHangupDevice = 1;
const normalClearing = 16;
const requestedChannelUnavailable = 44;

/** A hangup requested within Asterisk: by a request or a timeout. */
export function softHangUp(world: World, channel: Channel, cause: number): void {
  channel.hangupCause = cause;
  world.rtpVarsets(channel);
  world.hangupRequested(channel, softHangupExplicit, true);
  end(world, channel);
}

/** The channel's own absolute timeout: it was not requested, so there is no event before the end itself. */
export function expire(world: World, channel: Channel): void {
  if (!channel.hungUp && !channel.pbx.expired()) end(world, channel);
}

/** Asterisk itself ends the channel, as `Dial()` ends its leg, or `Hangup()` the caller: likewise without a request. */
export function hangUpQuietly(world: World, channel: Channel, cause: number): void {
  channel.hangupCause = cause;
  end(world, channel);
}

/** The RTP timeout of the channel has expired (res_pjsip_sdp_rtp.c). */
export function rtpTimedOut(world: World, channel: Channel): void {
  channel.hangupCause = requestedChannelUnavailable;
  world.hangupRequested(channel, softHangupDevice, true);
  end(world, channel);
}

/**
 * The far end has ended the dialog. `code`: the final SIP code of a failed INVITE, 487 if the caller cancelled it,
 * null for a BYE.
 */
export function remoteHungUp(world: World, channel: Channel, code: number | null, cause: number): void {
  channel.remoteGone = true;
  // An earlier hangup request keeps its cause.
  if (channel.hangupCause === 0) channel.hangupCause = cause;
  if (code !== null && channel.techCause === 0) channel.techCause = code;
  if (channel.hangupSource === "") channel.hangupSource = channel.name;
  world.rtpVarsets(channel);
  world.hangupRequested(channel, channel.hangupCause, false);
  end(world, channel);
}

function end(world: World, channel: Channel): void {
  if (channel.hungUp) return;
  channel.hungUp = true;
  channel.dialTimer?.();
  channel.absoluteTimer?.();
  channel.playback?.stop(true);
  world.onThread(() => {
    if (channel.bridge && channel.hangupCause <= 0) channel.hangupCause = normalClearing;
    leaveStasis(world, channel);
    // Back in the dialplan, which has nothing left to run.
    if (channel.inbound) world.hangupRequested(channel, softHangupUnload, true);
    channel.pbx.ending();
    world.onThread(() => destroy(world, channel));
  });
}

function destroy(world: World, channel: Channel): void {
  const code = sipOfCause(channel.hangupCause);
  if (channel.techCause === 0) channel.techCause = code;
  world.rtpVarsets(channel);
  world.channels.delete(channel.id);
  world.network.gone(channel);
  // An unanswered caller is declined if SIP has no code for the cause (ast_sip_session_terminate).
  if (!channel.remoteGone) channel.party.release(code === 0 ? 603 : code);
  // Dial() reads that the leg hung up. The dialplan may continue before the event is sent.
  const { dialler } = channel;
  const aheadOfEvent = dialler !== null && world.settings.races && world.scheduler.random.chance(0.5);
  if (aheadOfEvent) dialler.gone();
  world.destroyed(channel);
  if (!aheadOfEvent) dialler?.gone();
  for (const application of world.applications.all()) application.interest.delete(channel.source);
}
