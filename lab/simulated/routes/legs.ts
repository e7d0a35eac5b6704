import type { LegRequest } from "../dialling.ts";
import { dial, invite, parseEndpoint, requestChannel, startThread } from "../dialling.ts";
import type { Args, Reply, Respond } from "../router.ts";
import { allocationFailed, failed, noContent, ok, route } from "../router.ts";
import { channelJson } from "../state.ts";
import type { World } from "../world.ts";
import { controlled, isReply } from "./channels.ts";

/** Outbound legs: `create`, `dial`, `originate` of resource_channels.c */

const longestId = 149;

type Variables = LegRequest["variables"];

/** `{"variables": {"NAME": "value" | {"value": "…", "report_events": true}}}` */
export function readVariables(body: unknown): Variables | Reply {
  const given =
    typeof body === "object" && body !== null && "variables" in body ? (body.variables ?? {}) : {};
  const variables: [string, string, boolean][] = [];
  for (const [name, entry] of Object.entries(given)) {
    const value: unknown =
      typeof entry === "object" && entry !== null && "value" in entry ? entry.value : entry;
    if (typeof value !== "string")
      return failed(
        400,
        "Bad Request",
        "Each value in 'variables' must be a string or an object with 'value' and optional 'report_events'",
      );
    const report =
      typeof entry === "object" && entry !== null && "report_events" in entry && entry.report_events === true;
    variables.push([name, value, report]);
  }
  return variables;
}

export const isVariables = (value: Variables | Reply): value is Variables => Array.isArray(value);

function readLeg(world: World, args: Args): LegRequest | Reply {
  const variables = readVariables(args.body);
  if (!isVariables(variables)) return variables;
  if (args.has("originator") && args.has("formats"))
    return failed(400, "Bad Request", "Originator and formats can't both be specified");
  if (!args.has("endpoint")) return failed(400, "Bad Request", "Endpoint must be specified");
  if (!/^[^/]+\/./u.test(args.text("endpoint")))
    return failed(400, "Bad Request", "Invalid endpoint specified");
  const id = args.text("channelId");
  if (id !== "" && world.channels.has(id))
    return failed(409, "Conflict", "Channel with given unique ID already exists");
  const endpoint = parseEndpoint(args.text("endpoint"));
  if (!endpoint || id.length > longestId) return allocationFailed;
  return {
    ...endpoint,
    channelId: id === "" ? undefined : id,
    application: args.text("app"),
    args: args.list("appArgs"),
    originator: world.channels.get(args.text("originator")) ?? null,
    variables,
  };
}

function create(world: World, args: Args, respond: Respond): void {
  const leg = readLeg(world, args);
  if ("status" in leg) {
    respond(leg);
    return;
  }
  const channel = requestChannel(world, leg);
  if (!channel) {
    respond(allocationFailed);
    return;
  }
  const reply = ok(channelJson(channel));
  // The channel has its own thread: either of the two may be first.
  if (world.settings.races && world.scheduler.random.chance(0.5)) {
    startThread(world, channel, leg);
    world.scheduler.run(() => respond(reply));
  } else {
    respond(reply);
    startThread(world, channel, leg);
  }
}

function originate(world: World, args: Args, respond: Respond): void {
  const leg = readLeg(world, args);
  if ("status" in leg) {
    respond(leg);
    return;
  }
  if (!args.has("app"))
    return respond(failed(400, "Bad Request", "Application or extension must be specified"));
  if (args.has("originator") && !leg.originator)
    return respond(failed(400, "Bad Request", "Provided originator channel was not found"));
  // Unlike create, this subscribes the application to the new channel alone.
  const channel = requestChannel(world, { ...leg, originator: null });
  if (!channel) {
    respond(allocationFailed);
    return;
  }
  const number = /<([^>]*)>/u.exec(args.text("callerId"))?.[1] ?? args.text("callerId");
  if (number !== "") {
    channel.callerNumber = number;
    channel.connectedNumber = number;
  }
  channel.stasisOnAnswer = { application: leg.application, args: leg.args };
  respond(ok(channelJson(channel)));
  const seconds = args.int("timeout") || 30;
  world.onThread(() => {
    if (!channel.hungUp) invite(world, channel, seconds);
  });
}

const dialChannel = (world: World, args: Args, respond: Respond): void => {
  const channel = controlled(world, args);
  if (isReply(channel)) return respond(channel);
  if (channel.state !== "Down") return respond(failed(409, "Conflict", "Channel is not in the 'Down' state"));
  if (channel.dialString === "")
    return respond(failed(409, "Conflict", "Dialing a channel not created by ARI"));
  const caller = world.channels.get(args.text("caller"));
  // The caller's own number goes to the callee: naming the caller here would reveal it.
  if (caller) channel.connectedNumber = caller.callerNumber;
  dial(world, channel, args.int("timeout"));
  respond(noContent);
};

const createParameters =
  "endpoint! app! appArgs channelId otherChannelId originator formats @variables:containers";
const originateParameters =
  "endpoint! extension context priority:long label app appArgs callerId timeout:int @variables:containers otherChannelId originator formats";

export const legRoutes = [
  route("POST /channels", "originate", "Channel", `${originateParameters} channelId`, originate),
  route("POST /channels/create", "create", "Channel", createParameters, create),
  route("POST /channels/{channelId}", "originateWithId", "Channel", originateParameters, originate),
  route("POST /channels/{channelId}/dial", "dial", "void", "caller timeout:int", dialChannel),
];
