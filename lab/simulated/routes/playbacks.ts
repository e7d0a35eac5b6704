import { randomUUID } from "node:crypto";
import { play } from "../playback.ts";
import type { Args, Respond } from "../router.ts";
import { created, failed, noContent, ok, route } from "../router.ts";
import { playbackJson } from "../state.ts";
import type { World } from "../world.ts";
import { isReply, settled } from "./channels.ts";

/** resource_playbacks.c and `play` of resource_channels.c */

const noPlayback = failed(404, "Not Found", "Playback not found");

function playOnChannel(world: World, args: Args, respond: Respond): void {
  const channel = settled(world, args);
  if (isReply(channel)) return respond(channel);
  const media = args.list("media");
  if (media.length === 0)
    return respond(failed(400, "Bad Request", "At least one media URI must be provided"));
  const id = args.has("playbackId") ? args.text("playbackId") : randomUUID();
  respond(created(playbackJson(play(world, channel, id, media, args.text("lang")))));
}

const playParameters = "media!* lang offsetms:int skipms:int";

export const playbackRoutes = [
  route("POST /channels/{channelId}/play", "play", "Playback", `${playParameters} playbackId`, playOnChannel),
  route(
    "POST /channels/{channelId}/play/{playbackId}",
    "playWithId",
    "Playback",
    playParameters,
    playOnChannel,
  ),
  route("GET /playbacks/{playbackId}", "get", "Playback", "", (world, args, respond) => {
    const playback = world.playbacks.get(args.text("playbackId"));
    respond(playback ? ok(playbackJson(playback)) : noPlayback);
  }),
  route("DELETE /playbacks/{playbackId}", "stop", "void", "", (world, args, respond) => {
    const playback = world.playbacks.get(args.text("playbackId"));
    if (!playback) return respond(noPlayback);
    playback.stop(false);
    respond(noContent);
  }),
];
