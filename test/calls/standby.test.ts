import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asteriskCli } from "../../lab/lab.ts";
import { ApplicationProcess } from "../support/applicationProcess.ts";
import { freePort } from "../support/freePort.ts";
import { RealSystem } from "../support/realCalls.ts";
import { startTroubledProxy, type TroubledProxy } from "../support/troubledProxy.ts";
import { until } from "../support/until.ts";

/** Three times what is promised: the next controller is active within 5 s, the lost one says so within 10 s. */
const takeOver = { timeoutMs: 15_000, everyMs: 50 };
const lostSaysSo = { timeoutMs: 30_000, everyMs: 50 };

/** One of several controllers of the lab's Asterisk, a process of its own. */
class Instance {
  readonly name: string;
  readonly process: ApplicationProcess;
  readonly spool: string;

  private constructor(name: string, process: ApplicationProcess, spool: string) {
    this.name = name;
    this.process = process;
    this.spool = spool;
  }

  static async start(
    system: RealSystem,
    name: string,
    more: Record<string, string> = {},
    spool = mkdtempSync(join(tmpdir(), `phone-proxy-${name}-`)),
  ): Promise<Instance> {
    const settings = system.settings({
      NODE_NAME: name,
      SPOOL_DIR: spool,
      HTTP_PORT: String(await freePort()),
      LOG_LEVEL: "info",
      LOG_FORMAT: "json",
      CONNECT: "dial",
      ...more,
    });
    return new Instance(name, await ApplicationProcess.start(settings), spool);
  }

  /** The health of its Asterisk, in words; empty while it does not answer. */
  async saysOfAsterisk(): Promise<string> {
    try {
      const response = await fetch(`${this.process.url}/health`, { signal: AbortSignal.timeout(1_000) });
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

  async end(): Promise<void> {
    await this.process.end("SIGKILL");
    rmSync(this.spool, { recursive: true, force: true });
  }
}

describe("Several controllers of one Asterisk", function suite() {
  this.timeout(180_000);
  let system: RealSystem;
  let proxy: TroubledProxy;
  let first: Instance;
  let second: Instance;

  before(async function prepare() {
    system = await RealSystem.startOrSkip(this, "749561");
    await system.application.stop("the tests run several as processes");
  });
  beforeEach(async () => {
    const { hostname, port } = new URL(system.lab.ari.url);
    proxy = await startTroubledProxy({ host: hostname, port: Number(port) });
    first = await Instance.start(system, "first", { ASTERISK_URL: `http://${proxy.host}:${proxy.port}` });
    await until(() => first.isActive(), takeOver);
    second = await Instance.start(system, "second");
    await until(() => second.standsBehind(first), takeOver);
  });
  afterEach(async () => {
    for (const instance of [first, second]) await instance?.end();
    await proxy?.close();
  });
  after(async () => {
    await system?.stop();
  });

  /** A call to a new number is connected, by this controller, and recorded by it. */
  const connects = async (by: Instance | "anything"): Promise<void> => {
    const { proxy: dialled } = await system.mapped("answers");
    const result = await system.dial(dialled, { script: { kind: "talks", talkMs: 100 } }).result;
    expect(result).to.include({ finalCode: 200, hungUpBy: "caller" });
    if (by === "anything") return;
    // Asterisk's account of the call may be in the database first.
    await until(async () => (await system.recordOf(dialled)).node === by.name);
    expect(await system.recordOf(dialled)).to.include({ call_status: "answered" });
  };

  /** A conversation that outlives what happens to the first controller. */
  const aConversation = async (talkMs: number) => {
    const { proxy: dialled } = await system.mapped("answers");
    const call = system.dial(dialled, { script: { kind: "talks", talkMs } });
    await call.gets(200);
    await until(async () => (await first.metric("live_calls")) === "1");
    return {
      /** It was not cut, and it has one record with its whole talk time. */
      async endsWell(): Promise<void> {
        const result = await call.result;
        expect(result.hungUpBy).to.equal("caller");
        await until(async () => (await system.recordOf(dialled)).status_reason === "caller_hung_up");
        const record = await system.recordOf(dialled);
        expect(record).to.include({ call_status: "answered" });
        expect(record.call_duration).to.be.closeTo(talkMs / 1_000, 1);
      },
    };
  };

  const secondTakesOver = async (): Promise<void> => {
    await until(() => second.isActive(), takeOver);
    expect(await second.metric("controller_active")).to.equal("1");
  };

  it("are one that handles the calls, and one that stands by", async () => {
    expect(await first.metric("controller_active")).to.equal("1");
    expect(await second.metric("controller_active")).to.equal("0");
    await connects(first);
  });

  it("go on when the active one is killed: conversations continue, and the next one knows them", async () => {
    const conversation = await aConversation(20_000);
    await first.process.end("SIGKILL");
    // Until then, the dialplan connects calls.
    await connects("anything");
    await secondTakesOver();
    await until(async () => (await second.metric("live_calls")) === "1");
    await connects(second);
    await conversation.endsWell();
  });

  it("go on when the active one freezes; once thawed, it stands by", async () => {
    const conversation = await aConversation(20_000);
    first.process.freeze();
    await connects("anything");
    await secondTakesOver();
    await until(async () => (await second.metric("live_calls")) === "1");
    first.process.thaw();
    await until(() => first.standsBehind(second), lostSaysSo);
    expect(await first.metric("live_calls")).to.equal("0");
    await connects(second);
    expect(await second.isActive()).to.equal(true);
    await conversation.endsWell();
  });

  it("go on when the active one is cut off without a sign; it says so, and stands by when it is back", async () => {
    const conversation = await aConversation(25_000);
    proxy.freeze();
    await secondTakesOver();
    await until(async () => (await first.saysOfAsterisk()).startsWith("Not connected: "), lostSaysSo);
    expect(await first.metric("controller_active")).to.equal("0");
    await connects(second);
    proxy.heal();
    await until(() => first.standsBehind(second), lostSaysSo);
    expect(await second.isActive()).to.equal(true);
    await conversation.endsWell();
  });

  it("go on when the active one stops in good order", async () => {
    const conversation = await aConversation(8_000);
    expect(await first.process.end("SIGTERM")).to.equal(0);
    await secondTakesOver();
    await connects(second);
    await conversation.endsWell();
  });

  it("keep the active one when the dialplan is reloaded, which clears the lease and the settings", async () => {
    await asteriskCli("dialplan reload");
    await until(
      async () => /^\s*PP_LEASE=first\//mu.test(await asteriskCli("dialplan show globals")),
      takeOver,
    );
    expect(await asteriskCli("dialplan show globals")).to.match(/PP_SETTINGS=CONNECT=/u);
    await connects(first);
    expect(await second.standsBehind(first)).to.equal(true);
  });

  it("keep the active one when it is restarted at once", async () => {
    await first.process.end("SIGKILL");
    first = await Instance.start(system, "first", {}, first.spool);
    await until(async () => (await first.isActive()) || (await second.isActive()), takeOver);
    const [active, standby] = (await first.isActive()) ? [first, second] : [second, first];
    await until(() => standby.standsBehind(active), takeOver);
    await connects(active);
  });
});
