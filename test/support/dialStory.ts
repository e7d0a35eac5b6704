import type { Call, CallCommand, CallEvent, Sighting } from "../../src/calls/dial/machine/call.ts";
import { begin, transition } from "../../src/calls/dial/machine/transition.ts";
import type { IncomingCall } from "../../src/calls/decision/incoming.ts";
import type { CallPolicy } from "../../src/calls/decision/policy.ts";
import type { Mapping } from "../../src/values/mapping.ts";
import { anIncomingCall, aPolicy, found } from "./calls.ts";

export type Fact = DistributiveOmit<CallEvent, "atMs">;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export const aLeg = (number = 1, trunk = "trunk-out") => ({ leg: `leg-${number}`, trunk });

export const aSighting = (changes: Partial<Sighting> = {}): Sighting => ({
  channelName: "PJSIP/trunk-in-00000001",
  place: "connect",
  connecting: null,
  refusal: null,
  up: false,
  leg: null,
  ...changes,
});

/** A call that Asterisk connects, as a list of facts. */
export class DialStory {
  readonly commands: CallCommand[] = [];
  call: Call;
  readonly policy: CallPolicy;
  #atMs: number;

  constructor(policy: CallPolicy = aPolicy(), incoming: IncomingCall = anIncomingCall()) {
    this.policy = policy;
    const started = begin(incoming, "PJSIP/trunk-in-00000001", policy);
    this.#atMs = incoming.atMs;
    this.call = started.call;
    this.commands.push(...started.commands);
  }

  /** The next facts happen this long after the start of the call. */
  after(elapsedMs: number): this {
    this.#atMs = this.call.atMs + elapsedMs;
    return this;
  }

  /** Returns the commands that this one fact caused. */
  tell(fact: Fact): readonly CallCommand[] {
    const next = transition(this.call, { ...fact, atMs: this.#atMs }, this.policy);
    this.call = next.call;
    this.commands.push(...next.commands);
    return next.commands;
  }

  found(changes: Partial<Mapping> = {}, ways: readonly (number | null)[] = []): this {
    this.tell({ type: "lookedUp", known: found(changes), ways });
    return this;
  }

  rang(leg = aLeg()): this {
    this.found().tell({ type: "legRang", ...leg });
    return this;
  }

  answered(leg = aLeg()): this {
    this.rang(leg).tell({ type: "legAnswered", ...leg });
    return this;
  }

  records(): number {
    return this.commands.filter(({ type }) => type === "writeRecord").length;
  }
}
