import type { AsteriskInfo, Bridge, Channel } from "../../ari/generated/models.ts";
import { operation } from "../../ari/operation.ts";
import type { AriConnection } from "../../ari/types.ts";
import type { CallLog } from "../../callLog/types.ts";
import type { Logger, SteadyClock } from "../../ops/types.ts";
import type { OpenCall } from "../../values/callRecord.ts";
import { CatchUp, type Comparison, listTimeoutMs } from "../catchUp.ts";
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

/** UTC milliseconds, if Asterisk reports it. */
export interface AdoptedTimes {
  readonly atMs: number;
  readonly answeredAtMs: number | null;
}

interface Calls {
  /** Learns the endpoints and subscribes to their events. */
  subscribe(): Promise<void>;
  /** When Asterisk was started, UTC milliseconds; null if unknown. */
  asteriskStarted(atMs: number | null): void;
  /** Calls that are not over. */
  live(): Iterable<{ readonly callId: string }>;
  has(callId: string): boolean;
  adopt(found: Found, times: AdoptedTimes, known: OpenCall | null): void;
  seen(found: Found): void;
  /** Asterisk may have reported it while it made its list. */
  lookAgain(callId: string): void;
  missing(callId: string): void;
  /** A call of the spool that Asterisk does not have. */
  gone(call: OpenCall): void;
  /** The outcome of every call of an earlier Asterisk is known. */
  compared(): void;
}

/**
 * After every connect, compares Asterisk's list of channels with the calls known here and in the spool. No call depends
 * on it: Asterisk connects them, with or without a controller. It completes the board and the records.
 */
export class Adoption {
  readonly #ports: Ports;
  readonly #calls: Calls;
  readonly #catchUp: CatchUp;

  constructor(ports: Ports, calls: Calls) {
    this.#ports = ports;
    this.#calls = calls;
    this.#catchUp = new CatchUp({ ...ports, asterisk: ports.ari.name }, (comparison) =>
      this.#compare(comparison),
    );
  }

  get done(): boolean {
    return this.#catchUp.done;
  }

  get problem(): string | null {
    return this.#catchUp.problem;
  }

  start(): void {
    this.#catchUp.start();
  }

  stop(): void {
    this.#catchUp.stop();
  }

  notice(callId: string): void {
    this.#catchUp.notice(callId);
  }

  async #compare({ listen, isCurrent, goesOn }: Comparison): Promise<void> {
    const { ari, callLog, logger } = this.#ports;
    const calls = this.#calls;
    const before = Array.from(calls.live(), ({ callId }) => callId);
    await calls.subscribe();
    const heardOf = listen();
    const channels = await ari.request<readonly Channel[]>(operation("channels.list", {}), {
      timeoutMs: listTimeoutMs,
    });
    if (!isCurrent()) return;
    const open = new Map<string, OpenCall>();
    for (const call of callLog.openCalls()) if (isOf(ari, call)) open.set(call.callId, call);
    const found = this.#group(channels, await this.#answers(channels, open));
    calls.asteriskStarted(await this.#startOfAsterisk());
    if (!isCurrent()) return;

    let adopted = 0;
    for (const [callId, whereabouts] of found) {
      if (!(await goesOn())) return;
      if (calls.has(callId)) {
        calls.seen(whereabouts);
        continue;
      }
      // It is about to end, and its record is written.
      if (callLog.hasEnded(callId)) continue;
      const { createdAt, answeredAt } = whereabouts;
      const times = {
        atMs: this.#timeOf(createdAt) ?? this.#ports.clock.nowMs(),
        answeredAtMs: answeredAt === null ? null : this.#timeOf(answeredAt),
      };
      calls.adopt(whereabouts, times, open.get(callId) ?? null);
      adopted += 1;
      if (heardOf.has(callId)) calls.lookAgain(callId);
    }
    for (const callId of before) {
      if (!(await goesOn())) return;
      if (found.has(callId)) continue;
      if (heardOf.has(callId)) calls.lookAgain(callId);
      else calls.missing(callId);
    }
    let endedMeanwhile = 0;
    for (const call of open.values()) {
      if (!(await goesOn())) return;
      if (found.has(call.callId) || calls.has(call.callId)) continue;
      calls.gone(call);
      endedMeanwhile += 1;
    }
    calls.compared();
    logger.info("Reconciled with Asterisk", {
      asterisk: ari.name,
      known: before.length,
      adopted,
      endedMeanwhile,
    });
  }

  async #startOfAsterisk(): Promise<number | null> {
    const { ari } = this.#ports;
    const info = await ari.request<AsteriskInfo>(operation("asterisk.getInfo", {}, { only: "status" }));
    return this.#timeOf(info.status?.startup_time ?? "");
  }

  /**
   * Answer times of calls that neither this process nor its spool knows, by channel. On an answer, `Dial()` joins
   * both legs in a bridge; a channel does not show when.
   */
  async #answers(
    channels: readonly Channel[],
    open: ReadonlyMap<string, OpenCall>,
  ): Promise<ReadonlyMap<string, string>> {
    const isKnown = (callId: string): boolean =>
      this.#calls.has(callId) || typeof open.get(callId)?.answeredAtMs === "number";
    const answers = new Map<string, string>();
    if (channels.every(({ id, accountcode, state }) => state !== "Up" || isKnown(accountcode || id)))
      return answers;
    const bridges = await this.#ports.ari.request<readonly Bridge[]>(operation("bridges.list", {}), {
      timeoutMs: listTimeoutMs,
    });
    for (const { channels: joined, creationtime } of bridges)
      for (const id of joined) answers.set(id, creationtime);
    return answers;
  }

  #timeOf(timestamp: string): number | null {
    const { ari, clock } = this.#ports;
    const momentMs = ari.momentOf(timestamp);
    return momentMs === null ? null : wallTimeOf(clock, momentMs);
  }

  #group(channels: readonly Channel[], answers: ReadonlyMap<string, string>): Map<string, Found> {
    const { ari, trunks } = this.#ports;
    const legs = new Map<string, Channel>();
    for (const channel of channels)
      if (channel.accountcode !== "" && channel.accountcode !== channel.id)
        legs.set(channel.accountcode, channel);
    const found = new Map<string, Found>();
    for (const channel of channels) {
      const { id } = channel;
      const leg = legs.get(id) ?? null;
      const whereabouts = whereaboutsOf(channel, ari.application, trunks, leg, answers.get(id) ?? null);
      if (whereabouts !== null) found.set(id, whereabouts);
    }
    return found;
  }
}
