import type { AriEvent } from "../../ari/generated/models.ts";
import { parseTimestamp } from "../../ari/timestamp.ts";
import type { AriConnection, AriListener } from "../../ari/types.ts";
import { repeat } from "../../ops/repeat.ts";
import type { Logger, SteadyClock } from "../../ops/types.ts";
import { arrivalOf } from "../arrival.ts";
import { writeVariable } from "../active/dialplan.ts";
import { nextShedding, type Shedding, sheddingNothing } from "./rules/shedding.ts";

/** `[read]` in `asterisk/extensions.conf` reads it: UNTIL-PERCENT, in seconds of Asterisk's clock. */
const variable = "PP_SHED";

const turnMs = 150;
/** Without a controller that renews it, the dialplan soon takes all calls again. */
const validSeconds = 2;

interface Ports {
  readonly ari: Pick<AriConnection, "name" | "request" | "momentOf" | "listen">;
  readonly clock: SteadyClock;
  readonly logger: Logger;
}

interface OverloadGuard {
  /** Of the new calls, how many are being refused. */
  readonly percent: number;
  close(): void;
}

/**
 * Watches how late calls come to the controller: by then, they have waited for Asterisk's threads, for the socket, and for
 * the event loop. While they come too late, the dialplan refuses a share of them before they cost much.
 */
export function guardAgainstOverload({ ari, clock, logger }: Ports): OverloadGuard {
  const log = logger.child({ asterisk: ari.name });
  let shedding: Shedding = sheddingNothing;
  let delaysMs: number[] = [];
  /** Asterisk's clock at a moment of our steady one. */
  let asteriskClock = { ms: 0, atMs: 0 };

  const listener: AriListener = {
    connected: start,
    disconnected: start,
    event: notice,
  };

  /** A value written by an earlier connection expires by itself. */
  function start(): void {
    shedding = sheddingNothing;
    delaysMs = [];
  }

  function notice(event: AriEvent, happenedMs: number): void {
    if (event.type !== "StasisStart" || arrivalOf(event.channel, event.args) === null) return;
    const { creationtime } = event.channel;
    const createdMs = ari.momentOf(creationtime) ?? happenedMs;
    asteriskClock = { ms: parseTimestamp(creationtime) ?? 0, atMs: createdMs };
    delaysMs.push(clock.steadyMs() - createdMs);
  }

  async function turn(): Promise<void> {
    const before = shedding;
    shedding = nextShedding(before, { arrivals: delaysMs.length, turnMs, delayMs: medianOf(delaysMs) });
    delaysMs = [];
    if (before.percent === 0 && shedding.percent === 0) return;
    if (before.percent === 0)
      log.warn("Too many calls: refusing some of them", { percent: shedding.percent });
    if (shedding.percent === 0) log.info("Taking all calls again");
    const asteriskMs = asteriskClock.ms + clock.steadyMs() - asteriskClock.atMs;
    const until = Math.floor(asteriskMs / 1000) + validSeconds;
    const value = shedding.percent === 0 ? "" : `${until}-${shedding.percent}`;
    // If it fails, the connection says so, or the next turn writes it again.
    await writeVariable(ari.request, variable, value).catch(() => undefined);
  }

  ari.listen(listener);
  const stop = repeat(clock, turnMs, turn);
  return {
    get percent() {
      return shedding.percent;
    },
    close: stop,
  };
}

function medianOf(values: readonly number[]): number | null {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? null;
}
