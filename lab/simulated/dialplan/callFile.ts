import type { World } from "../world.ts";
import type { Channel } from "../state.ts";

/** The lines of Asterisk's call file. Values are filtered before they become variables, so none has a comma. */

const started = ["CALL_STARTED", "DIALLED", "PROXY", "CALLER", "TRUNK_IN"];

export const beginLine = (world: World, channel: Channel): string =>
  ["2", "begin", channel.id, world.settings.systemName, ...valuesOf(channel, started)].join(",");

/** `[ended]`, the hangup handler. */
export const endLine = (world: World, channel: Channel): string =>
  [
    "2",
    "end",
    channel.id,
    world.settings.systemName,
    ...valuesOf(channel, [...started, "CALL_PATH", "REAL", "TRUNK_OUT", "SHOWN", "STATUS", "REASON"]),
    epochOf(world.scheduler.nowMs()),
    ...valuesOf(channel, ["DIALLED_AT", "ANSWEREDTIME_MS", "DIALSTATUS"]),
    String(Number(channel.variables.get("LEG_CAUSE")) || channel.hangupCause),
    channel.variables.get("SIP_CODE") ?? "",
    endedBy(channel),
    ...valuesOf(channel, ["RINGTIME_MS", "PROGRESSTIME_MS", "LIMIT_SECONDS", "DIRECTION"]),
  ].join(",");

function endedBy({ hangupSource, name }: Channel): string {
  if (hangupSource === name) return "caller";
  return hangupSource.startsWith("PJSIP/") ? "callee" : "system";
}

/** Epoch seconds with milliseconds, as `STRFTIME(,UTC,%s.%3q)` writes them. */
export const epochOf = (ms: number): string => (Math.round(ms) / 1000).toFixed(3);

const valuesOf = (channel: Channel, names: readonly string[]): string[] =>
  names.map((name) => channel.variables.get(name) ?? "");
