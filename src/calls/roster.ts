import type { Logger, SteadyClock } from "../ops/types.ts";
import { setPatientTimer } from "../ops/patientTimer.ts";
import type { TimelineStep } from "../values/callRecord.ts";
import { CallTimes } from "./callTimes.ts";
import { Mailbox } from "./mailbox.ts";
import { type CallOnTrunk, type Fact, firstStep, stepOf } from "./record/timeline.ts";

/** A call here: its state, its events in order, and what happened so far. */
export interface Entry<Call, Event> {
  call: Call;
  readonly mailbox: Mailbox<Event>;
  readonly times: CallTimes;
  readonly timeline: TimelineStep[];
  stopTimer: (() => void) | null;
}

interface Options<Call, Event> {
  readonly clock: SteadyClock;
  readonly logger: Logger;
  readonly observe: (before: CallOnTrunk | null, after: CallOnTrunk, cause: string) => void;
  /** Handles one event of a call: the next one waits until it returns. */
  readonly handle: (entry: Entry<Call, Event>, event: Event) => void;
}

/** The calls of one controller. Events of one call are handled in order, and calls never wait for each other. */
export class Roster<Call extends CallOnTrunk, Event extends Fact> {
  readonly #options: Options<Call, Event>;
  readonly #entries = new Map<string, Entry<Call, Event>>();

  constructor(options: Options<Call, Event>) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(callId: string): boolean {
    return this.#entries.has(callId);
  }

  get(callId: string): Entry<Call, Event> | undefined {
    return this.#entries.get(callId);
  }

  values(): IterableIterator<Entry<Call, Event>> {
    return this.#entries.values();
  }

  *calls(): IterableIterator<Call> {
    for (const { call } of this.#entries.values()) yield call;
  }

  add(call: Call, cause: "arrived" | "adopted"): Entry<Call, Event> {
    const { clock, handle } = this.#options;
    const times = new CallTimes(clock, call.atMs);
    const firstAtMs = cause === "arrived" ? call.atMs : times.at(clock.steadyMs());
    const entry: Entry<Call, Event> = {
      call,
      times,
      stopTimer: null,
      timeline: [firstStep(call, cause, firstAtMs)],
      mailbox: new Mailbox((event) => handle(entry, event)),
    };
    this.#entries.set(call.callId, entry);
    this.#observe(null, call, cause);
    return entry;
  }

  /**
   * False if the call is not here. The time of the fact is on the steady clock; from here on it is translated to the
   * call's own time.
   */
  post(callId: string, fact: Event): boolean {
    const entry = this.#entries.get(callId);
    entry?.mailbox.post({ ...fact, atMs: entry.times.at(fact.atMs) });
    return entry !== undefined;
  }

  /** Stores the state of the call after an event. */
  take(entry: Entry<Call, Event>, event: Event, next: Call): void {
    const before = entry.call;
    if (next === before) return;
    entry.call = next;
    const step = stepOf(before, next, event, entry.timeline.at(-1));
    if (step !== null) entry.timeline.push(step);
    this.#observe(before, next, event.type);
  }

  delete(entry: Entry<Call, Event>): void {
    this.clearTimer(entry);
    this.#entries.delete(entry.call.callId);
  }

  /** Another controller has taken over the application with its calls and their records. */
  giveAway(isOver: (call: Call) => boolean): void {
    const given = [...this.#entries.values()];
    this.#entries.clear();
    for (const entry of given) {
      this.clearTimer(entry);
      const { call } = entry;
      if (!isOver(call)) this.#observe(call, { ...call, state: "ended", ending: null }, "takenOver");
    }
  }

  /** A call has one timer at a time. `fire` gets a function that says whether this timer still counts. */
  setTimer(entry: Entry<Call, Event>, afterMs: number, fire: (counts: () => boolean) => void): void {
    this.clearTimer(entry);
    const stop = setPatientTimer(this.#options.clock, () => fire(() => entry.stopTimer === stop), afterMs);
    entry.stopTimer = stop;
  }

  clearTimer(entry: Entry<Call, Event>): void {
    entry.stopTimer?.();
    entry.stopTimer = null;
  }

  #observe(before: CallOnTrunk | null, after: CallOnTrunk, cause: string): void {
    const { logger, observe } = this.#options;
    if (logger.debugging)
      logger.debug("Call transition", {
        callId: after.callId,
        transition: `${before?.state ?? "new"} -[${cause}]-> ${after.state}`,
      });
    observe(before, after, cause);
  }
}
