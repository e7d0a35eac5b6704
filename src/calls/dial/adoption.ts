import type { AsteriskInfo, Channel } from "../../ari/generated/models.ts";
import { operation } from "../../ari/operation.ts";
import type { AriConnection } from "../../ari/types.ts";
import type { CallLog } from "../../callLog/types.ts";
import type { Logger, SteadyClock } from "../../ops/types.ts";
import type { OpenCall } from "../../values/callRecord.ts";
import { wallTimeOf } from "../callTimes.ts";
import { isOf } from "../types.ts";
import type { Trunks } from "./trunks.ts";
import { type Found, whereaboutsOf } from "./whereabouts.ts";

interface Ports {
  readonly ari: AriConnection;
  readonly callLog: CallLog;
  readonly clock: SteadyClock;
  readonly logger: Logger;
  readonly trunks: Trunks;
}

interface Calls {
  /** Learns the endpoints and subscribes to their events. */
  subscribe(): Promise<void>;
  /** When Asterisk was started, UTC milliseconds; null if unknown. */
  asteriskStarted(atMs: number | null): void;
  /** Calls that are not over. */
  live(): Iterable<{ readonly callId: string }>;
  has(callId: string): boolean;
  adopt(found: Found, atMs: number, known: OpenCall | null): void;
  seen(found: Found): void;
  /** Asterisk may have told of it while it made its list. */
  lookAgain(callId: string): void;
  missing(callId: string): void;
  /** A call of the spool that Asterisk does not have. */
  gone(call: OpenCall): void;
}

/** After the first failure; doubled with each further one. */
const firstRetryMs = 1_000;
const longestRetryMs = 10_000;
/** For the list of all channels, which can take a busy Asterisk with thousands of calls seconds. */
const listTimeoutMs = 15_000;
/** Calls processed per turn of the event loop, a few milliseconds of work. */
const callsPerTurn = 25;

/**
 * After every connect, compares Asterisk's list of channels with the calls known here and in the spool. No call depends
 * on it: Asterisk connects them, with or without a controller. It completes the board and the records.
 */
export class Adoption {
  readonly #ports: Ports;
  readonly #calls: Calls;
  /** Calls with events since the list was requested. */
  #heardOf = new Set<string>();
  #run = 0;
  #done = false;
  #problem: string | null = null;

  constructor(ports: Ports, calls: Calls) {
    this.#ports = ports;
    this.#calls = calls;
  }

  get done(): boolean {
    return this.#done;
  }

  /** Why the last attempt failed; null if it did not. */
  get problem(): string | null {
    return this.#problem;
  }

  start(): void {
    this.stop();
    this.#attempt(this.#run, firstRetryMs);
  }

  stop(): void {
    this.#run += 1;
    this.#done = false;
    this.#problem = null;
    this.#heardOf.clear();
  }

  /** Call for every event of a call. */
  notice(callId: string): void {
    if (!this.#done) this.#heardOf.add(callId);
  }

  #attempt(run: number, retryAfterMs: number): void {
    const { ari, clock, logger } = this.#ports;
    this.#compare(run).catch((error: unknown) => {
      if (run !== this.#run) return;
      this.#problem = error instanceof Error ? error.message : String(error);
      logger.warn("Asterisk's calls could not be read, retrying", {
        asterisk: ari.name,
        error,
        retryAfterMs,
      });
      clock.setTimer(() => {
        if (run === this.#run) this.#attempt(run, Math.min(longestRetryMs, retryAfterMs * 2));
      }, retryAfterMs);
    });
  }

  async #compare(run: number): Promise<void> {
    const { ari, clock, callLog, logger } = this.#ports;
    const calls = this.#calls;
    const before = Array.from(calls.live(), ({ callId }) => callId);
    await calls.subscribe();
    this.#heardOf.clear();
    const channels = await ari.request<readonly Channel[]>(operation("channels.list", {}), {
      timeoutMs: listTimeoutMs,
    });
    if (run !== this.#run) return;
    const found = this.#group(channels);
    calls.asteriskStarted(await this.#startOfAsterisk());
    if (run !== this.#run) return;
    const open = new Map<string, OpenCall>();
    for (const call of callLog.openCalls()) if (isOf(ari, call)) open.set(call.callId, call);

    let turns = 0;
    const goesOn = async (): Promise<boolean> => {
      turns += 1;
      if (turns % callsPerTurn === 0) await new Promise<void>((resolve) => void clock.setTimer(resolve, 0));
      return run === this.#run;
    };
    let adopted = 0;
    for (const [callId, whereabouts] of found) {
      if (!(await goesOn())) return;
      if (calls.has(callId)) {
        calls.seen(whereabouts);
        continue;
      }
      // It is about to end, and its record is written.
      if (callLog.hasEnded(callId)) continue;
      calls.adopt(whereabouts, this.#startOf(whereabouts), open.get(callId) ?? null);
      adopted += 1;
      if (this.#heardOf.has(callId)) calls.lookAgain(callId);
    }
    for (const callId of before) {
      if (!(await goesOn())) return;
      if (found.has(callId)) continue;
      if (this.#heardOf.has(callId)) calls.lookAgain(callId);
      else calls.missing(callId);
    }
    for (const call of open.values()) {
      if (!(await goesOn())) return;
      if (!found.has(call.callId) && !calls.has(call.callId)) calls.gone(call);
    }
    this.#done = true;
    this.#problem = null;
    this.#heardOf.clear();
    logger.info("Asterisk's calls are known", { asterisk: ari.name, known: before.length, adopted });
  }

  async #startOfAsterisk(): Promise<number | null> {
    const { ari } = this.#ports;
    const info = await ari.request<AsteriskInfo>(operation("asterisk.getInfo", {}, { only: "status" }));
    return this.#timeOf(info.status?.startup_time ?? "");
  }

  #startOf({ createdAt }: Found): number {
    return this.#timeOf(createdAt) ?? this.#ports.clock.nowMs();
  }

  #timeOf(timestamp: string): number | null {
    const { ari, clock } = this.#ports;
    const momentMs = ari.momentOf(timestamp);
    return momentMs === null ? null : wallTimeOf(clock, momentMs);
  }

  #group(channels: readonly Channel[]): Map<string, Found> {
    const { ari, trunks } = this.#ports;
    const legs = new Map<string, Channel>();
    for (const channel of channels)
      if (channel.accountcode !== "" && channel.accountcode !== channel.id)
        legs.set(channel.accountcode, channel);
    const found = new Map<string, Found>();
    for (const channel of channels) {
      const whereabouts = whereaboutsOf(channel, ari.application, trunks, legs.get(channel.id) ?? null);
      if (whereabouts !== null) found.set(channel.id, whereabouts);
    }
    return found;
  }
}
