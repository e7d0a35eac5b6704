import { BridgeController } from "../../src/calls/bridge/controller.ts";
import { eventsForCalls as eventsForBridge } from "../../src/calls/bridge/facts.ts";
import { DialController } from "../../src/calls/dial/controller.ts";
import { eventsForCalls as eventsForDial } from "../../src/calls/dial/facts.ts";
import type { CallController } from "../../src/calls/types.ts";
import type { CallPolicy } from "../../src/calls/decision/policy.ts";
import type { CallObserver } from "../../src/values/observedCall.ts";
import type { Lookup } from "../../src/values/mapping.ts";
import type { PhoneNumber } from "../../src/values/phoneNumber.ts";
import type { CallLookup } from "../../src/values/knownParties.ts";
import type { CallerScript } from "../../lab/sipp/caller.ts";
import { lookupForStrangers } from "../../lab/strangers.ts";
import { lookupUnavailable, refusal } from "../../lab/simulated/dialplan/plan.ts";
import type { FallbackAnswer, FallbackCall, SimulatedCall } from "../../lab/simulated/index.ts";
import { SimulatedAsterisk, VirtualClock } from "../../lab/simulated/index.ts";
import type { InProcessOptions } from "../../lab/simulated/inProcessOptions.ts";
import type { SimulatedAsteriskOptions } from "../../lab/simulated/index.ts";
import { MemoryCallLog, StateJournal } from "./callJournal.ts";
import { aMapping, aPolicy, number } from "./calls.ts";
import { ProcessClock } from "./processClock.ts";
import { silentLogger } from "./silentLogger.ts";
import { simulatedCaller } from "./simulatedCaller.ts";

/** Proxy number of the real number: the same with 5 for the 9 after the country code. */
export const proxyOf = (realNumber: string): PhoneNumber => number(realNumber.replace(/^79/, "75"));
const realOf = (proxyNumber: string): PhoneNumber => number(proxyNumber.replace(/^75/, "79"));

const knowsEverybody = (proxyNumber: PhoneNumber): Lookup => ({
  kind: "found",
  mapping: aMapping({ proxyNumber, realNumber: realOf(proxyNumber) }),
});

/** Who connects the calls: the controller, or Asterisk after its decision. */
export type Strategy = "bridge" | "dial";
export const strategies: readonly Strategy[] = ["bridge", "dial"];

interface Options {
  /** `bridge` by default. */
  readonly connect?: Strategy;
  readonly asterisk?: SimulatedAsteriskOptions;
  readonly connection?: InProcessOptions;
  readonly policy?: Partial<CallPolicy>;
  readonly lookup?: (proxyNumber: PhoneNumber) => Lookup | Promise<Lookup>;
  /** Receives every transition, like the journal. */
  readonly observe?: CallObserver;
}

/** A controller on the simulated Asterisk, in virtual time. */
export class SimulatedSystem {
  readonly clock = new VirtualClock();
  /** Of the controller's machine and process. */
  readonly processClock = new ProcessClock(this.clock);
  readonly callLog = new MemoryCallLog();
  readonly states = new StateJournal();
  /** Asterisk's call file. */
  readonly lines: string[] = [];
  readonly asterisk: SimulatedAsterisk;
  readonly #policy: CallPolicy;
  readonly #lookup: CallLookup;
  readonly #connectionOptions: InProcessOptions;
  readonly #observe: CallObserver | undefined;
  readonly #connect: Strategy;
  controller: CallController;
  #connection;
  /** Ends the controller like a killed process, as seen from outside. */
  #life = { over: false };

  constructor({
    connect = "bridge",
    asterisk = {},
    connection = {},
    policy = {},
    lookup = knowsEverybody,
    observe,
  }: Options = {}) {
    this.#connect = connect;
    this.#connectionOptions = {
      clock: this.processClock,
      events: connect === "dial" ? eventsForDial : eventsForBridge,
      ...connection,
    };
    this.#observe = observe;
    this.#policy = aPolicy({ ringTimeoutMs: 5_000, ...policy });
    this.asterisk = new SimulatedAsterisk({
      clock: this.clock,
      ...asterisk,
      globals: { ...globalsOf(connect, this.#policy), ...asterisk.globals },
      dialplan: {
        lookup: fallbackFor(lookup),
        callFile: (line) => this.lines.push(line),
        ...asterisk.dialplan,
      },
    });
    this.#lookup = lookupForStrangers(async (proxyNumber) => lookup(proxyNumber));
    ({ controller: this.controller, connection: this.#connection } = this.#newController());
  }

  #newController() {
    const life = { over: false };
    this.#life = life;
    const connection = this.asterisk.connection(this.#connectionOptions);
    const ports = {
      ari: connection,
      lookup: this.#lookup,
      signsOfLife: { lastOf: () => null, found: () => undefined, lost: () => undefined },
      callLog: this.callLog.until(() => life.over),
      clock: this.processClock,
      logger: silentLogger,
      observe: (...[before, after, cause]: Parameters<CallObserver>) => {
        if (life.over) return;
        this.states.observe(before, after);
        this.#observe?.(before, after, cause);
      },
    };
    const controller: CallController =
      this.#connect === "dial"
        ? new DialController(ports, this.#policy)
        : new BridgeController(ports, { policy: this.#policy, fallbackContext: "fallback" });
    connection.open();
    return { connection, controller };
  }

  /** Whether Asterisk has written down that the call began without a controller, or that it ended. */
  hasLine(callId: string, kind: "begin" | "end"): boolean {
    return this.lines.some((line) => line.startsWith(`2,${kind},${callId},`));
  }

  get thrown(): readonly unknown[] {
    return this.#connection.thrown;
  }

  /**
   * The controller's process is stopped for a while, and then goes on as if nothing had been.
   * @param first runs before anything of Asterisk is read.
   */
  async freeze(ms: number, first: () => void = () => undefined): Promise<void> {
    this.processClock.freeze();
    this.#connection.freeze();
    await this.clock.advance(ms);
    this.processClock.thaw();
    first();
    this.#connection.thaw();
  }

  /** The process is so busy that what Asterisk sends is read late, though timers fire on time. */
  async fallBehind(ms: number): Promise<void> {
    this.#connection.freeze();
    await this.clock.advance(ms);
    this.#connection.thaw();
  }

  async ready(): Promise<void> {
    await this.clock.runUntil(() => this.controller.reconciled);
  }

  /** The controller's process dies without a word, and another takes over after `downMs`. */
  async replaceController(downMs: number): Promise<void> {
    await this.killController();
    await this.clock.advance(downMs);
    this.startController();
  }

  async killController(): Promise<void> {
    this.#life.over = true;
    await this.#connection.close();
  }

  startController(): void {
    this.callLog.restart();
    ({ controller: this.controller, connection: this.#connection } = this.#newController());
  }

  /** Another controller takes the application, and the one before falls silent. */
  takeOver(): void {
    ({ controller: this.controller, connection: this.#connection } = this.#newController());
  }

  /** A caller dials the proxy number of this real number. */
  call(realNumber: string, caller: CallerScript, from = "79995550000"): SimulatedCall {
    return this.asterisk.call({ from, to: proxyOf(realNumber), caller: simulatedCaller(caller) });
  }
}

/** The settings of the dialplan, as the active controller writes them. */
function globalsOf(connect: Strategy, policy: CallPolicy): Record<string, string> {
  const { ringTimeoutMs, maxLengthMs, trunks, announcements } = policy;
  const globals: Record<string, string> = {
    CONNECT: connect,
    RING_SECONDS: String(ringTimeoutMs / 1000),
    MAX_CALL_SECONDS: String(maxLengthMs / 1000),
    TRUNKS: String(trunks.length),
  };
  for (const [index, { name, dialPrefix, callerIdPrefix }] of trunks.entries()) {
    globals[`TRUNK_${index + 1}`] = name;
    globals[`TRUNK_${index + 1}_DIAL_PREFIX`] = dialPrefix;
    globals[`TRUNK_${index + 1}_CALLER_PREFIX`] = callerIdPrefix;
  }
  for (const [name, media] of Object.entries(announcements))
    globals[`ANNOUNCE_${name.toUpperCase()}`] = media?.replace(/^sound:/u, "") ?? "";
  return globals;
}

/** The fallback's own lookup finds the same numbers, unless they take time to be found. */
const fallbackFor =
  (lookup: NonNullable<Options["lookup"]>) =>
  ({ proxy }: FallbackCall): FallbackAnswer => {
    const found = lookup(number(proxy));
    if ("then" in found || found.kind === "unavailable" || found.kind === "late") return lookupUnavailable;
    if (found.kind === "unknown") return refusal("unknown_number**1*unknown*");
    return { path: "odbc", context: "connect", extension: `${found.mapping.realNumber}*${proxy}**1-d` };
  };
