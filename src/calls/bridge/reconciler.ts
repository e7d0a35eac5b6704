import type { Bridge, Channel } from "../../ari/generated/models.ts";
import { operation } from "../../ari/operation.ts";
import type { OpenCall } from "../../values/callRecord.ts";
import { adopted } from "./machine/adoption.ts";
import type { IncomingCall } from "../decision/incoming.ts";
import type { CallPolicy } from "../decision/policy.ts";
import type { Call, CallEvent } from "./machine/call.ts";
import { callOfBridge, calleeChannelOf, callerChannelOf, legOfChannel } from "./machine/legNames.ts";
import type { Arrival } from "../arrival.ts";
import { callerInStasis } from "./callers.ts";
import { CatchUp, type Comparison, listTimeoutMs } from "../catchUp.ts";
import { wallTimeOf } from "../callTimes.ts";
import { type CallPorts, isOf, recordedName } from "../types.ts";

type Ports = Pick<CallPorts, "ari" | "callLog" | "clock" | "logger" | "signsOfLife">;

interface Calls {
  readonly policy: CallPolicy;
  live(): Iterable<Call>;
  has(callId: string): boolean;
  adopt(call: Call): void;
  readIncoming(arrival: Arrival, atMs: number): IncomingCall;
  /** The time of the fact is on the steady clock. */
  post(callId: string, fact: CallEvent): void;
}

type Seen = CallEvent & { readonly type: "reconciled" };

/** The parts of a call found in Asterisk. */
interface Found {
  caller: Channel | null;
  callee: Channel | null;
  bridge: Bridge | null;
}

/**
 * After every connect, compares Asterisk's lists with the calls known here and in the spool. Each call is adopted,
 * ended, or cleaned up; only then is the controller ready. Calls that arrive meanwhile are handled normally and not
 * touched. A call that sends an event while Asterisk makes the list may be listed with an outdated state, so it is
 * processed with another list.
 *
 * The lists are read over HTTP, because in a WebSocket frame they would crash an Asterisk with 600 calls
 * (`ari/carrier.ts`).
 */
export class Reconciler {
  readonly #ports: Ports;
  readonly #calls: Calls;
  readonly #catchUp: CatchUp;
  /** Calls of the time of the connect. */
  #before: ReadonlySet<string> = new Set();

  constructor(ports: Ports, calls: Calls) {
    this.#ports = ports;
    this.#calls = calls;
    this.#catchUp = new CatchUp({ ...ports, asterisk: ports.ari.name }, (comparison) =>
      this.#reconcile(comparison, this.#before),
    );
  }

  get done(): boolean {
    return this.#catchUp.done;
  }

  get problem(): string | null {
    return this.#catchUp.problem;
  }

  start(): void {
    this.#before = new Set(Array.from(this.#calls.live(), ({ callId }) => callId));
    this.#catchUp.start();
  }

  stop(): void {
    this.#catchUp.stop();
  }

  notice(callId: string): void {
    this.#catchUp.notice(callId);
  }

  async #reconcile(comparison: Comparison, before: ReadonlySet<string>): Promise<void> {
    const { ari, callLog, clock, logger } = this.#ports;
    const heardOf = comparison.listen();
    const [channels, bridges] = await Promise.all([
      ari.request<readonly Channel[]>(operation("channels.list", {}), { timeoutMs: listTimeoutMs }),
      ari.request<readonly Bridge[]>(operation("bridges.list", {}), { timeoutMs: listTimeoutMs }),
    ]);
    if (!comparison.isCurrent()) return;
    const found = this.#group(channels, bridges);
    const present = new Set(channels.map(({ id }) => id));
    const open = new Map<string, OpenCall>();
    for (const call of callLog.openCalls()) if (isOf(ari, call)) open.set(call.callId, call);

    const momentMs = clock.steadyMs();
    const atMs = clock.nowMs();
    let adoptedCalls = 0;
    const again = new Set<string>();
    for (const callId of before) {
      if (!(await comparison.goesOn())) return;
      if (heardOf.has(callId)) again.add(callId);
      else this.#calls.post(callId, seenOf(callId, found.get(callId), present, momentMs));
    }
    let unclear = again.size;
    for (const [callId, legs] of found) {
      if (!(await comparison.goesOn())) return;
      if (this.#calls.has(callId) || before.has(callId)) continue;
      if (heardOf.has(callId)) {
        unclear += 1;
        continue;
      }
      if (legs.caller === null && legs.callee === null) {
        // Both parties have left. The spool and Asterisk's line know how long they talked.
        this.#remove(legs.bridge);
        found.delete(callId);
        continue;
      }
      this.#adopt(callId, legs, open.get(callId) ?? null, present, atMs);
      adoptedCalls += 1;
    }
    let lost = 0;
    for (const call of open.values()) {
      if (!(await comparison.goesOn())) return;
      if (this.#calls.has(call.callId) || found.has(call.callId) || callLog.hasEnded(call.callId)) continue;
      // The dialplan connects it.
      if (present.has(call.callId)) continue;
      if (heardOf.has(call.callId)) {
        unclear += 1;
        continue;
      }
      callLog.missing(call.callId, {
        lastSeenMs: this.#ports.signsOfLife.lastOf(ari.name, call.startedAtMs) ?? atMs,
        asteriskLost: false,
      });
      lost += 1;
    }
    if (unclear > 0) return this.#reconcile(comparison, again);
    this.#ports.signsOfLife.found(ari.name, null, this.#ports.clock.nowMs());
    logger.info("Reconciled with Asterisk", {
      asterisk: ari.name,
      known: before.size,
      adopted: adoptedCalls,
      endedMeanwhile: lost,
    });
  }

  /** Only channels and bridges that our IDs or `Stasis()` arguments identify; foreign ones are left alone. */
  #group(channels: readonly Channel[], bridges: readonly Bridge[]): Map<string, Found> {
    const found = new Map<string, Found>();
    const legsOf = (callId: string): Found => {
      let legs = found.get(callId);
      if (!legs) found.set(callId, (legs = { caller: null, callee: null, bridge: null }));
      return legs;
    };
    for (const channel of channels) {
      const { callId, leg } = legOfChannel(channel.id);
      if (leg === "callee") legsOf(callId).callee = channel;
      else if (callerInStasis(channel, this.#ports.ari.application)) legsOf(callId).caller = channel;
    }
    for (const bridge of bridges) {
      const callId = callOfBridge(bridge.id);
      if (callId !== null) legsOf(callId).bridge = bridge;
    }
    return found;
  }

  /** A bridge that has lost both legs. */
  #remove(bridge: Bridge | null): void {
    if (bridge === null) return;
    const { ari, logger } = this.#ports;
    ari
      .request(operation("bridges.destroy", { bridgeId: bridge.id }))
      .catch((error: unknown) => logger.warn("Could not remove an empty bridge", { error }));
  }

  #adopt(
    callId: string,
    legs: Found,
    known: OpenCall | null,
    present: ReadonlySet<string>,
    atMs: number,
  ): void {
    const { ari, clock } = this.#ports;
    const caller = legs.caller && callerInStasis(legs.caller, ari.application);
    const createdAtMs = (leg: Channel | null): number | null => {
      const createdMs = leg === null ? null : ari.momentOf(leg.creationtime);
      return createdMs === null ? null : wallTimeOf(clock, createdMs);
    };
    const startedAtMs = createdAtMs(legs.caller) ?? atMs;
    const incoming = caller ? this.#calls.readIncoming(caller.arrival, startedAtMs) : null;
    const [trunk] = this.#calls.policy.trunks;
    const call = adopted({
      callId,
      asterisk: recordedName(ari),
      incoming,
      isHeld: caller?.isHeld ?? false,
      known,
      hasRecord: this.#ports.callLog.hasEnded(callId),
      trunk: trunk.name,
      presentedNumber: presentedOn(legs.callee, known?.outboundTrunk ?? trunk.name, this.#calls.policy),
      dialledAtMs: createdAtMs(legs.callee),
      atMs,
    });
    this.#calls.adopt(call);
    this.#calls.post(callId, seenOf(callId, legs, present, clock.steadyMs()));
  }
}

/** Without what is put before it for that trunk. */
function presentedOn(callee: Channel | null, trunkName: string, { trunks }: CallPolicy): string | null {
  const number = callee?.connected.number ?? "";
  const prefix = trunks.find(({ name }) => name === trunkName)?.callerIdPrefix ?? "";
  return (number.startsWith(prefix) ? number.slice(prefix.length) : number) || null;
}

const stateOf = (leg: Channel | null): Seen["callee"] =>
  leg === null ? "absent" : leg.state === "Up" ? "up" : "unanswered";

/** `present`: IDs of all channels, also of callers whom the dialplan has. */
function seenOf(callId: string, legs: Found | undefined, present: ReadonlySet<string>, atMs: number): Seen {
  const { caller = null, callee = null, bridge = null } = legs ?? {};
  const isIn = (channelId: string): boolean => bridge?.channels.includes(channelId) ?? false;
  return {
    type: "reconciled",
    atMs,
    caller: caller === null && present.has(callerChannelOf(callId)) ? "dialplan" : stateOf(caller),
    callee: stateOf(callee),
    bridge:
      bridge === null
        ? "absent"
        : isIn(callerChannelOf(callId)) && isIn(calleeChannelOf(callId))
          ? "joined"
          : "apart",
    callerChannel: caller?.name ?? null,
    calleeChannel: callee?.name ?? null,
  };
}
