import type { Fault } from "./faults.ts";
import type { Range } from "./random.ts";
import type { Cancel, Scheduler } from "./scheduler.ts";

/** A held message leaves by itself if no other message releases it. */
const longestHoldMs = 500;

/** Sends the messages of one socket in order, except for faults and where Asterisk's order is not fixed. */
export class Outbox<T> {
  readonly #scheduler: Scheduler;
  readonly #emit: (item: T, malformed: boolean) => void;
  /** The messages of each channel or bridge that have not left yet: later ones must not overtake them. */
  readonly #lanes = new Map<string, (() => void)[]>();
  #held: { readonly item: T; readonly cancel: Cancel }[] = [];

  constructor(scheduler: Scheduler, emit: (item: T, malformed: boolean) => void) {
    this.#scheduler = scheduler;
    this.#emit = emit;
  }

  post(item: T, lane: string, delayMs: Range, fault: Fault | null): void {
    switch (fault?.do) {
      case undefined:
        this.#after(lane, delayMs, () => this.#send(item, false));
        return;
      case "drop":
        return;
      case "delay":
        this.#scheduler.after(fault.ms, () => this.#send(item, false));
        return;
      case "duplicate":
        this.#after(lane, delayMs, () => this.#send(item, false));
        this.#after(lane, delayMs, () => this.#send(item, false));
        return;
      case "malformed":
        this.#after(lane, delayMs, () => this.#send(item, true));
        return;
      case "hold":
        this.#hold(item);
    }
  }

  #after(lane: string, delayMs: Range, send: () => void): void {
    if (delayMs === 0) {
      send();
      return;
    }
    const waiting = this.#lanes.get(lane) ?? [];
    this.#lanes.set(lane, waiting);
    waiting.push(send);
    // The first delay to end takes the message that has waited longest.
    this.#scheduler.after(delayMs, () => {
      waiting.shift()?.();
      if (waiting.length === 0 && this.#lanes.get(lane) === waiting) this.#lanes.delete(lane);
    });
  }

  #hold(item: T): void {
    const held = {
      item,
      cancel: this.#scheduler.after(longestHoldMs, () => {
        this.#held = this.#held.filter((other) => other !== held);
        this.#emit(item, false);
      }),
    };
    this.#held.push(held);
  }

  #send(item: T, malformed: boolean): void {
    this.#emit(item, malformed);
    for (const { item: held, cancel } of this.#held.splice(0)) {
      cancel();
      this.#emit(held, false);
    }
  }
}
