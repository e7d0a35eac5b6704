import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asteriskCli, killPart, startPart, stopPart } from "../../lab/lab.ts";
import { createConnection } from "mysql2/promise";
import { ApplicationProcess } from "../support/applicationProcess.ts";
import { freePort } from "../support/freePort.ts";
import { hasAnswer } from "../support/callFile.ts";
import { caller, type CallRow, type Mapped, RealSystem } from "../support/realCalls.ts";
import { headerValues, type PlacedCall, statusOf } from "../support/sipp.ts";
import { startTroubledProxy, type TroubledProxy } from "../support/troubledProxy.ts";
import { until } from "../support/until.ts";

interface HealthAnswer {
  readonly status: string;
  readonly parts: Readonly<Record<string, { readonly status: string; readonly detail: string }>>;
}

interface Answers {
  readonly answered: Mapped;
  readonly ringing: Mapped;
}

describe("calls during an outage of a dependency", function suite() {
  this.timeout(90_000);
  let system: RealSystem;

  const health = async (): Promise<HealthAnswer & { code: number }> => {
    const response = await fetch(`${system.application.url}/health`);
    const answer = (await response.json()) as HealthAnswer;
    return { ...answer, code: response.status };
  };
  /** All parts but the event loop: it stays degraded for a minute after the busy machine has blocked it. */
  const allUp = async (): Promise<boolean> =>
    Object.entries((await health()).parts).every(
      ([name, { status }]) => name === "eventLoop" || status === "up" || status === "off",
    );

  before(async function prepare() {
    system = await RealSystem.startOrSkip(this, "749576", { CONNECT: "dial" });
  });
  after(async function restore() {
    if (system === undefined) return;
    for (const part of ["mysql", "redis", "asterisk"] as const) await startPart(part);
    await system.stop();
  });

  it("without Redis: connected and recorded, with degraded health", async () => {
    const { proxy } = await system.mapped("answers");
    await killPart("redis");
    await until(async () => (await health()).parts["redis"]?.status !== "up");
    expect(await health()).to.include({ status: "degraded", code: 200 });
    expect((await system.dial(proxy).result).finalCode).to.equal(200);
    expect((await system.recordOf(proxy)).call_status).to.equal("answered");
    await startPart("redis");
    await until(allUp);
  });

  it("without MySQL: a cached number is connected, and its record is written later", async () => {
    const { proxy } = await system.mapped("answers");
    await system.dial(proxy).result;
    await system.recordOf(proxy);
    await system.database.end();
    await stopPart("mysql");
    await until(async () => (await health()).parts["database"]?.status !== "up");
    expect((await health()).code).to.equal(200);

    const result = await system.dial(proxy).result;
    expect(result.finalCode).to.equal(200);
    await until(async () => /1 record/u.test((await health()).parts["callLog"]?.detail ?? ""));

    await startPart("mysql");
    system.database = await createConnection({ uri: system.lab.mysql.url, timezone: "Z" });
    await until(async () => {
      const [rows] = await system.database.query("SELECT 1 FROM call_logs WHERE fake_phone = ?", [proxy]);
      return (rows as unknown[]).length === 2;
    });
    await until(allUp);
  });

  it("without MySQL and Redis: an uncached number is rejected with an announcement", async () => {
    const proxy = system.freeProxyNumber();
    await system.database.end();
    await stopPart("mysql");
    await stopPart("redis");
    await until(async () => (await health()).parts["database"]?.status !== "up");
    const result = await system.dial(proxy).result;
    expect(result.provisionalCodes).to.include(183);
    expect(result.finalCode).to.equal(503);
    await startPart("mysql");
    await startPart("redis");
    system.database = await createConnection({ uri: system.lab.mysql.url, timezone: "Z" });
    expect((await system.recordOf(proxy)).call_status).to.equal("failed");
  });

  describe("without MySQL for the application alone", () => {
    let mysql: TroubledProxy;

    before(async () => {
      mysql = await startTroubledProxy(system.lab.mysql);
      const url = new URL(system.lab.mysql.url);
      url.host = `${mysql.host}:${mysql.port}`;
      await system.application.stop("settings change");
      await system.startApplication({ DATABASE_URL: url.href });
      await until(allUp);
    });
    afterEach(() => mysql.heal());
    after(async () => {
      await system.application.stop("settings change");
      await mysql.close();
      await system.startApplication();
    });

    const statusOf = async (proxy: string): Promise<string[]> => {
      const [rows] = await system.database.query<CallRow[]>("SELECT * FROM call_logs WHERE fake_phone = ?", [
        proxy,
      ]);
      return rows.map(({ call_status }) => call_status);
    };

    it("a call that is not decided in time is connected by the dialplan, which reaches the database", async () => {
      const { proxy, real } = await system.mapped("answers");
      mysql.freeze();
      const result = await system.dial(proxy, { script: { kind: "talks", talkMs: 500 } }).result;
      expect(result.finalCode).to.equal(200);
      expect(await system.callees.invited(real)).to.not.equal(undefined);
      mysql.heal();
      expect(await system.recordOf(proxy)).to.include({
        call_status: "answered",
        real_phone: real,
        outbound_trunk: "trunk-out",
      });
    });

    it("the owner's return call right after a call reaches its other party, though it is not recorded yet", async () => {
      const { proxy, real } = await system.mapped("answers");
      const client = system.unmapped("answers");
      const talks = { kind: "talks", talkMs: 500 } as const;
      const first = system.dial(proxy, { from: client, script: talks });
      await first.gets(200);
      mysql.freeze();
      expect((await first.result).hungUpBy).to.equal("caller");
      const result = await system.dial(proxy, { from: real, script: talks }).result;
      expect(result.finalCode).to.equal(200);
      const [from = ""] = headerValues(await system.callees.invited(client), "From");
      expect(from).to.contain(proxy);
      expect(await statusOf(proxy)).to.deep.equal([]);
      mysql.heal();
      await until(async () => (await statusOf(proxy)).length === 2);
      const [[back]] = await system.database.query<CallRow[]>(
        "SELECT * FROM call_logs WHERE fake_phone = ? AND direction = 'return'",
        [proxy],
      );
      expect(back).to.include({ call_status: "answered", caller_id: real, real_phone: client });
    });

    it("once that is known, a call is refused with an announcement, and no one asks the same database again", async () => {
      const { proxy, real } = await system.mapped("answers");
      mysql.freeze();
      await until(async () => (await health()).parts["database"]?.status !== "up");
      const result = await system.dial(proxy, { script: { kind: "waits" } }).result;
      expect(result.provisionalCodes).to.include(183);
      expect(result.finalCode).to.equal(503);
      mysql.heal();
      await until(async () => (await statusOf(proxy)).length > 0);
      expect(await system.recordOf(proxy)).to.include({
        call_status: "failed",
        status_reason: "lookup_unavailable",
        outbound_trunk: null,
        answered_at: null,
      });
      expect(system.callees.messagesOf(real)).to.deep.equal([]);
    });

    it("a caller hangs up during the lookup", async () => {
      await system.application.stop("settings change");
      const url = new URL(system.lab.mysql.url);
      url.host = `${mysql.host}:${mysql.port}`;
      await system.startApplication({ DATABASE_URL: url.href, LOOKUP_TIMEOUT_MS: "10000" });
      await until(allUp);
      const { proxy, real } = await system.mapped("answers");
      mysql.freeze();
      const call = system.dial(proxy, { script: { kind: "cancels", after: 100, afterMs: 500 } });
      await until(() => system.liveCall(proxy)?.state === "lookingUp");
      expect((await call.result).finalCode).to.equal(487);
      mysql.heal();
      await until(async () => (await statusOf(proxy)).length > 0);
      expect(await system.recordOf(proxy)).to.include({
        call_status: "cancelled",
        status_reason: "caller_hung_up",
        real_phone: null,
        outbound_trunk: null,
      });
      expect(system.callees.messagesOf(real)).to.deep.equal([]);
      await system.quiet();
    });
  });

  it("when Asterisk crashes: the record shows it, and calls continue once it is back", async () => {
    await until(allUp);
    const { proxy } = await system.mapped("answers");
    const call = system.dial(proxy, { script: { kind: "waits" } });
    await call.gets(200);
    await killPart("asterisk");
    await until(async () => (await health()).code === 503);
    await call.vanish();
    await startPart("asterisk");
    await until(async () => (await health()).code === 200);
    expect(await system.recordOf(proxy)).to.include({
      call_status: "answered",
      status_reason: "asterisk_lost",
      ended_by: "system",
    });
    const again = await system.mapped("answers");
    expect((await system.dial(again.proxy).result).finalCode).to.equal(200);
    await until(async () => /^0 active channels/mu.test(await asteriskCli("core show channels count")));
  });

  describe("when Asterisk crashes without a controller, only calls that were answered are recorded as answered", function crashes() {
    this.timeout(180_000);
    let decided: Answers;
    let fallback: Answers;

    const dial = ({ answered, ringing }: Answers): PlacedCall[] =>
      [answered, ringing].map(({ proxy }) => system.dial(proxy, { script: { kind: "waits" } }));

    /** Phones ring until the crash, however long a busy machine takes. */
    const settings = (more: Record<string, string>): Record<string, string> =>
      system.settings({ RING_TIMEOUT_SECONDS: "30", ...more });

    const killable = async (): Promise<ApplicationProcess> => {
      await system.application.stop("a controller that can be killed takes its place");
      return ApplicationProcess.start(settings({ HTTP_PORT: String(system.lab.application.port) }));
    };

    /** Two calls are decided, two come after the controller was killed, and one of each is answered before the crash. */
    const crash = async (controller: ApplicationProcess, beforeKill: () => void): Promise<void> => {
      decided = {
        answered: await system.mapped("ringsLongThenAnswers"),
        ringing: await system.mapped("ringsForEver"),
      };
      fallback = { answered: await system.mapped("answers"), ringing: await system.mapped("ringsForEver") };
      const calls = dial(decided);
      await Promise.all(calls.map((call) => call.gets(180)));
      const { answered, ringing } = decided;
      await until(() => system.spoolKnows(answered.proxy) && system.spoolKnows(ringing.proxy));
      beforeKill();
      await controller.end("SIGKILL");
      expect(calls[0]?.messages().some((message) => statusOf(message) === 200)).to.equal(false);
      calls.push(...dial(fallback));
      await Promise.all([calls[0]?.gets(200), calls[2]?.gets(200), calls[3]?.gets(180)]);
      // Asterisk writes them a moment after the answer.
      for (const { proxy } of [answered, fallback.answered]) await until(() => hasAnswer(proxy));
      await killPart("asterisk");
      await Promise.all(calls.map((call) => call.vanish()));
    };

    const expectRecords = async (): Promise<void> => {
      const lost = { status_reason: "asterisk_lost", ended_by: "system" };
      for (const { answered, ringing } of [decided, fallback]) {
        expect(await system.recordOf(answered.proxy)).to.include({
          ...lost,
          call_status: "answered",
          caller_id: caller.number,
          real_phone: answered.real,
          outbound_trunk: "trunk-out",
          sip_code: 200,
        });
        expect(await system.recordOf(ringing.proxy)).to.include({ ...lost, call_status: "failed" });
      }
    };

    it("by the controller that comes back", async () => {
      await crash(await killable(), () => undefined);
      await startPart("asterisk");
      await system.startApplication();
      await expectRecords();
    });

    it("by a standby that was frozen meanwhile, and by the controller that comes back after it", async () => {
      const controller = await killable();
      const spool = mkdtempSync(join(tmpdir(), "phone-proxy-standby-"));
      const port = String(await freePort());
      const standby = await ApplicationProcess.start(
        settings({ NODE_NAME: "standby", SPOOL_DIR: spool, HTTP_PORT: port }),
      );
      try {
        await crash(controller, () => standby.freeze());
        standby.thaw();
        await startPart("asterisk");
        // Asterisk's lines tell the standby of these; only the other controller knows of the call that it decided.
        for (const { proxy } of [decided.answered, fallback.answered, fallback.ringing])
          await system.recordOf(proxy);
        await standby.end("SIGTERM");
        await system.startApplication();
        await system.recordOf(decided.ringing.proxy);
        await until(async () => (await health()).parts["callLog"]?.detail.startsWith("0 records") === true);
        await expectRecords();
      } finally {
        await standby.end("SIGKILL");
        rmSync(spool, { recursive: true, force: true });
      }
    });
  });
});
