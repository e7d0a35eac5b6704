import { BridgeController } from "../../src/calls/bridge/controller.ts";
import type { CallPolicy } from "../../src/calls/decision/policy.ts";
import type { CallObserver } from "../../src/values/observedCall.ts";
import type { Lookup } from "../../src/values/mapping.ts";
import type { PhoneNumber } from "../../src/values/phoneNumber.ts";
import type { ProxyLookup } from "../../src/numbers/types.ts";
import type { CallerScript } from "../../lab/sipp/caller.ts";
import type { SimulatedCall } from "../../lab/simulated/index.ts";
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

interface Options {
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
  readonly asterisk: SimulatedAsterisk;
  readonly #policy: CallPolicy;
  readonly #lookup: ProxyLookup;
  readonly #connectionOptions: InProcessOptions;
  readonly #observe: CallObserver | undefined;
  controller: BridgeController;
  #connection;
  /** Ends the controller like a killed process, as seen from outside. */
  #life = { over: false };

  constructor({
    asterisk = {},
    connection = {},
    policy = {},
    lookup = knowsEverybody,
    observe,
  }: Options = {}) {
    this.#connectionOptions = { clock: this.processClock, ...connection };
    this.#observe = observe;
    this.asterisk = new SimulatedAsterisk({ clock: this.clock, ...asterisk });
    this.#policy = aPolicy({ ringTimeoutMs: 5_000, ...policy });
    this.#lookup = { byProxyNumber: async (proxyNumber) => lookup(proxyNumber) };
    ({ controller: this.controller, connection: this.#connection } = this.#newController());
  }

  #newController() {
    const life = { over: false };
    this.#life = life;
    const connection = this.asterisk.connection(this.#connectionOptions);
    const controller = new BridgeController(
      {
        ari: connection,
        lookup: this.#lookup,
        callLog: this.callLog.until(() => life.over),
        clock: this.processClock,
        logger: silentLogger,
        observe: (before, after, cause) => {
          if (life.over) return;
          this.states.observe(before, after);
          this.#observe?.(before, after, cause);
        },
      },
      {
        policy: this.#policy,
        fallbackContext: "fallback",
      },
    );
    connection.open();
    return { connection, controller };
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
