import type { DialplanTurn, SimulatedCall } from "./call.ts";
import { enterStasis } from "./stasis.ts";
import type { Channel } from "./state.ts";
import { channelJson } from "./state.ts";
import type { World } from "./world.ts";

/** What extensions.conf does with a call from the inbound trunk. */
export interface Dialplan {
  readonly application: string;
  readonly context: string;
  readonly fallbackContext: string;
  /** Arguments of `Stasis()`. */
  readonly args: (call: SimulatedCall) => readonly string[];
  /** `StasisBroadcast()` instead of `Stasis()`, waiting so long for an application to claim the call. */
  readonly broadcastMs: number | null;
  /** Applications that a broadcast goes to. */
  readonly broadcastTo: RegExp;
  /** What the dialplan does with a call that it has to connect by itself. */
  readonly fallback: (call: SimulatedCall, turn: DialplanTurn) => "answers" | { readonly cause: number };
}

export const hopHeader = "X-Phone-Proxy-Hop";

export const defaultDialplan: Dialplan = {
  application: "phone-proxy",
  context: "incoming",
  fallbackContext: "fallback",
  args: (call) => {
    const privacy = (call.headers["Privacy"] ?? "").toLowerCase().replaceAll(/[^a-z]/gu, "");
    // As Asterisk does, which knows no other word.
    const presentation = privacy === "id" ? "prohib" : "allowed_not_screened";
    return ["in", call.to, call.trunk, call.headers[hopHeader] ?? "", presentation, privacy, "sip"];
  },
  broadcastMs: null,
  broadcastTo: /^/u,
  fallback: () => "answers",
};

export function runDialplan(world: World, channel: Channel, call: SimulatedCall, plan: Dialplan): void {
  const { application, broadcastMs } = plan;
  for (const [name, value] of Object.entries(call.headers))
    channel.variables.set(`PJSIP_HEADER(read,${name})`, value);
  if (broadcastMs === null) {
    if (!enterStasis(world, channel, application, plan.args(call))) world.network.takeOver(channel, "FAILED");
    return;
  }
  broadcast(world, channel, plan, broadcastMs, (winner) => {
    if (winner === null) world.network.takeOver(channel, "TIMEOUT");
    else if (!enterStasis(world, channel, winner, plan.args(call))) world.network.takeOver(channel, "FAILED");
  });
}

/** Offers the channel to all applications; the first to claim it has it (res_stasis_broadcast.c). */
function broadcast(
  world: World,
  channel: Channel,
  plan: Dialplan,
  timeoutMs: number,
  decided: (winner: string | null) => void,
): void {
  let winner: string | null = null;
  const stillThere = (): boolean => world.channels.get(channel.id) === channel && !channel.hungUp;
  const giveUp = world.scheduler.after(timeoutMs, () => {
    world.broadcasts.delete(channel.id);
    if (stillThere()) decided(null);
  });
  world.broadcasts.set(channel.id, {
    claim: (application) => {
      if (winner !== null) return "taken";
      winner = application;
      giveUp();
      // The claim is remembered as long as the channel lives, so that late ones get 409 and not 404.
      world.onThread(() => {
        if (stillThere()) decided(application);
      });
      return "claimed";
    },
  });
  const { applications, scheduler } = world;
  const offered = applications.all().filter(({ name }) => plan.broadcastTo.test(name));
  for (const application of scheduler.random.shuffle(offered))
    applications.send(application, "CallBroadcast", channel.source, () => ({
      channel: channelJson(channel),
      caller: channel.callerNumber,
      called: channel.extension,
    }));
}
