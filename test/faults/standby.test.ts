import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asteriskCli } from "../../lab/lab.ts";
import { type Crowd, placeCrowd } from "../../lab/sipp/crowd.ts";
import { dialplanVersion } from "../../src/calls/active/dialplan.ts";
import { ApplicationProcess } from "../support/applicationProcess.ts";
import { freePort } from "../support/freePort.ts";
import { LiveClient } from "../support/liveClient.ts";
import { type CallRow, caller, type Mapped, RealSystem } from "../support/realCalls.ts";
import { startTroubledProxy, type TroubledProxy } from "../support/troubledProxy.ts";
import { until } from "../support/until.ts";

/** Three times what is promised: the next controller is active within 5 s, the lost one says so within 10 s. */
const takeOver = { timeoutMs: 15_000, everyMs: 50 };
const lostSaysSo = { timeoutMs: 30_000, everyMs: 50 };

/** One of several controllers of the lab's Asterisk, a process of its own, with a line to Asterisk that can be cut. */
class Instance {
  readonly name: string;
  readonly line: TroubledProxy;
  readonly #system: RealSystem;
  readonly #spool: string;
  #process: ApplicationProcess | null = null;

  private constructor(system: RealSystem, name: string, line: TroubledProxy) {
    this.#system = system;
    this.name = name;
    this.line = line;
    this.#spool = mkdtempSync(join(tmpdir(), `phone-proxy-${name}-`));
  }

  static async make(system: RealSystem, name: string): Promise<Instance> {
    const { hostname, port } = new URL(system.lab.ari.url);
    return new Instance(system, name, await startTroubledProxy({ host: hostname, port: Number(port) }));
  }

  async start(more: Record<string, string> = {}): Promise<void> {
    const settings = this.#system.settings({
      NODE_NAME: this.name,
      SPOOL_DIR: this.#spool,
      HTTP_PORT: String(await freePort()),
      ASTERISK_URL: `http://${this.line.host}:${this.line.port}`,
      LOG_LEVEL: "info",
      LOG_FORMAT: "json",
      CONNECT: "dial",
      ...more,
    });
    this.#process = await ApplicationProcess.start(settings);
  }

  get process(): ApplicationProcess {
    if (this.#process === null) throw new Error(`${this.name} has not been started.`);
    return this.#process;
  }

  /** The health of its Asterisk, in words; empty while it does not answer. */
  async saysOfAsterisk(): Promise<string> {
    try {
      const response = await fetch(`${this.process.url}/health`, { signal: AbortSignal.timeout(10_000) });
      const { parts } = (await response.json()) as { parts: Record<string, { detail: string }> };
      return parts["asterisk"]?.detail ?? "";
    } catch {
      return "";
    }
  }

  async metric(name: string): Promise<string | undefined> {
    const text = await (await fetch(`${this.process.url}/metrics`)).text();
    return new RegExp(`^phone_proxy_${name}\\{[^}]*\\} (.*)$`, "mu").exec(text)?.[1];
  }

  async isActive(): Promise<boolean> {
    return (await this.saysOfAsterisk()).endsWith(" calls in progress");
  }

  async standsBehind(other: Instance): Promise<boolean> {
    return (await this.saysOfAsterisk()) === `Standing by: ${other.name} is active`;
  }

  async remove(): Promise<void> {
    await this.#process?.end("SIGKILL");
    await this.line.close();
    rmSync(this.#spool, { recursive: true, force: true });
  }
}

describe("Several controllers of one Asterisk", function suite() {
  this.timeout(120_000);
  let system: RealSystem;
  let active: Instance;
  let standby: Instance;
  /** One conversation outlives everything that happens to the controllers. */
  let conversation: Crowd;
  let mapped: Mapped;
  let answeredAtMs: number;

  before(async function prepare() {
    system = await RealSystem.startOrSkip(this, "749561");
    await system.application.stop("the tests run several as processes");
    active = await Instance.make(system, "first");
    standby = await Instance.make(system, "second");
    await active.start();
    await until(() => active.isActive(), takeOver);
    await standby.start();
    await until(() => standby.standsBehind(active), takeOver);
    mapped = await system.mapped("answers");
    const { number: from, name: callerName } = caller;
    conversation = placeCrowd({ to: mapped.proxy, from, callerName, calls: 1, callsPerSecond: 1 });
    await conversation.answered(60_000);
    answeredAtMs = Date.now();
    await until(async () => (await active.metric("live_calls")) === "1");
  });
  after(async () => {
    await conversation?.vanish();
    await active?.remove();
    await standby?.remove();
    await system?.stop();
  });

  /** A call to a new number is connected, by this controller, and recorded by it. */
  const connects = async (by: Instance | "the dialplan"): Promise<void> => {
    const { proxy: dialled } = await system.mapped("answers");
    const result = await system.dial(dialled, { script: { kind: "talks", talkMs: 100 } }).result;
    expect(result).to.include({ finalCode: 200, hungUpBy: "caller" });
    if (by === "the dialplan") return;
    // Asterisk's account of the call may be in the database first.
    await until(async () => (await system.recordOf(dialled)).node === by.name);
    expect(await system.recordOf(dialled)).to.include({ call_status: "answered" });
  };

  /** The standby is active with all calls, and the two have changed places. */
  const standbyTakesOver = async (): Promise<void> => {
    await until(() => standby.isActive(), takeOver);
    [active, standby] = [standby, active];
    expect(await active.metric("controller_active")).to.equal("1");
    await until(async () => (await active.metric("live_calls")) === "1");
  };
  const comesBack = async (): Promise<void> => {
    await standby.start();
    await until(() => standby.standsBehind(active), lostSaysSo);
  };

  it("are one that handles the calls, and one that stands by", async () => {
    expect(await active.metric("controller_active")).to.equal("1");
    expect(await standby.metric("controller_active")).to.equal("0");
    await connects(active);
  });

  it("keep the active one when the dialplan is reloaded, which clears the lease and the settings", async () => {
    await asteriskCli("dialplan reload");
    for (const global of [`PP_LEASE=${active.name}/`, "PP_SETTINGS=CONNECT="]) {
      const line = new RegExp(`^\\s*${global}`, "mu");
      await until(async () => line.test(await asteriskCli("dialplan show globals")), takeOver);
    }
    await connects(active);
    await until(() => standby.standsBehind(active), takeOver);
  });

  it("go on when the active one is killed: until the next one is active, the dialplan connects calls", async () => {
    await active.process.end("SIGKILL");
    await connects("the dialplan");
    await standbyTakesOver();
    await connects(active);
  });

  it("show how long a conversation has lasted, not how long ago the controller took it over", async () => {
    const board = await new LiveClient(active.process.url).ready();
    await until(() => board.calls.size === 1);
    const [call] = board.calls.values();
    expect(call).to.include({ state: "talking", proxy: mapped.proxy, real: mapped.real });
    expect(call?.answeredAtMs).to.be.closeTo(answeredAtMs, 2_000);
    await board.close();
    await comesBack();
  });

  it("go on when the active one freezes; once thawed, it stands by", async () => {
    active.process.freeze();
    await connects("the dialplan");
    await standbyTakesOver();
    standby.process.thaw();
    await until(() => standby.standsBehind(active), lostSaysSo);
    expect(await standby.metric("live_calls")).to.equal("0");
    await connects(active);
    expect(await active.isActive()).to.equal(true);
  });

  it("go on when the active one is cut off without a sign; it says so, and stands by when it is back", async () => {
    active.line.freeze();
    await standbyTakesOver();
    await until(async () => (await standby.saysOfAsterisk()).startsWith("Not connected: "), lostSaysSo);
    expect(await standby.metric("controller_active")).to.equal("0");
    await connects(active);
    standby.line.heal();
    await until(() => standby.standsBehind(active), lostSaysSo);
    expect(await active.isActive()).to.equal(true);
  });

  it("go on when the active one stops cleanly", async () => {
    expect(await active.process.end("SIGTERM")).to.equal(0);
    await standbyTakesOver();
    await connects(active);
  });

  it("use the settings of the active one; a standby with others names them in its health", async () => {
    await standby.start({ RING_TIMEOUT_SECONDS: "7", OUTBOUND_DIAL_PREFIX: "+" });
    const words = `Standing by: ${active.name} is active, with other settings for calls (RING_SECONDS, TRUNK_1_DIAL_PREFIX)`;
    await until(async () => (await standby.saysOfAsterisk()).startsWith(words), lostSaysSo);
    expect(await asteriskCli("dialplan show globals")).to.match(
      /PP_SETTINGS=CONNECT=dial\|RING_SECONDS=3\|/u,
    );
    await standby.process.end("SIGTERM");
    await comesBack();
  });

  it("keep the active one when it is restarted at once", async () => {
    await active.process.end("SIGKILL");
    await active.start();
    await until(async () => (await active.isActive()) || (await standby.isActive()), takeOver);
    if (await standby.isActive()) [active, standby] = [standby, active];
    await until(() => standby.standsBehind(active), takeOver);
    await connects(active);
  });

  it("take no calls with an older dialplan, which connects them by itself, and say which file to replace", async () => {
    const [, installed = ""] =
      /PHONE_PROXY_DIALPLAN=(\d+)/u.exec(await asteriskCli("dialplan show globals")) ?? [];
    await asteriskCli(`dialplan set global PHONE_PROXY_DIALPLAN ${dialplanVersion - 1}`);
    // As a reload of the older file does.
    await asteriskCli('dialplan set global PP_LEASE ""');
    const words = `Takes no calls: the dialplan has version ${dialplanVersion - 1}, and ${dialplanVersion} is needed: replace extensions.conf by `;
    for (const instance of [active, standby])
      await until(async () => (await instance.saysOfAsterisk()).startsWith(words), lostSaysSo);
    await connects("the dialplan");
    await asteriskCli(`dialplan set global PHONE_PROXY_DIALPLAN ${installed}`);
    await until(async () => (await active.isActive()) || (await standby.isActive()), takeOver);
    if (await standby.isActive()) [active, standby] = [standby, active];
  });

  it("have not cut the conversation, and keep one record of it, with its whole talk time", async () => {
    await conversation.hangUp(60_000);
    const [talkMs = Number.NaN] = conversation.talkTimesMs();
    let row: CallRow | undefined;
    await until(async () => {
      row = await system.recordOf(mapped.proxy);
      return row.status_reason === "caller_hung_up";
    });
    expect(row).to.include({ call_status: "answered", ended_by: "caller", real_phone: mapped.real });
    expect(row?.call_duration).to.be.closeTo(talkMs / 1_000, 1);
  });
});
