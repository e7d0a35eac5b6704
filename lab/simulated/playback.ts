import { indicate } from "./bridging.ts";
import type { Channel, Playback } from "./state.ts";
import { onChannelThread, wakeThread } from "./stasis.ts";
import type { World } from "./world.ts";

/** Plays media to a channel. Meanwhile, the channel's thread does nothing else (res_stasis_playback.c). */
export function play(
  world: World,
  channel: Channel,
  id: string,
  media: readonly string[],
  language: string,
): Playback {
  const playback: Playback = {
    id,
    media,
    targetUri: channel.source,
    language: language === "" ? "en" : language,
    index: 0,
    state: "queued",
    timer: null,
    stop: () => {
      playback.state = "done";
    },
  };
  world.playbacks.set(id, playback);
  onChannelThread(
    world,
    channel,
    () => start(world, channel, playback),
    () => world.playbacks.delete(id),
  );
  return playback;
}

function start(world: World, channel: Channel, playback: Playback): void {
  // Stopped while it was queued: it is reported as done without having begun.
  if (playback.state === "done") {
    finish(world, channel, playback, "done");
    return;
  }
  channel.playback = playback;
  playback.stop = (failed) => finish(world, channel, playback, failed ? "failed" : "done");
  // Early media: played before the answer, so the caller is not charged.
  if (channel.state !== "Up") indicate(world, channel, "PROGRESS");
  next(world, channel, playback);
}

function next(world: World, channel: Channel, playback: Playback): void {
  playback.state = "playing";
  world.playbackEvent(playback, channel.source, "PlaybackStarted");
  const lengthMs = world.settings.mediaMs(playback.media[playback.index] ?? "");
  const last = playback.index >= playback.media.length - 1;
  playback.timer = world.scheduler.after(lengthMs ?? 0, () => {
    if (last) {
      finish(world, channel, playback, lengthMs === null ? "failed" : "done");
      return;
    }
    playback.state = "continuing";
    world.playbackEvent(playback, channel.source, "PlaybackContinuing");
    playback.index++;
    next(world, channel, playback);
  });
}

function finish(world: World, channel: Channel, playback: Playback, state: "done" | "failed"): void {
  playback.timer?.();
  playback.state = state;
  playback.stop = () => undefined;
  world.playbacks.delete(playback.id);
  if (channel.playback === playback) channel.playback = null;
  world.playbackEvent(playback, channel.source, "PlaybackFinished");
  wakeThread(world, channel);
}
