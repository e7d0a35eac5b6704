import { randomUUID } from "node:crypto";
import { repeat } from "../ops/repeat.ts";
import type { Clock, TimerHandle } from "../ops/types.ts";
import { EndedCalls } from "./endedCalls.ts";
import { isOver, type ObservedCall } from "../values/observedCall.ts";
import type { LiveCall } from "./browserMessages.ts";
import { liveCallOf } from "./liveCall.ts";
import type { Bus, PublishOptions } from "../bus/types.ts";
import {
  type FollowedAsterisk,
  isLiveBusMessage,
  type LiveBusMessage,
  liveTopic,
  signOfLifeEveryMs,
} from "./instanceMessages.ts";

interface LiveSourceOptions {
  readonly bus: Pick<Bus, "publish" | "subscribe">;
  readonly clock: Clock;
  /** Display name of this instance. */
  readonly node: string;
  /** The Asterisks of this instance. */
  readonly asterisks?: () => readonly FollowedAsterisk[];
  /** Changes are batched for at most this long. */
  readonly gatherMs?: number;
}

/**
 * Publishes the calls of this instance to all instances, including itself. On the hot path of a call it only marks
 * the call as changed; everything else happens once per batch.
 */
export class LiveSource {
  readonly instance = randomUUID();
  readonly #options: LiveSourceOptions;
  readonly #gatherMs: number;
  readonly #live = new Map<string, ObservedCall>();
  readonly #ended = new EndedCalls();
  #changed = new Map<string, ObservedCall>();
  #seq = 0;
  #asked = false;
  #telling: TimerHandle | null = null;
  #stopListening: () => void = () => undefined;
  #stopSigns: () => void = () => undefined;
  #closed = false;

  constructor(options: LiveSourceOptions) {
    this.#options = options;
    this.#gatherMs = options.gatherMs ?? 50;
  }

  open(): void {
    this.#stopListening = this.#options.bus.subscribe(liveTopic, (payload) => {
      if (!isLiveBusMessage(payload) || payload.kind !== "ask") return;
      if (payload.of !== null && payload.of !== this.instance) return;
      // Several instances may ask at the same time; one answer serves all.
      this.#asked = true;
      this.#tellSoon();
    });
    this.#giveSignOfLife();
    this.#stopSigns = repeat(this.#options.clock, signOfLifeEveryMs, () => this.#giveSignOfLife());
  }

  /** Observes this instance's calls; the cleanup after a call's end is not published. */
  readonly observe = (before: ObservedCall | null, after: ObservedCall): void => {
    if (after.state === "ended" && after.ending === null) {
      // Another controller now has the call and publishes it.
      this.#live.delete(after.callId);
      this.#changed.delete(after.callId);
      this.#asked = true;
      this.#tellSoon();
      return;
    }
    if (isOver(after)) {
      // Asterisk's own account of the end may correct what the events told.
      if (before === null || (isOver(before) && before.ending === after.ending)) return;
      this.#live.delete(after.callId);
    } else {
      this.#live.set(after.callId, after);
    }
    this.#changed.set(after.callId, after);
    this.#tellSoon();
  };

  /** No instance learns of these calls of an erased number any more. */
  forgetEnded(shows: (call: LiveCall) => boolean): void {
    this.#ended.forget(shows);
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#tell();
    this.#closed = true;
    this.#stopListening();
    this.#stopSigns();
    if (this.#telling !== null) this.#options.clock.clearTimer(this.#telling);
    this.#publish({ kind: "leaving", instance: this.instance });
  }

  #tellSoon(): void {
    if (this.#telling !== null || this.#closed) return;
    this.#telling = this.#options.clock.setTimer(() => {
      this.#telling = null;
      this.#tell();
    }, this.#gatherMs);
  }

  #tell(): void {
    const { node, clock } = this.#options;
    const { instance } = this;
    if (this.#changed.size > 0) {
      const calls = Array.from(this.#changed.values(), (call) => liveCallOf(call, node));
      this.#changed = new Map();
      for (const call of calls) if (call.state === "ended") this.#ended.add(call);
      this.#seq += 1;
      // Signs of life follow, and an instance that has missed something asks for the whole.
      this.#publish({ kind: "delta", instance, node, seq: this.#seq, calls }, { unlessAlone: true });
    }
    if (this.#asked) {
      this.#asked = false;
      const calls = Array.from(this.#live.values(), (call) => liveCallOf(call, node));
      const ended = this.#ended.list(clock.nowMs());
      this.#publish({ kind: "whole", instance, node, seq: this.#seq, calls, ended });
    }
  }

  #giveSignOfLife(): void {
    const { node, asterisks = () => [] } = this.#options;
    this.#publish({
      kind: "delta",
      instance: this.instance,
      node,
      seq: this.#seq,
      calls: [],
      asterisks: asterisks(),
    });
  }

  #publish(message: LiveBusMessage, options?: PublishOptions): void {
    this.#options.bus.publish(liveTopic, message, options);
  }
}
