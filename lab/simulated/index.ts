import { systemClock } from "../../src/ops/clock.ts";
import type { AriAddress } from "../../src/ari/types.ts";
import type { CallOptions, SimulatedCall } from "./call.ts";
import { defaultGlobals } from "./dialplan/globals.ts";
import { defaultDialplan } from "./dialplan/plan.ts";
import { Exchange } from "./exchange.ts";
import { Faults } from "./faults.ts";
import { rtpTimedOut } from "./hangup.ts";
import type { InProcessOptions } from "./inProcessOptions.ts";
import type { SimulatedAsteriskOptions } from "./options.ts";
import { InProcessConnection } from "./inProcess.ts";
import { Random } from "./random.ts";
import { Requests } from "./requests.ts";
import { Router } from "./router.ts";
import { allRoutes } from "./routes/all.ts";
import { Scheduler } from "./scheduler.ts";
import type { CalleeBehaviour, CalleeOptions, CalleeScript } from "./scripts.ts";
import { calleeNamed, calleeOfDigits, calleeScript } from "./scripts.ts";
import { AriServer } from "./server.ts";
import type { Outlet } from "./session.ts";
import { Session } from "./session.ts";
import type { Bridge, Channel } from "./state.ts";
import type { Settings } from "./settings.ts";
import { World } from "./world.ts";

export { VirtualClock } from "./clock.ts";
export type { SimulatedCall } from "./call.ts";
export type { FallbackAnswer, FallbackCall } from "./dialplan/plan.ts";
export type { SimulatedAsteriskOptions } from "./options.ts";
export { calleeBehaviours, calleeNamed, realNumberOf } from "./scripts.ts";
export type { CalleeBehaviour, CallerScript, CallStep } from "./scripts.ts";

/** An Asterisk with its trunks and the parties behind them, all in memory. */
export class SimulatedAsterisk {
  readonly faults: Faults;
  readonly world: World;
  /** Sizes of the frames that have crashed Asterisk. */
  readonly deadlyFrames: number[] = [];
  readonly #exchange: Exchange;
  readonly #requests: Requests;
  readonly #server: AriServer;
  readonly #sessions = new Set<Session>();
  readonly #credentials: { readonly username: string; readonly password: string };
  #port: number | null = null;
  #down = false;

  constructor(options: SimulatedAsteriskOptions = {}) {
    const random = new Random(options.seed ?? 1);
    const scheduler = new Scheduler(options.clock ?? systemClock, random);
    const { username = "phone-proxy", password = "simulated", mediaMs = 1_000 } = options;
    this.#credentials = { username, password };
    const settings: Settings = {
      version: options.version ?? "22.10.1",
      systemName: options.systemName ?? "",
      entityId: "02:00:00:00:00:01",
      globals: { ...defaultGlobals, ...options.globals },
      timing: { threadMs: 0, responseMs: 0, eventMs: 0, sipMs: 0, ...options.timing },
      races: options.races ?? true,
      varsets: options.varsets ?? false,
      mediaMs: typeof mediaMs === "number" ? () => mediaMs : mediaMs,
      deadlyFrameBytes: options.deadlyFrameBytes ?? 480 * 1024,
    };
    this.#exchange = new Exchange({
      dialplan: { ...defaultDialplan, ...options.dialplan },
      unscripted: options.unscripted ?? calleeOfDigits,
      keepCalls: options.keepCalls ?? true,
    });
    this.world = new World(settings, scheduler, this.#exchange);
    this.#exchange.attach(this.world);
    for (const name of ["trunk-in", "trunk-out"])
      this.trunk(name, { reachable: true, ways: options.splitWays ?? 0 });
    this.world.onDeadlyFrame = (bytes) => {
      this.deadlyFrames.push(bytes);
      this.kill(options.deathMs);
    };
    this.faults = new Faults(random);
    const router = new Router(allRoutes);
    this.#requests = new Requests(this.world, router, this.faults);
    this.#server = new AriServer({
      router,
      requests: this.#requests,
      username,
      password,
      sessionLimit: options.sessionLimit ?? 100,
      writeTimeoutMs: options.writeTimeoutMs ?? 100,
      openSession: this.#openSession,
      nowMs: () => scheduler.nowMs(),
    });
  }

  /** Listens on 127.0.0.1, by default on a free port. */
  async listen(port = 0): Promise<void> {
    this.#port = await this.#server.listen(port);
  }

  get url(): string {
    if (this.#port === null) throw new Error("This simulated Asterisk does not listen on any port");
    return `http://127.0.0.1:${this.#port}`;
  }

  address(application = "phone-proxy", name = "asterisk-1"): AriAddress {
    return { name, url: this.url, ...this.#credentials, application };
  }

  /** A client without sockets, on the same clock. */
  connection(options: InProcessOptions = {}): InProcessConnection {
    return new InProcessConnection(
      {
        world: this.world,
        requests: this.#requests,
        isDown: () => this.#down,
        openSession: this.#openSession,
      },
      options,
    );
  }

  /** A call comes in from the inbound trunk. */
  call(options: CallOptions): SimulatedCall {
    return this.#exchange.place(options);
  }

  /** Sets what the callee of this number does from now on. */
  callee(number: string, script: CalleeBehaviour | CalleeOptions | CalleeScript): void {
    this.#exchange.callees.set(
      number,
      typeof script === "string" ? calleeNamed(script) : "steps" in script ? script : calleeScript(script),
    );
  }

  /**
   * Adds a trunk to `trunk-in` and `trunk-out`, which exist and are reachable. Over an unreachable one, `create`
   * answers 500. `ways`: endpoints `NAME-0`, `NAME-1`, … of a split trunk in addition to `NAME`.
   */
  trunk(
    name: string,
    { reachable, ways = 0 }: { readonly reachable: boolean; readonly ways?: number },
  ): void {
    this.#exchange.trunks.set(name, reachable);
    for (let way = 0; way < ways; way++) this.#exchange.trunks.set(`${name}-${way}`, reachable);
  }

  /** From now on, the channel receives no RTP, until Asterisk's timeout expires. */
  rtpTimeout(channelId: string): void {
    const channel = this.world.channels.get(channelId);
    if (!channel) throw new Error("There is no such channel whose RTP could end");
    this.world.scheduler.run(() => rtpTimedOut(this.world, channel));
  }

  /** All calls so far, in order. */
  get calls(): readonly SimulatedCall[] {
    return this.#exchange.calls;
  }

  get channels(): readonly Channel[] {
    return [...this.world.channels.values()];
  }

  get bridges(): readonly Bridge[] {
    return [...this.world.bridges.values()];
  }

  /** Whether the application has a listener that has set its event filter. */
  hasController(application: string): boolean {
    const found = this.world.applications.get(application);
    return found !== undefined && found.sink !== null && found.allowed.length > 0;
  }

  /**
   * From now on, the clock of Asterisk's machine is wrong by this much, and so is every time that Asterisk reports.
   */
  setClock(aheadMs: number): void {
    this.world.scheduler.aheadMs = aheadMs;
  }

  /** REST requests carried out so far. */
  get requestCount(): number {
    return this.#requests.count;
  }

  /** Called for each call whose caller's side has ended. */
  onCallEnded(listener: (call: SimulatedCall) => void): void {
    this.#exchange.onCallEnded = listener;
  }

  /** Cuts the sockets of one application or of all. Channels stay. */
  dropSockets(application?: string): void {
    this.#each(application, (session) => session.cut());
  }

  /** Keeps the sockets of one application or of all open but dead: they deliver and answer nothing. */
  halfOpen(application?: string): void {
    this.#each(application, (session) => session.goSilent());
  }

  /** Asterisk dies, forgets everything, and is back after `downMs`. */
  kill(downMs = 1_000): void {
    const { scheduler } = this.world;
    scheduler.run(() => {
      this.#down = true;
      const sessions = [...this.#sessions];
      this.#exchange.crash();
      this.world.clear();
      this.#server.goDown(true);
      for (const session of sessions) session.cut();
      scheduler.after(downMs, () => {
        this.#down = false;
        this.world.startedAtMs = scheduler.nowMs();
        this.#server.goDown(false);
      });
    });
  }

  async close(): Promise<void> {
    for (const session of this.#sessions) session.cut();
    await this.#server.close();
    this.world.scheduler.restart();
  }

  #each(application: string | undefined, act: (session: Session) => void): void {
    this.world.scheduler.run(() => {
      for (const session of this.#sessions)
        if (application === undefined || session.names.includes(application)) act(session);
    });
  }

  readonly #openSession = (outlet: Outlet, names: readonly string[], subscribeAll: boolean): Session => {
    const parts = { world: this.world, requests: this.#requests, faults: this.faults };
    const session = new Session(parts, outlet, names, subscribeAll);
    for (const other of this.#sessions) if (other.closed) this.#sessions.delete(other);
    this.#sessions.add(session);
    return session;
  };
}

/** A simulated Asterisk on 127.0.0.1, ready for real clients. */
export async function createSimulatedAsterisk(
  options: SimulatedAsteriskOptions = {},
): Promise<SimulatedAsterisk> {
  const asterisk = new SimulatedAsterisk(options);
  await asterisk.listen();
  return asterisk;
}
