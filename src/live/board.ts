import { repeat } from "../ops/repeat.ts";
import type { Clock } from "../ops/types.ts";
import { EndedCalls } from "./endedCalls.ts";
import type { LiveCall, SilentAsterisk } from "./browserMessages.ts";
import type { Bus } from "../bus/types.ts";
import {
  type FollowedAsterisk,
  instanceLostAfterMs,
  isLiveBusMessage,
  type LiveBusMessage,
  liveTopic,
  signOfLifeEveryMs,
} from "./instanceMessages.ts";

/** Receives the changes since the last time: whole calls, and IDs of calls that no instance reports any more. */
type BoardListener = (calls: readonly LiveCall[], gone: readonly string[]) => void;

interface LiveBoardOptions {
  readonly bus: Pick<Bus, "publish" | "subscribe" | "onGap" | "connected">;
  readonly clock: Clock;
  /** The ID of this instance's source; null if it has none. */
  readonly own?: string | null;
}

const lookEveryMs = signOfLifeEveryMs / 2;

interface Instance {
  readonly node: string;
  readonly calls: Set<string>;
  /** Sequence number of the last known delta; null until all calls are known. */
  seq: number | null;
  lastHeardAtMs: number;
  asterisks: readonly FollowedAsterisk[];
}

type Told = LiveBusMessage & { readonly kind: "delta" | "whole" };

/** The calls of all reachable instances. */
export class LiveBoard {
  readonly #options: LiveBoardOptions;
  readonly #instances = new Map<string, Instance>();
  readonly #calls = new Map<string, { call: LiveCall; owner: string }>();
  readonly #ended = new EndedCalls();
  readonly #listeners = new Set<BoardListener>();
  /** Instances that were heard and have not left. */
  readonly #others = new Set<string>();
  readonly #stops: (() => void)[] = [];
  #lookedAtMs = 0;
  #closed = false;

  constructor(options: LiveBoardOptions) {
    this.#options = options;
  }

  open(): void {
    const { bus, clock } = this.#options;
    this.#stops.push(
      bus.subscribe(liveTopic, (payload) => {
        if (isLiveBusMessage(payload)) this.#hear(payload);
      }),
      bus.onGap(() => this.#ask(null)),
    );
    this.#ask(null);
    this.#lookedAtMs = clock.nowMs();
    this.#stops.push(repeat(clock, lookEveryMs, () => this.#lookForLost()));
  }

  /** Calls in progress, oldest first. */
  calls(): LiveCall[] {
    return Array.from(this.#calls.values(), ({ call }) => call).toSorted(
      (one, other) => one.startedAtMs - other.startedAtMs,
    );
  }

  get size(): number {
    return this.#calls.size;
  }

  /** Calls that ended in the last minutes, newest first. */
  ended(): LiveCall[] {
    return this.#ended.list(this.#options.clock.nowMs());
  }

  /** Takes the calls of an erased number that are over off the board. */
  forgetEnded(shows: (call: LiveCall) => boolean): void {
    this.#tell([], this.#ended.forget(shows));
  }

  /** Names of the instances with calls on the board. */
  get nodes(): string[] {
    return [...new Set(Array.from(this.#instances.values(), ({ node }) => node))].toSorted();
  }

  /** False while other instances are unreachable, or one of them has not reported its calls yet. */
  get complete(): boolean {
    if (!this.#options.bus.connected) return this.#others.size === 0;
    for (const { seq } of this.#instances.values()) if (seq === null) return false;
    return true;
  }

  /**
   * Asterisks that cannot be heard: what the board shows of their calls may be wrong. Another instance's connection
   * does not help the instance that has the call.
   */
  get silent(): SilentAsterisk[] {
    const all = [...this.#instances.values()].flatMap(({ node, calls, asterisks }) =>
      asterisks.map((asterisk) => ({ node, calls, ...asterisk })),
    );
    const heard = new Set(all.filter((one) => one.heard).map(({ name }) => name));
    return all
      .filter((one) => !one.heard && (!heard.has(one.name) || this.#hasCallOf(one)))
      .map(({ node, name, systemName }) => ({ node, name, systemName }));
  }

  #hasCallOf({ calls, name, systemName }: FollowedAsterisk & Pick<Instance, "calls">): boolean {
    return [...calls].some((callId) => {
      const asterisk = this.#calls.get(callId)?.call.asterisk;
      return asterisk === name || asterisk === systemName;
    });
  }

  /** The Asterisks that are connected, and the instance that follows their calls, in the order of their names. */
  followed(): { readonly asterisk: string; readonly instance: string; readonly node: string }[] {
    return [...this.#instances]
      .flatMap(([instance, { node, asterisks }]) =>
        asterisks.flatMap(({ name, heard }) => (heard ? [{ asterisk: name, instance, node }] : [])),
      )
      .toSorted((one, other) => (one.asterisk < other.asterisk ? -1 : 1));
  }

  /** The instance that has the call; null if unknown. */
  ownerOf(callId: string): { readonly instance: string; readonly node: string } | null {
    const found = this.#calls.get(callId);
    return found ? { instance: found.owner, node: found.call.node } : null;
  }

  onChange(listener: BoardListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    for (const stop of this.#stops.splice(0)) stop();
  }

  #hear(message: LiveBusMessage): void {
    switch (message.kind) {
      case "ask":
        return;
      case "leaving":
        this.#others.delete(message.instance);
        this.#forget(message.instance);
        return;
      case "delta":
      case "whole":
        this.#learn(message);
    }
  }

  #learn(message: Told): void {
    const known = this.#instances.get(message.instance);
    const instance: Instance = known ?? {
      node: message.node,
      calls: new Set(),
      seq: null,
      lastHeardAtMs: 0,
      asterisks: [],
    };
    if (!known) this.#instances.set(message.instance, instance);
    instance.lastHeardAtMs = this.#options.clock.nowMs();
    if (message.instance !== this.#options.own) this.#others.add(message.instance);
    if (message.kind === "delta") instance.asterisks = message.asterisks ?? instance.asterisks;
    if (message.kind === "whole") {
      instance.seq = message.seq;
      this.#replace(message.instance, instance, message);
      return;
    }
    const { seq, calls } = message;
    // A new instance has no calls except those that it reports.
    if (!known && seq === (calls.length > 0 ? 1 : 0)) instance.seq = 0;
    const missed = instance.seq === null || seq !== (calls.length > 0 ? instance.seq + 1 : instance.seq);
    instance.seq = missed ? null : seq;
    // The message itself is correct; only earlier ones may be missing.
    if (calls.length > 0) this.#tell(this.#put(message.instance, instance, calls), []);
    if (missed) this.#ask(message.instance);
  }

  #put(owner: string, instance: Instance, calls: readonly LiveCall[]): readonly LiveCall[] {
    for (const call of calls) {
      const { callId } = call;
      const before = this.#calls.get(callId);
      if (before && before.owner !== owner) this.#instances.get(before.owner)?.calls.delete(callId);
      if (call.state === "ended") {
        this.#calls.delete(callId);
        instance.calls.delete(callId);
        this.#ended.add(call);
      } else {
        this.#calls.set(callId, { call, owner });
        instance.calls.add(callId);
        this.#ended.delete(callId);
      }
    }
    return calls;
  }

  #replace(owner: string, instance: Instance, whole: LiveBusMessage & { readonly kind: "whole" }): void {
    const named = new Set(whole.calls.map(({ callId }) => callId));
    const newlyEnded = whole.ended.filter(({ callId }) => !this.#ended.has(callId));
    const ended = new Set(newlyEnded.map(({ callId }) => callId));
    const gone = [...instance.calls].filter((callId) => !named.has(callId) && !ended.has(callId));
    for (const callId of gone) this.#remove(instance, callId);
    // Oldest first, in the order in which they ended.
    this.#tell(this.#put(owner, instance, [...newlyEnded.toReversed(), ...whole.calls]), gone);
  }

  #remove(instance: Instance, callId: string): void {
    instance.calls.delete(callId);
    this.#calls.delete(callId);
  }

  #forget(id: string): void {
    const instance = this.#instances.get(id);
    if (!instance) return;
    this.#instances.delete(id);
    const gone = [...instance.calls];
    for (const callId of gone) this.#remove(instance, callId);
    this.#tell([], gone);
  }

  #lookForLost(): void {
    const nowMs = this.#options.clock.nowMs();
    const tookMs = nowMs - this.#lookedAtMs;
    this.#lookedAtMs = nowMs;
    // If this process was blocked, read what arrived meanwhile before giving up on an instance.
    if (tookMs >= 2 * lookEveryMs) return;
    for (const [id, { lastHeardAtMs }] of this.#instances) {
      if (lastHeardAtMs >= nowMs - instanceLostAfterMs) continue;
      this.#forget(id);
      // It has died, unless it is just not heard without the bus.
      if (this.#options.bus.connected) this.#others.delete(id);
    }
  }

  #ask(of: string | null): void {
    if (!this.#closed) this.#options.bus.publish(liveTopic, { kind: "ask", of } satisfies LiveBusMessage);
  }

  #tell(calls: readonly LiveCall[], gone: readonly string[]): void {
    if (calls.length === 0 && gone.length === 0) return;
    for (const listener of this.#listeners) listener(calls, gone);
  }
}
