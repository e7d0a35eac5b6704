import type { AriListener } from "../../ari/types.ts";
import type { AriEvent } from "../../ari/generated/models.ts";
import type { CallPolicy } from "../decision/policy.ts";
import type { Known } from "../../values/knownParties.ts";
import { type CallController, type CallPorts, isPastDeadline, mostInSetUp, recordedName } from "../types.ts";
import { handBack } from "./machine/ending.ts";
import { arriveLate, begin, turnAway } from "./machine/connecting.ts";
import { transition } from "./machine/transition.ts";
import type { Call, CallCommand, CallEvent, CallTimer, Transition } from "./machine/call.ts";
import { openCallOf, recordOf } from "../record/toRecord.ts";
import { type Entry as EntryOf, Roster } from "../roster.ts";
import { answerNewsMs, isAnswered } from "./answerCheck.ts";
import type { Arrival } from "../arrival.ts";
import { factOf } from "./facts.ts";
import { wallTimeOf } from "../callTimes.ts";
import { type AriCommand, CommandRunner } from "./commandRunner.ts";
import { LoopDetector } from "./loopDetector.ts";
import { Reconciler } from "./reconciler.ts";

interface ControllerOptions {
  readonly policy: CallPolicy;
  /** The dialplan context that connects calls without a controller. */
  readonly fallbackContext: string;
}

type Entry = EntryOf<Call, CallEvent>;

const isOver = ({ state }: Call): boolean => state === "ended";

/** The calls of one Asterisk: receives facts, lets the machine decide, sends commands. */
export class BridgeController implements AriListener, CallController {
  readonly #ports: CallPorts;
  readonly #options: ControllerOptions;
  readonly #runner: CommandRunner;
  readonly #reconciler: Reconciler;
  readonly #roster: Roster<Call, CallEvent>;
  readonly #loops = new LoopDetector();
  #draining: (() => void) | null = null;
  /** Calls whose numbers are being looked up. */
  #lookups = 0;
  /** Disconnected, so no events arrive. Timers decide nothing until Asterisk's state is known again. */
  #away = false;

  constructor(ports: CallPorts, options: ControllerOptions) {
    this.#ports = ports;
    this.#options = options;

    this.#roster = new Roster({
      ...ports,
      handle: (entry, event) => this.#handle(entry, event),
      observe: (before, after, cause) => {
        this.#loops.track(after);
        ports.observe(before, after, cause);
      },
    });
    this.#runner = new CommandRunner(
      ports.ari,
      () => ports.clock.steadyMs(),
      options.fallbackContext,
      () => this.#checkDrained(),
    );
    this.#reconciler = new Reconciler(ports, {
      policy: options.policy,
      live: () => this.liveCalls(),
      has: (callId) => this.#roster.has(callId),
      adopt: (call) => {
        this.#roster.add(call, "adopted");
        if (call.realNumber === null && call.proxyNumber !== null) this.#lookUp(call);
      },
      readIncoming: (arrival, atMs) => this.#incomingOf(arrival, atMs),
      post: (callId, event) => this.#roster.post(callId, event),
    });
    ports.ari.listen(this);
  }

  /** True once every call found in Asterisk on connecting has been adopted, ended, or cleaned up. */
  get reconciled(): boolean {
    return this.#reconciler.done;
  }

  /** Why the last attempt to read Asterisk's calls failed; null if none has. */
  get reconciliationProblem(): string | null {
    return this.#reconciler.problem;
  }

  get size(): number {
    return this.#roster.size;
  }

  /** Calls without an outcome. */
  get liveCallCount(): number {
    let count = 0;
    for (const call of this.#roster.calls()) if (call.ending === null) count += 1;
    return count;
  }

  liveCalls(): IterableIterator<Call> {
    return this.#roster.calls();
  }

  connected(): void {
    this.#away = false;
    this.#reconciler.start();
  }

  disconnected(): void {
    this.#away = true;
    this.#reconciler.stop();
    for (const entry of this.#roster.values()) this.#roster.clearTimer(entry);
    if (this.#ports.ari.status.state !== "replaced") return;
    this.#roster.giveAway(isOver);
    this.#checkDrained();
  }

  event(event: AriEvent, happenedMs: number): void {
    const fact = factOf(event, happenedMs);
    switch (fact.kind) {
      case "arrival":
        this.#arrive(fact.arrival, happenedMs);
        return;
      case "held":
        this.#hold(fact.arrival, happenedMs);
        return;
      case "call":
        this.#reconciler.notice(fact.callId);
        this.#roster.post(fact.callId, fact.event);
        return;
      case "none":
    }
  }

  /** False if the call is not here. A party's hangup that is still unread in the socket takes precedence. */
  hangUp(callId: string): boolean {
    if (!this.#roster.has(callId)) return false;
    const atMs = this.#ports.clock.steadyMs();
    void this.#ports.ari
      .caughtUp()
      .then(() => this.#roster.post(callId, { type: "hangUpRequested", atMs, reason: "supervisor" }));
    return true;
  }

  /**
   * Hands new calls to the dialplan from now on. Resolves when Asterisk can continue every call without us and has
   * answered all commands. The caller of this method sets the deadline.
   */
  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.#draining = resolve;
      this.#checkDrained();
    });
  }

  #arrive(arrival: Arrival, happenedMs: number): void {
    const callId = arrival.channel.id;
    if (this.#roster.has(callId)) return;
    const incoming = this.#incomingOf(arrival, wallTimeOf(this.#ports.clock, happenedMs));
    const hasRoom = this.#lookups + this.#runner.underWay < mostInSetUp;
    const start = isPastDeadline(this.#ports.clock, happenedMs) ? arriveLate : hasRoom ? begin : turnAway;
    const started = start(incoming, arrival.channel.name, this.#options.policy);
    const entry = this.#roster.add(started.call, "arrived");
    this.#carryOut(entry, this.#draining ? handBack(started.call, incoming.atMs, "shutting_down") : started);
  }

  /** A caller of whom nothing is known here, because the controller that took the call is gone, goes to the dialplan. */
  #hold(arrival: Arrival, happenedMs: number): void {
    const callId = arrival.channel.id;
    this.#reconciler.notice(callId);
    if (this.#roster.post(callId, { type: "callerHeld", atMs: happenedMs })) return;
    this.#runner.handBack(callId);
  }

  #incomingOf(arrival: Arrival, atMs: number) {
    const { channel, call } = arrival;
    return {
      ...call,
      callId: channel.id,
      asterisk: recordedName(this.#ports.ari),
      cameBack: call.cameBack || this.#loops.comesBack(call),
      atMs,
    };
  }

  #handle(entry: Entry, event: CallEvent): void {
    const next = transition(entry.call, event, this.#options.policy);
    this.#roster.take(entry, event, next.call);
    this.#carryOut(entry, next);
  }

  #carryOut(entry: Entry, next: Transition): void {
    entry.call = next.call;
    for (const command of next.commands) this.#run(entry, command);
    if (next.call.state === "ended") this.#roster.delete(entry);
    this.#checkDrained();
  }

  #run(entry: Entry, command: CallCommand): void {
    const { call } = entry;
    const { callLog } = this.#ports;
    switch (command.type) {
      case "lookUp":
        this.#lookUp(call);
        return;
      case "setTimer": {
        this.#setTimer(entry, command);
        return;
      }
      case "clearTimer":
        this.#roster.clearTimer(entry);
        return;
      case "keepOpen":
        callLog.opened(openCallOf(call));
        return;
      case "writeRecord":
        callLog.ended({ ...recordOf(call, this.#options.policy.node), timeline: [...entry.timeline] });
        return;
      default:
        this.#runOnAsterisk(entry, command);
    }
  }

  #runOnAsterisk(entry: Entry, command: AriCommand): void {
    const { callId } = entry.call;
    this.#runner.run(entry.call, command, (event) => {
      if (event.type === "commandFailed") this.#logFailure(callId, event);
      this.#roster.post(callId, event);
    });
  }

  #lookUp(call: Call): void {
    const { lookup, clock, logger } = this.#ports;
    const { callId } = call;
    this.#lookups += 1;
    const tell = (known: Known): void => {
      this.#lookups -= 1;
      this.#roster.post(callId, { type: "lookedUp", atMs: clock.steadyMs(), known });
    };
    lookup.known(call).then(tell, (error: unknown) => {
      logger.error("Number lookup failed", { callId, error });
      tell({ kind: "unavailable" });
    });
  }

  /**
   * A timer takes effect only after everything that Asterisk had sent by then was read: the answer or hangup that
   * it waits for may still be in the socket. Reading it clears or replaces the timer. A timer of an unanswered leg also asks
   * Asterisk for the state of the callee's leg, because an answer before the deadline wins even if its event
   * arrives later.
   */
  #setTimer(entry: Entry, command: CallCommand & { readonly type: "setTimer" }): void {
    const { ari, clock } = this.#ports;
    this.#roster.clearTimer(entry);
    if (this.#away) return;
    const { timer, afterMs, sinceMs } = command;
    const passedMs = sinceMs === undefined ? 0 : entry.times.at(clock.steadyMs()) - sinceMs;
    const { callId } = entry.call;
    const post = (
      fact: { readonly type: "timerFired"; timer: CallTimer } | { type: "calleeAnswered" },
    ): void => {
      entry.stopTimer = null;
      this.#roster.post(callId, { ...fact, atMs: clock.steadyMs() });
    };
    const fire = async (counts: () => boolean): Promise<void> => {
      await ari.caughtUp();
      const answered =
        (timer === "ring" || timer === "silence") && counts() && (await isAnswered(ari, callId));
      if (!counts()) return;
      if (!answered) return post({ type: "timerFired", timer });
      // The event will follow with the time of the answer; if it is lost, the answer counts from now.
      this.#roster.setTimer(entry, answerNewsMs, () => post({ type: "calleeAnswered" }));
    };
    this.#roster.setTimer(entry, afterMs - Math.max(0, passedMs), (counts) => void fire(counts));
  }

  #checkDrained(): void {
    if (this.#draining === null || this.#runner.underWay > 0) return;
    for (const { state } of this.#roster.calls())
      if (state === "lookingUp" || state === "preparing" || state === "ending") return;
    this.#draining();
  }

  #logFailure(callId: string, event: CallEvent & { readonly type: "commandFailed" }): void {
    const { command, failure } = event;
    if (failure === "gone" || failure === "disconnected") return;
    this.#ports.logger.warn("Asterisk command failed", { callId, command, failure });
  }
}
