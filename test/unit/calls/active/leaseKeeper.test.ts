import { expect } from "chai";
import fc from "fast-check";
import { AriError } from "../../../../src/ari/errors.ts";
import type {
  AriConnection,
  AriListener,
  AriRequest,
  AriRequester,
  AriState,
} from "../../../../src/ari/types.ts";
import { dialplanVersion } from "../../../../src/calls/active/dialplan.ts";
import { LeaseKeeper } from "../../../../src/calls/active/leaseKeeper.ts";
import type { SteadyClock, TimerHandle } from "../../../../src/ops/types.ts";
import { VirtualClock } from "../../../../lab/simulated/index.ts";
import { silentLogger } from "../../../support/silentLogger.ts";

const done = (): Promise<void> => Promise.resolve();

/** What controllers share: global variables, and an application that belongs to the last one to register it. */
class Asterisk {
  readonly variables = new Map([["PHONE_PROXY_DIALPLAN", String(dialplanVersion)]]);
  owner: Controller | null = null;
  subscriptions: readonly string[] = [];

  answer({ method, path, query, body }: AriRequest): unknown {
    if (path.startsWith("/applications/")) {
      if (method === "DELETE") this.subscriptions = [];
      return { endpoint_ids: this.subscriptions };
    }
    if (method === "GET") return { value: this.variables.get(String(query?.["variable"])) ?? "" };
    const { variable, value } = body as { variable: string; value: string };
    this.variables.set(variable, value);
    return undefined;
  }

  register(controller: Controller): void {
    const earlier = this.owner;
    this.owner = controller;
    this.subscriptions = ["PJSIP/trunk-out-0", "PJSIP/trunk-out-1"];
    if (earlier !== controller) earlier?.hears(() => earlier.connection.standBy());
  }
}

/** A process that can be frozen, and whose packets can get lost without a sign. */
class Controller {
  readonly name: string;
  readonly connection: Connection;
  readonly #asterisk: Asterisk;
  readonly #clock: VirtualClock;
  readonly #latencyMs: () => number;
  #keeper: LeaseKeeper | null = null;
  /** Counts the processes: what an earlier one waited for does not reach the next. */
  #life = 0;
  #frozen = false;
  #cutOff = false;
  readonly #waiting: (() => void)[] = [];
  readonly #onTheWay: (() => void)[] = [];

  constructor(name: string, asterisk: Asterisk, clock: VirtualClock, latencyMs: () => number) {
    this.name = name;
    this.#asterisk = asterisk;
    this.#clock = clock;
    this.#latencyMs = latencyMs;
    this.connection = new Connection(() =>
      this.hears(() => this.connection.opened(() => asterisk.register(this))),
    );
  }

  start(): void {
    const keeper = new LeaseKeeper({
      asterisk: { name: "asterisk", url: "http://a", username: "", password: "", application: "phone-proxy" },
      request: this.#request,
      holder: `${this.name}/${this.name}`,
      dialplan: dialplanVersion,
      settings: { write: done, haveRead: done, compare: done },
      clock: this.#ownClock,
      logger: silentLogger,
    });
    this.#keeper = keeper;
    keeper.open(this.connection);
  }

  /** Resolves when it has given the lease up. */
  async stop(): Promise<void> {
    const keeper = this.#keeper;
    this.#keeper = null;
    await keeper?.close();
  }

  /** As by SIGKILL: its timers and requests are gone with it. */
  kill(): void {
    this.#keeper = null;
    this.#life += 1;
    this.#waiting.length = 0;
    this.connection.state = "closed";
  }

  freeze(): void {
    this.#frozen = true;
  }

  thaw(): void {
    this.#frozen = false;
    for (const work of this.#waiting.splice(0)) work();
  }

  cutOff(): void {
    this.#cutOff = true;
  }

  /** What was sent meanwhile arrives first, as TCP has it. */
  heal(): void {
    this.#cutOff = false;
    for (const news of this.#onTheWay.splice(0)) news();
  }

  get alive(): boolean {
    return this.#keeper !== null;
  }

  get reachesAsterisk(): boolean {
    return this.alive && !this.#cutOff && !this.#frozen;
  }

  /** Handles calls now, as far as it knows. */
  get acts(): boolean {
    return this.connection.state === "connected" && this.#keeper?.mayAct() === true;
  }

  /** And Asterisk hears of it. */
  get commands(): boolean {
    return this.acts && !this.#cutOff && !this.#frozen;
  }

  get standing() {
    return this.#keeper?.standing;
  }

  /** News from Asterisk. */
  hears(news: () => void): void {
    this.#arrives(this.#inThisLife(news));
  }

  #arrives(news: () => void): void {
    this.#clock.setTimer(() => {
      if (this.#cutOff) this.#onTheWay.push(news);
      else news();
    }, this.#latencyMs());
  }

  #inThisLife<Args extends readonly unknown[]>(work: (...args: Args) => void): (...args: Args) => void {
    const life = this.#life;
    return (...args) => {
      if (life !== this.#life) return;
      if (this.#frozen) this.#waiting.push(() => work(...args));
      else work(...args);
    };
  }

  readonly #ownClock: SteadyClock = {
    nowMs: () => this.#clock.nowMs(),
    steadyMs: () => this.#clock.steadyMs(),
    setTimer: (callback, afterMs): TimerHandle => this.#clock.setTimer(this.#inThisLife(callback), afterMs),
    clearTimer: (handle) => this.#clock.clearTimer(handle),
  };

  readonly #request: AriRequester = <T>(request: AriRequest, options?: { readonly timeoutMs?: number }) =>
    new Promise<T>((resolve, reject) => {
      const answered = this.#inThisLife(resolve as (answer: unknown) => void);
      const timedOut = this.#inThisLife(() => reject(new AriError("ARI_TIMEOUT", "no answer in time")));
      this.#clock.setTimer(() => {
        if (this.#cutOff) return;
        const answer = this.#asterisk.answer(request);
        this.#arrives(() => answered(answer));
      }, this.#latencyMs());
      this.#clock.setTimer(timedOut, options?.timeoutMs ?? 1_000);
    });
}

/** The part of a connection that the keeper uses. */
class Connection implements AriConnection {
  readonly name = "asterisk";
  readonly application = "phone-proxy";
  state: AriState = "closed";
  readonly #connect: () => void;
  readonly #listeners: AriListener[] = [];

  constructor(connect: () => void) {
    this.#connect = connect;
  }

  get status() {
    return {
      state: this.state,
      transport: null,
      version: null,
      systemName: null,
      sinceMs: 0,
      lastError: null,
    };
  }

  readonly request: AriRequester = () => Promise.reject(new AriError("ARI_DISCONNECTED", "not used here"));
  caughtUp = (): Promise<void> => Promise.resolve();
  momentOf = (): null => null;
  readonly heardMs = null;

  listen(listener: AriListener): void {
    this.#listeners.push(listener);
  }

  open(): void {
    this.state = "connecting";
    this.#connect();
  }

  opened(register: () => void): void {
    if (this.state !== "connecting") return;
    this.state = "connected";
    register();
  }

  standBy(): void {
    this.state = "replaced";
    for (const listener of this.#listeners) listener.disconnected();
  }

  close(): Promise<void> {
    this.state = "closed";
    return Promise.resolve();
  }
}

function installation(controllers: number, latencyMs = () => 5) {
  const clock = new VirtualClock();
  const asterisk = new Asterisk();
  const all = Array.from(
    { length: controllers },
    (_, index) => new Controller(`node-${index + 1}`, asterisk, clock, latencyMs),
  );
  const acting = () => all.filter(({ acts }) => acts).map(({ name }) => name);
  return { clock, asterisk, all, acting };
}

const fiveSeconds = 5_000;

describe("Several controllers of one Asterisk", () => {
  const started = async (count = 3) => {
    const all = installation(count);
    const [first, ...others] = all.all;
    if (first === undefined) throw new Error("There is no controller.");
    first.start();
    await all.clock.runUntil(() => first.acts, 500);
    for (const other of others) other.start();
    await all.clock.advance(10_000);
    expect(all.acting()).to.deep.equal(["node-1"]);
    return { ...all, first, others };
  };

  it("have one that is active, and the others name it", async () => {
    const { others } = await started();
    for (const other of others) expect(other.standing).to.deep.equal({ role: "standby", node: "node-1" });
  });

  it("agree on one when all start at the same time", async () => {
    const { clock, all, acting } = installation(5);
    for (const controller of all) controller.start();
    await clock.advance(fiveSeconds);
    expect(acting()).to.have.length(1);
  });

  it("replace the active one within five seconds when it is killed", async () => {
    const { clock, first, acting } = await started();
    first.kill();
    await clock.runUntil(() => acting().length === 1, fiveSeconds);
    expect(acting()).not.to.deep.equal(["node-1"]);
  });

  it("replace it when it is frozen; once thawed, it sends nothing and stands by", async () => {
    const { clock, first, acting } = await started(2);
    first.freeze();
    await clock.runUntil(() => acting().includes("node-2"), fiveSeconds);
    await clock.advance(20_000);
    first.thaw();
    expect(first.acts).to.equal(false);
    await clock.runUntil(() => first.standing?.role === "standby", 1_000);
    await clock.advance(10_000);
    expect(acting()).to.deep.equal(["node-2"]);
    expect(first.standing).to.deep.equal({ role: "standby", node: "node-2" });
  });

  it("replace it when it is cut off, and it knows before the next one acts", async () => {
    const { clock, first, acting } = await started(2);
    first.cutOff();
    await clock.runUntil(() => !first.acts, fiveSeconds);
    expect(acting()).to.deep.equal([]);
    await clock.runUntil(() => acting().includes("node-2"), fiveSeconds);
    await clock.runUntil(() => first.standing?.role === "unreachable", fiveSeconds);
    first.heal();
    await clock.runUntil(() => first.connection.state === "replaced", fiveSeconds);
    await clock.advance(10_000);
    expect(acting()).to.deep.equal(["node-2"]);
  });

  it("replace it at once when it stops cleanly", async () => {
    const { clock, first, acting } = await started(2);
    const stopped = first.stop();
    await clock.runUntil(() => acting().includes("node-2"), 1_000);
    await stopped;
  });

  it("end their subscriptions when the last one stops cleanly, even while it has paused", async () => {
    for (const paused of [false, true]) {
      const { clock, asterisk, first, acting } = await started(1);
      if (paused) {
        first.cutOff();
        await clock.runUntil(() => acting().length === 0, fiveSeconds);
        first.heal();
      }
      const stopped = first.stop();
      await clock.advance(fiveSeconds);
      await stopped;
      expect(asterisk.variables.get("PP_LEASE")).to.equal("free:0");
      expect(asterisk.subscriptions).to.deep.equal([]);
    }
  });

  it("keep the subscriptions of the next one when one stops that was replaced", async () => {
    const { clock, asterisk, first, acting } = await started(2);
    first.cutOff();
    await clock.runUntil(() => acting().includes("node-2"), fiveSeconds);
    first.heal();
    const stopped = first.stop();
    await clock.advance(fiveSeconds);
    await stopped;
    expect(acting()).to.deep.equal(["node-2"]);
    expect(asterisk.subscriptions).to.have.length(2);
  });

  it("leave it active when it is restarted before the others notice", async () => {
    const { clock, first, acting } = await started();
    first.kill();
    await clock.advance(1_000);
    first.start();
    await clock.runUntil(() => first.acts, 500);
    await clock.advance(10_000);
    expect(acting()).to.deep.equal(["node-1"]);
  });

  it("leave it active when the dialplan is reloaded, which clears the lease", async () => {
    const { clock, asterisk, acting } = await started();
    asterisk.variables.set("PP_LEASE", "");
    await clock.advance(10_000);
    expect(acting()).to.deep.equal(["node-1"]);
    expect(asterisk.variables.get("PP_LEASE")).to.match(/^node-1\//);
  });

  it("leave a pause behind when no controller stands by", async () => {
    const { clock, first, acting } = await started(1);
    first.freeze();
    await clock.advance(20_000);
    first.thaw();
    expect(acting()).to.deep.equal([]);
    await clock.runUntil(() => first.acts, 1_000);
  });

  it("never act at the same time, and always have one that acts, whatever happens to them", async function () {
    this.timeout(60_000);
    const latestMs = 15;
    const fault = fc.record({
      controller: fc.nat(2),
      kind: fc.constantFrom("kill", "freeze", "cutOff", "stop", "reload"),
      forMs: fc.integer({ min: 100, max: 8_000 }),
      afterMs: fc.integer({ min: 0, max: 6_000 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fault, { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(fc.integer({ min: 1, max: latestMs })),
        async (faults, latencies) => {
          const { clock, asterisk, all, acting } = installation(3, () => latencies.next().value ?? 1);
          for (const controller of all) controller.start();
          let severalSinceMs = Number.POSITIVE_INFINITY;
          const watch = (ms: number): Promise<void> => {
            const untilMs = clock.nowMs() + ms;
            clock.setTimer(() => undefined, ms);
            return clock.runUntil(() => {
              const several = all.filter(({ commands }) => commands).length > 1;
              severalSinceMs = several ? Math.min(severalSinceMs, clock.nowMs()) : Number.POSITIVE_INFINITY;
              // Until Asterisk's word that the application was replaced has reached the earlier one.
              expect(clock.nowMs() - severalSinceMs, "at the same time").to.be.below(latestMs + 1);
              return clock.nowMs() >= untilMs;
            });
          };
          for (const { controller: index, kind, forMs, afterMs } of faults) {
            await watch(afterMs);
            const controller = all[index];
            if (controller === undefined || !controller.reachesAsterisk) continue;
            let end: () => void = () => undefined;
            if (kind === "reload") asterisk.variables.set("PP_LEASE", "");
            else if (kind === "stop") {
              void controller.stop();
              end = () => controller.start();
            } else {
              controller[kind]();
              end = {
                kill: () => controller.start(),
                freeze: () => controller.thaw(),
                cutOff: () => controller.heal(),
              }[kind];
            }
            clock.setTimer(end, forMs);
          }
          await watch(8_000 + fiveSeconds);
          await clock.runUntil(() => acting().length === 1, fiveSeconds);
          // And it stays.
          const [last] = acting();
          await watch(10_000);
          expect(acting()).to.deep.equal([last]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("A controller whose Asterisk has another dialplan", () => {
  it("takes no calls until the dialplan is replaced", async () => {
    const { clock, asterisk, all, acting } = installation(1);
    asterisk.variables.set("PHONE_PROXY_DIALPLAN", "");
    all[0]?.start();
    await clock.advance(10_000);
    expect(acting()).to.deep.equal([]);
    expect(all[0]?.standing).to.have.property("reason").that.includes("asterisk/extensions.conf");
    asterisk.variables.set("PHONE_PROXY_DIALPLAN", String(dialplanVersion));
    await clock.runUntil(() => acting().length === 1, fiveSeconds);
  });

  it("gives its calls to the dialplan when a reload brings an older one", async () => {
    const { clock, asterisk, all, acting } = installation(1);
    all[0]?.start();
    await clock.runUntil(() => acting().length === 1, fiveSeconds);
    asterisk.variables.clear();
    await clock.runUntil(() => all[0]?.standing?.role === "unfit", fiveSeconds);
    expect(acting()).to.deep.equal([]);
    expect(all[0]?.connection.state).to.equal("closed");
  });
});
