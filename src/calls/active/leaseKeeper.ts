import { inWords } from "../../ari/remedies.ts";
import type { AriAddress, AriConnection, AriRequester } from "../../ari/types.ts";
import { setPatientTimer } from "../../ops/patientTimer.ts";
import type { Logger, SteadyClock } from "../../ops/types.ts";
import { dialplanProblem, readVariable, writeVariable } from "./dialplan.ts";
import {
  freeLease,
  isRenewed,
  lastWritten,
  type Lease,
  type LeaseAction,
  type LeaseFact,
  leaseValue,
  leaseVariable,
  mayAct,
  nextLease,
  nodeIn,
  renewEveryMs,
  startOfLease,
  watchingLease,
} from "./rules/lease.ts";
import type { SettingsKeeper } from "./settingsKeeper.ts";
import { endSubscriptions } from "./subscriptions.ts";
import { sleep } from "../../ops/sleep.ts";

/** How often a standby looks. */
const watchEveryMs = 100;
/** While Asterisk is unavailable, or its dialplan cannot be used. */
const troubledEveryMs = 1_000;
/** After a failed renewal, there is not much time left. */
const retryRenewalMs = 300;
/** Between writing a lease and reading it back: a controller that had read the same value has written by then. */
const settleMs = 100;

/** This controller's role for an Asterisk. */
export type Standing =
  | { readonly role: "active" }
  /** `node`: of the active controller; null until its lease was seen to be renewed. */
  | { readonly role: "standby"; readonly node: string | null }
  /** The lease cannot be read. */
  | { readonly role: "unreachable"; readonly reason: string }
  | { readonly role: "unfit"; readonly reason: string };

interface LeaseKeeperPorts {
  readonly asterisk: AriAddress;
  /** Works without a connection. */
  readonly request: AriRequester;
  /** See `holderOf`. */
  readonly holder: string;
  /** The oldest version of the dialplan that this controller works with. */
  readonly dialplan: number;
  /** Written once active, and again when Asterisk has lost its variables. */
  readonly settings: Pick<SettingsKeeper, "write" | "haveRead" | "compare">;
  readonly clock: SteadyClock;
  readonly logger: Logger;
}

/** Opens the connection to one Asterisk while this controller is the active one there, see `rules/lease.ts`. */
export class LeaseKeeper {
  readonly #ports: LeaseKeeperPorts;
  readonly #logger: Logger;
  #connection: AriConnection | null = null;
  #lease: Lease = startOfLease;
  #counter = 0;
  /** Why nothing is done although the lease would allow it. */
  #trouble: (Standing & { readonly role: "unreachable" | "unfit" }) | null = null;
  #node: string | null = null;
  #prepared = false;
  #stopped = false;
  #stopWaiting: () => void = () => undefined;
  #round: Promise<void> = Promise.resolve();

  constructor(ports: LeaseKeeperPorts) {
    this.#ports = ports;
    this.#logger = ports.logger;
  }

  get standing(): Standing {
    if (this.#lease.role === "active") return { role: "active" };
    return this.#trouble ?? { role: "standby", node: this.#node };
  }

  /** False once another controller may be active: send nothing. */
  readonly mayAct = (): boolean => mayAct(this.#lease, this.#ports.clock.steadyMs());

  open(connection: AriConnection): void {
    this.#connection = connection;
    connection.listen({
      connected: () => undefined,
      disconnected: () => {
        if (connection.status.state === "replaced" && this.#lease.role === "active")
          this.#apply({ type: "replaced" });
      },
      event: () => undefined,
    });
    this.#goOn(0);
  }

  /** Gives the lease up, so that another controller can take over at once. */
  async close(): Promise<void> {
    this.#stopped = true;
    this.#stopWaiting();
    await this.#round;
    const own = lastWritten(this.#lease);
    if (own !== null) {
      try {
        await this.#giveUp(own);
      } catch {
        // The others notice within seconds that it is not renewed.
      }
      this.#lease = watchingLease;
    }
    await this.#connection?.close();
  }

  /** Unless another controller has taken over. */
  async #giveUp(own: string): Promise<void> {
    const { request, asterisk, logger } = this.#ports;
    if ((await this.#read()).value !== own) return;
    await endSubscriptions(request, asterisk.application).catch((error: unknown) =>
      logger.warn("Could not unsubscribe from Asterisk's endpoints", { error }),
    );
    // That has taken a moment.
    if ((await this.#read()).value === own) await writeVariable(request, leaseVariable, freeLease);
  }

  #goOn(afterMs: number): void {
    if (this.#stopped) return;
    // Patient: after a freeze, the notice that we were replaced is read first.
    this.#stopWaiting = setPatientTimer(
      this.#ports.clock,
      () => {
        this.#round = this.#step().then((waitMs) => this.#goOn(waitMs));
      },
      afterMs,
    );
  }

  /** Returns after how many milliseconds to continue. Never rejects. */
  async #step(): Promise<number> {
    this.#passTime();
    try {
      return await (this.#lease.role === "active" ? this.#renew() : this.#watch());
    } catch (error) {
      // A lease that could not be read back is read again from the start.
      if (this.#lease.role === "taking") this.#lease = watchingLease;
      if (this.#lease.role === "active") return retryRenewalMs;
      this.#note("unreachable", "Cannot connect to Asterisk", inWords(error, this.#ports.asterisk));
      return troubledEveryMs;
    } finally {
      this.#passTime();
    }
  }

  async #watch(): Promise<number> {
    const action = this.#apply(await this.#read());
    if (this.#trouble?.role === "unreachable") this.#trouble = null;
    if (action !== "take") {
      void this.#ports.settings.compare();
      return watchEveryMs;
    }
    const problem = await dialplanProblem(this.#ports.request, this.#ports.dialplan);
    if (problem !== null) {
      this.#note("unfit", "This controller takes no calls", problem);
      return troubledEveryMs;
    }
    this.#trouble = null;
    await this.#write("take");
    await sleep(this.#ports.clock, settleMs);
    if (this.#apply(await this.#read()) !== "act") return watchEveryMs;
    this.#node = null;
    this.#logger.info("This controller is now active for this Asterisk");
    this.#prepared = false;
    await this.#prepare();
    this.#connect();
    return renewEveryMs;
  }

  async #renew(): Promise<number> {
    const action = this.#apply(await this.#read());
    if (action === "renewAfresh") {
      const problem = await dialplanProblem(this.#ports.request, this.#ports.dialplan);
      if (problem !== null) {
        this.#lease = watchingLease;
        this.#note("unfit", "This controller takes no calls any more", problem);
        void this.#connection?.close();
        return troubledEveryMs;
      }
      this.#prepared = false;
    }
    if (action === "renew" || action === "renewAfresh") await this.#write("renew");
    if (this.#lease.role === "active") await this.#prepare();
    this.#connect();
    return this.#lease.role === "active" ? renewEveryMs : watchEveryMs;
  }

  /** It may have been stopped meanwhile, or have waited for too long; then the next round connects. */
  #connect(): void {
    const state = this.#connection?.status.state;
    if ((state === "closed" || state === "replaced") && !this.#stopped && this.mayAct())
      this.#connection?.open();
  }

  /** Failing to give the dialplan our settings is no reason to leave the calls to it. */
  async #prepare(): Promise<void> {
    try {
      await this.#ports.settings[this.#prepared ? "haveRead" : "write"]();
      this.#prepared = true;
    } catch (error) {
      this.#logger.warn("Cannot write the settings to Asterisk yet", { error });
    }
  }

  #passTime(): void {
    this.#apply({ type: "time", nowMs: this.#ports.clock.steadyMs() });
  }

  #apply(fact: LeaseFact): LeaseAction {
    const before = this.#lease;
    const { lease, action } = nextLease(before, fact, this.#ports.holder);
    this.#lease = lease;
    if (lease.role === "standby" && lease.seen !== null && isRenewed(before, lease.seen.value))
      this.#standBehind(nodeIn(lease.seen.value));
    if (action === "pause") {
      this.#logger.warn(
        "The lease could not be renewed: another controller may take over, so this one pauses",
      );
      void this.#connection?.close();
    }
    if (action === "standBy") {
      if (before.role === "active")
        this.#logger.warn("Another controller has taken over: this one stands by");
      this.#connection?.standBy();
    }
    return action;
  }

  #standBehind(node: string | null): void {
    if (node === null || node === this.#node) return;
    this.#node = node;
    this.#logger.info("Standing by: another controller is active", { active: node });
  }

  /** Logs a repeated reason only once. */
  #note(role: "unreachable" | "unfit", message: string, reason: string): void {
    if (this.#trouble?.reason !== reason) this.#logger.warn(message, { reason });
    this.#trouble = { role, reason };
  }

  async #read(): Promise<LeaseFact & { readonly type: "read" }> {
    const { clock, request } = this.#ports;
    const sentMs = clock.steadyMs();
    const value = await readVariable(request, leaseVariable);
    return { type: "read", value, sentMs, readMs: clock.steadyMs() };
  }

  async #write(purpose: "take" | "renew"): Promise<void> {
    const { clock, request, holder } = this.#ports;
    this.#counter += 1;
    const value = leaseValue(holder, this.#counter);
    const sentMs = clock.steadyMs();
    await writeVariable(request, leaseVariable, value);
    this.#apply({ type: "written", purpose, value, sentMs });
  }
}
