import { createAriConnection } from "../../../src/ari/connection.ts";
import type { AriConnectionOptions } from "../../../src/ari/options.ts";
import type { AriEvent } from "../../../src/ari/generated/models.ts";
import type { AriAddress, AriConnection } from "../../../src/ari/types.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import type { Logger, SteadyClock, TimerHandle } from "../../../src/ops/types.ts";
import { until } from "../../support/until.ts";
import type { FakeAsterisk } from "./fakeAsterisk.ts";

interface HandTimer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** Time that only the test moves. */
export class HandClock implements SteadyClock {
  readonly #timers = new Set<HandTimer>();
  readonly setForMs: number[] = [];
  #nowMs = Date.UTC(2026, 10, 23);

  nowMs(): number {
    return this.#nowMs;
  }

  steadyMs(): number {
    return this.#nowMs;
  }

  setTimer(callback: () => void, afterMs: number): TimerHandle {
    this.setForMs.push(afterMs);
    const timer = { atMs: this.#nowMs + afterMs, callback };
    this.#timers.add(timer);
    return timer;
  }

  clearTimer(handle: TimerHandle): void {
    for (const timer of this.#timers) if (timer === handle) this.#timers.delete(timer);
  }

  get waiting(): number {
    return this.#timers.size;
  }

  /** The process is stopped for so long: nothing fires meanwhile, and then everything that is due, late. */
  freeze(ms: number): void {
    this.#nowMs += ms;
    this.advance(0);
  }

  /** Fires all due timers, including those set meanwhile. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const [next] = [...this.#timers]
        .filter((timer) => timer.atMs <= untilMs)
        .sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
    }
    this.#nowMs = untilMs;
  }
}

export interface Watched {
  readonly connection: AriConnection;
  /** `connected`, `disconnected` and event types, in order. */
  readonly history: string[];
  readonly events: AriEvent[];
  /** When each of them happened. */
  readonly moments: number[];
  readonly counts: Record<string, number>;
  readonly outcomes: string[];
  readonly logged: { readonly level: string; readonly message: string; readonly fields: unknown }[];
}

/** A connection with all that it tells written down. */
export function watch(address: AriAddress, changes: Partial<AriConnectionOptions> = {}): Watched {
  const history: string[] = [];
  const events: AriEvent[] = [];
  const moments: number[] = [];
  const counts: Record<string, number> = {};
  const outcomes: string[] = [];
  const logged: Watched["logged"] = [];
  const level = (name: string) => (message: string, fields?: unknown) => {
    logged.push({ level: name, message, fields });
  };
  const logger: Logger = {
    debug: level("debug"),
    info: level("info"),
    warn: level("warn"),
    error: level("error"),
    debugging: false,
    child: () => logger,
  };
  const connection = createAriConnection(address, {
    events: ["StasisStart", "ChannelDestroyed"],
    logger,
    clock: systemClock,
    observer: {
      count: (name) => (counts[name] = (counts[name] ?? 0) + 1),
      requestEnded: (outcome) => outcomes.push(outcome),
    },
    ...changes,
  });
  connection.listen({
    connected: () => history.push("connected"),
    disconnected: () => history.push("disconnected"),
    event: (event, happenedMs) => {
      events.push(event);
      moments.push(happenedMs);
      history.push(event.type);
    },
  });
  return { connection, history, events, moments, counts, outcomes, logged };
}

const opened = new Set<Watched>();

export function open(address: AriAddress, changes?: Partial<AriConnectionOptions>): Watched {
  const watched = watch(address, changes);
  opened.add(watched);
  watched.connection.open();
  return watched;
}

export async function connectTo(
  asterisk: FakeAsterisk,
  changes?: Partial<AriConnectionOptions>,
): Promise<Watched> {
  const watched = open(asterisk.address(), changes);
  await until(() => watched.connection.status.state === "connected");
  return watched;
}

/** Closes what a test has opened. */
export async function closeAll(): Promise<void> {
  await Promise.all([...opened].map(({ connection }) => connection.close()));
  opened.clear();
}

/** As Asterisk writes it: the type first. */
export function stasisStart(channelId: string): unknown {
  const timestamp = new Date().toISOString().replace("Z", "+0000");
  return { type: "StasisStart", application: "masking", timestamp, args: [], channel: { id: channelId } };
}

export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error("It succeeded");
    },
    (error: unknown) => error,
  );
}
