import type { AriEvent } from "../../ari/generated/models.ts";
import type { AriListener } from "../../ari/types.ts";
import { type CallRecord, type OpenCall, recordSources } from "../../values/callRecord.ts";
import type { Arrival } from "../arrival.ts";
import { wallTimeOf } from "../callTimes.ts";
import type { Known } from "../../values/knownParties.ts";
import type { CallPolicy } from "../decision/policy.ts";
import { openCallOf, recordOf } from "../record/toRecord.ts";
import { type Entry, Roster } from "../roster.ts";
import { type CallController, type CallPorts, isPastDeadline, mostInSetUp, recordedName } from "../types.ts";
import { Adoption, type AdoptedTimes } from "./adoption.ts";
import { factOf } from "./facts.ts";
import { adopted } from "./machine/adoption.ts";
import type { Call, CallCommand, CallEvent, CallTimer, Transition } from "./machine/call.ts";
import { arriveLate, begin, isUndecided, transition, turnAway } from "./machine/transition.ts";
import { Orders } from "./orders.ts";
import { subscribe } from "./subscription.ts";
import { Trunks } from "./trunks.ts";
import type { Found } from "./whereabouts.ts";

const isOver = ({ state }: Call): boolean => state === "ended";

/** The calls of one Asterisk: decides about each of them once, and follows it while Asterisk connects it. */
export class DialController implements AriListener, CallController {
  readonly #ports: CallPorts;
  readonly #policy: CallPolicy;
  readonly #trunks: Trunks;
  readonly #roster: Roster<Call, CallEvent>;
  readonly #orders: Orders;
  readonly #adoption: Adoption;
  #draining: (() => void) | null = null;
  /** Calls whose numbers are being looked up. */
  #lookups = 0;
  /** Disconnected, so no events arrive. Timers decide nothing until Asterisk's state is known again. */
  #away = false;
  /** When Asterisk was last heard before the connection was lost, on the steady clock. */
  #lostMs: number | null = null;
  /** When Asterisk was started, UTC. */
  #asteriskStartedMs: number | null = null;

  constructor(ports: CallPorts, policy: CallPolicy) {
    this.#ports = ports;
    this.#policy = policy;
    this.#trunks = new Trunks(policy.trunks.map(({ name }) => name));
    this.#roster = new Roster({
      ...ports,
      handle: (entry, event) => this.#handle(entry, event),
    });
    const asterisk = { ...ports, trunks: this.#trunks };
    this.#orders = new Orders(asterisk, {
      post: (callId, event) => this.#roster.post(callId, event),
      idle: () => this.#checkDrained(),
    });
    this.#adoption = new Adoption(asterisk, {
      subscribe: () => subscribe(ports.ari, this.#trunks, this.#trunkNames),
      live: () => this.liveCalls(),
      has: (callId) => this.#roster.has(callId),
      adopt: (found, times, known) => this.#adopt({ ...found, ...times }, known),
      seen: (found) => this.#roster.post(found.callId, this.#orders.seen(found)),
      lookAgain: (callId) => this.#orders.query(callId),
      missing: (callId) => this.#missing(callId),
      gone: ({ callId, startedAtMs }) =>
        ports.callLog.missing(callId, {
          lastSeenMs: ports.signsOfLife.lastOf(ports.ari.name, startedAtMs) ?? 0,
          asteriskLost: this.#restartedSince(startedAtMs),
        }),
      asteriskStarted: (atMs) => (this.#asteriskStartedMs = atMs),
      compared: () => ports.signsOfLife.found(ports.ari.name, this.#asteriskStartedMs, ports.clock.nowMs()),
    });
    ports.ari.listen(this);
    ports.callLog.listen((callId, _line, record) => this.#account(callId, record));
  }

  get reconciled(): boolean {
    return this.#adoption.done;
  }

  get reconciliationProblem(): string | null {
    return this.#adoption.problem;
  }

  get size(): number {
    return this.liveCallCount;
  }

  get liveCallCount(): number {
    let count = 0;
    for (const call of this.#roster.calls()) if (!isOver(call)) count += 1;
    return count;
  }

  *liveCalls(): IterableIterator<Call> {
    for (const call of this.#roster.calls()) if (!isOver(call)) yield call;
  }

  get #trunkNames(): readonly string[] {
    return this.#policy.trunks.map(({ name }) => name);
  }

  connected(): void {
    this.#away = false;
    this.#adoption.start();
  }

  disconnected(): void {
    const { ari, clock, signsOfLife } = this.#ports;
    if (!this.#away) {
      this.#lostMs = ari.heardMs ?? clock.steadyMs();
      signsOfLife.lost(ari.name, wallTimeOf(clock, this.#lostMs));
    }
    this.#away = true;
    this.#adoption.stop();
    if (this.#ports.ari.status.state === "replaced") {
      this.#roster.giveAway(isOver);
      this.#checkDrained();
    }
    for (const entry of this.#roster.values()) if (!isOver(entry.call)) this.#roster.clearTimer(entry);
  }

  event(event: AriEvent, happenedMs: number): void {
    const fact = factOf(event, happenedMs, this.#trunks);
    switch (fact.kind) {
      case "arrival":
        return this.#arrive(fact.arrival, happenedMs);
      case "call":
        // The caller waits for the final answer, whether or not the call is known here.
        if (fact.event.type === "failed") this.#orders.letGo(fact.callId);
        this.#adoption.notice(fact.callId);
        if (!this.#roster.post(fact.callId, fact.event)) this.#meet(fact.callId, fact.event);
        return;
      case "none":
    }
  }

  hangUp(callId: string): boolean {
    const entry = this.#roster.get(callId);
    if (entry === undefined || isOver(entry.call)) return false;
    const atMs = this.#ports.clock.steadyMs();
    void this.#ports.ari.caughtUp().then(() => this.#roster.post(callId, { type: "hangUpRequested", atMs }));
    return true;
  }

  /** Decided calls need no controller, so only those that are being looked up are waited for. */
  async drain(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#draining = resolve;
      this.#checkDrained();
    });
  }

  #arrive({ channel, call }: Arrival, happenedMs: number): void {
    const callId = channel.id;
    if (this.#draining !== null) return this.#orders.handBack(callId);
    if (this.#roster.has(callId)) return;
    const { ari, clock } = this.#ports;
    const incoming = {
      ...call,
      callId,
      asterisk: recordedName(ari),
      atMs: wallTimeOf(clock, happenedMs),
    };
    const hasRoom = this.#lookups + this.#orders.underWay < mostInSetUp;
    const start = isPastDeadline(clock, happenedMs) ? arriveLate : hasRoom ? begin : turnAway;
    const started = start(incoming, channel.name, this.#policy);
    this.#carryOut(this.#roster.add(started.call, "arrived"), started);
  }

  #adopt({ atMs, answeredAtMs, ...found }: Found & AdoptedTimes, known: OpenCall | null): void {
    const { callId, incoming, at } = found;
    const asterisk = this.#ports.ari.name;
    const call = adopted({ ...incoming, callId, asterisk, atMs }, at.channelName, known);
    this.#roster.add({ ...call, answeredAtMs: call.answeredAtMs ?? answeredAtMs }, "adopted");
    this.#roster.post(callId, this.#orders.seen(found));
  }

  /** A call that the fallback connects: its leg is the first sign of it. */
  #meet(callId: string, event: CallEvent): void {
    if (event.type !== "legRang" && event.type !== "legAnswered") return;
    const { ari, callLog, clock } = this.#ports;
    if (!this.#adoption.done || callLog.hasEnded(callId)) return;
    this.#orders.find(callId).then(
      (found) => {
        if (found === null || this.#roster.has(callId)) return;
        const createdMs = ari.momentOf(found.createdAt) ?? clock.steadyMs();
        this.#adopt({ ...found, atMs: wallTimeOf(clock, createdMs), answeredAtMs: null }, null);
        this.#roster.post(callId, event);
      },
      // It is over already.
      () => undefined,
    );
  }

  /** A call that was known here before the connection was lost. */
  #missing(callId: string): void {
    const call = this.#roster.get(callId)?.call;
    if (call === undefined) return;
    const { ari, clock, signsOfLife } = this.#ports;
    const restarted = this.#restartedSince(call.atMs);
    const lostMs = this.#lostMs ?? clock.steadyMs();
    // It has not outlived the Asterisk that it began in.
    const seenMs = restarted ? signsOfLife.lastOf(ari.name, call.atMs) : null;
    const atMs = seenMs === null ? lostMs : Math.min(lostMs, clock.steadyMs() - (clock.nowMs() - seenMs));
    this.#roster.post(callId, { type: "missing", atMs, restarted });
  }

  #restartedSince(atMs: number): boolean {
    return this.#asteriskStartedMs !== null && this.#asteriskStartedMs > atMs;
  }

  /** Asterisk's own account of the end. The call log merges it with the record; here it corrects the board. */
  #account(callId: string, record: CallRecord): void {
    // It only says that the caller came and left.
    if (record.source === recordSources.inferred) return;
    const { answeredAtMs, endedAtMs, status, statusReason, sipCode, cause } = record;
    const ending = { atMs: endedAtMs, status, reason: statusReason, sipCode, cause };
    const entry = this.#roster.get(callId);
    entry?.mailbox.post({ type: "line", atMs: endedAtMs, answeredAtMs, ending });
  }

  #handle(entry: Entry<Call, CallEvent>, event: CallEvent): void {
    const next = transition(entry.call, event, this.#policy);
    this.#roster.take(entry, event, next.call);
    this.#carryOut(entry, next);
  }

  #carryOut(entry: Entry<Call, CallEvent>, { commands }: Transition): void {
    for (const command of commands) this.#run(entry, command);
    this.#checkDrained();
  }

  #run(entry: Entry<Call, CallEvent>, command: CallCommand): void {
    const { call } = entry;
    const { callLog } = this.#ports;
    switch (command.type) {
      case "lookUp":
        return this.#lookUp(call);
      case "proceed":
      case "hangUp":
        return this.#orders.carryOut(call, command);
      case "query":
        return this.#orders.query(call.callId);
      case "setTimer":
        return this.#setTimer(entry, command.timer, command.afterMs);
      case "clearTimer":
        return this.#roster.clearTimer(entry);
      case "keepOpen":
        return callLog.opened(openCallOf(call));
      case "writeRecord":
        return callLog.ended({ ...recordOf(call, this.#policy.node), timeline: [...entry.timeline] });
      case "forget":
        return this.#roster.delete(entry);
    }
  }

  #lookUp(call: Call): void {
    const { lookup, clock, logger } = this.#ports;
    const { callId } = call;
    this.#lookups += 1;
    const tell = (known: Known): void => {
      this.#lookups -= 1;
      const ways = this.#trunkNames.map((name) => this.#trunks.nextWay(name));
      this.#roster.post(callId, { type: "lookedUp", atMs: clock.steadyMs(), known, ways });
    };
    lookup.known(call).then(tell, (error: unknown) => {
      logger.error("Number lookup failed", { callId, error });
      tell({ kind: "unavailable" });
    });
  }

  /** A timer takes effect only after everything that Asterisk had sent by then was read. */
  #setTimer(entry: Entry<Call, CallEvent>, timer: CallTimer, afterMs: number): void {
    const { ari, clock } = this.#ports;
    if (this.#away && timer !== "line") return this.#roster.clearTimer(entry);
    this.#roster.setTimer(entry, afterMs, (counts) => {
      void ari.caughtUp().then(() => {
        if (!counts()) return;
        entry.stopTimer = null;
        this.#roster.post(entry.call.callId, { type: "timerFired", atMs: clock.steadyMs(), timer });
      });
    });
  }

  #checkDrained(): void {
    if (this.#draining === null || this.#orders.underWay > 0) return;
    for (const call of this.#roster.calls()) if (isUndecided(call)) return;
    this.#draining();
  }
}
