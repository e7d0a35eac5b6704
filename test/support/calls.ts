import type { Call, CallCommand, CallEvent } from "../../src/calls/bridge/machine/call.ts";
import type { IncomingCall } from "../../src/calls/decision/incoming.ts";
import type { Known } from "../../src/values/knownParties.ts";
import type { CallPolicy } from "../../src/calls/decision/policy.ts";
import { begin } from "../../src/calls/bridge/machine/connecting.ts";
import { transition } from "../../src/calls/bridge/machine/transition.ts";
import type { Mapping } from "../../src/values/mapping.ts";
import type { PhoneNumber } from "../../src/values/phoneNumber.ts";

export const number = (digits: string): PhoneNumber => digits as PhoneNumber;

export const startedAtMs = Date.UTC(2026, 10, 23, 3, 0, 0);

/** No announcement is played. */
export const silent = { unknown: null, disabled: null, expired: null, failed: null, own: null } as const;

export const aPolicy = (changes: Partial<CallPolicy> = {}): CallPolicy => ({
  node: "node-1",
  trunks: [{ name: "trunk-out", dialPrefix: "", callerIdPrefix: "", callerIdPolicy: { kind: "proxy" } }],
  failOverCodes: [402, 407],
  lookupTimeoutMs: 3_000,
  ringTimeoutMs: 60_000,
  silentTrunkMs: 12_000,
  maxLengthMs: 7_200_000,
  announcements: silent,
  ...changes,
});

export const aMapping = (changes: Partial<Mapping> = {}): Mapping => ({
  id: 1,
  proxyNumber: number("79580000001"),
  realNumber: number("79001112233"),
  state: "active",
  expiresAtMs: null,
  callerIdPolicy: null,
  realNumberIsProxy: false,
  ...changes,
});

/** A lookup that found this mapping, for a caller without one. */
export const found = (
  changes: Partial<Mapping> = {},
  more: Partial<Known & { readonly kind: "found" }> = {},
): Known & { readonly kind: "found" } => ({
  kind: "found",
  mapping: aMapping(changes),
  caller: { isProxy: false, ownNumber: null },
  returnTo: null,
  isPremium: false,
  ...more,
});

export const anIncomingCall = (changes: Partial<IncomingCall> = {}): IncomingCall => ({
  callId: "1732330800.1",
  asterisk: "asterisk-1",
  inboundTrunk: "trunk-in",
  dialled: "79580000001",
  proxyNumber: number("79580000001"),
  secondReading: null,
  callerNumber: "79995550000",
  cameBack: false,
  forwardedBy: null,
  withheldNumber: null,
  atMs: startedAtMs,
  ...changes,
});

export const callerChannel = "PJSIP/trunk-in-0-00000001";
const calleeChannel = "PJSIP/trunk-out-0-00000002";

/** A call as a list of facts. `after` counts from the start of the call. */
export class Story {
  readonly commands: CallCommand[] = [];
  call: Call;
  readonly #policy: CallPolicy;
  #atMs: number;

  constructor(policy: CallPolicy = aPolicy(), incoming: IncomingCall = anIncomingCall()) {
    this.#policy = policy;
    const started = begin(incoming, callerChannel, policy);
    this.#atMs = incoming.atMs;
    this.call = started.call;
    this.commands.push(...started.commands);
  }

  after(elapsedMs: number): this {
    this.#atMs = this.call.atMs + elapsedMs;
    return this;
  }

  /** Returns the commands that this one fact caused. */
  tell(fact: DistributiveOmit<CallEvent, "atMs">): readonly CallCommand[] {
    const next = transition(this.call, { ...fact, atMs: this.#atMs }, this.#policy);
    this.call = next.call;
    this.commands.push(...next.commands);
    return next.commands;
  }

  /** Returns the commands that both facts caused. */
  decided(known: Known): readonly CallCommand[] {
    return [...this.tell({ type: "lookedUp", known }), ...this.tell({ type: "callerHeld" })];
  }

  found(changes: Partial<Mapping> = {}): this {
    this.decided(found(changes));
    return this;
  }

  dialled(): this {
    this.found().legReady();
    return this;
  }

  legReady(): readonly CallCommand[] {
    return [
      ...this.tell({ type: "calleeLegReady", channel: calleeChannel }),
      ...this.tell({ type: "legsJoined" }),
    ];
  }

  answered(): this {
    this.dialled().tell({ type: "calleeAnswered" });
    return this;
  }

  said(type: CallCommand["type"]): CallCommand[] {
    return this.commands.filter((command) => command.type === type);
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export const typesOf = (commands: readonly CallCommand[]): string[] => commands.map(({ type }) => type);
