import { expect } from "chai";
import type { RowDataPacket } from "mysql2/promise";
import { labStatus, asteriskCli } from "../../lab/lab.ts";
import { labLayout } from "../../lab/layout.ts";
import { type Crowd, placeCrowd } from "../../lab/sipp/crowd.ts";
import { createAriConnection } from "../../src/ari/connection.ts";
import type { Application, Bridge, Channel, Endpoint } from "../../src/ari/generated/models.ts";
import { operation } from "../../src/ari/operation.ts";
import type { AriRequest } from "../../src/ari/types.ts";
import { systemClock } from "../../src/ops/clock.ts";
import { ApplicationProcess } from "../support/applicationProcess.ts";
import { LiveClient } from "../support/liveClient.ts";
import { type Mapped, RealSystem } from "../support/realCalls.ts";
import { skipOrFail } from "../support/requirements.ts";
import { silentLogger } from "../support/silentLogger.ts";
import { until } from "../support/until.ts";

const crowds = 10;
const callsEach = 100;
const calls = crowds * callsEach;
/** Twenty-five seconds of ramp-up. Each crowd waits for the one before it, so that a slow machine takes its time. */
const callsPerSecond = 40;
const patienceMs = 120_000;
/** The promise is 5 s; a shared machine may take three times as long. */
const adoptedWithinMs = 15_000;
/** Likewise, of 1 s: SIPp reads the answers of a hundred callers late when the machine is busy. */
const talkToleranceSeconds = 3;

interface Row extends RowDataPacket {
  readonly caller_id: string;
  readonly call_status: string;
  readonly status_reason: string;
  readonly real_phone: string;
  readonly outbound_trunk: string;
  readonly call_duration: number;
  readonly call_id: string;
}

describe("a thousand live calls", function suite() {
  this.timeout(600_000);
  let system: RealSystem;
  let application: ApplicationProcess;
  const placed: Crowd[] = [];

  const start = async (): Promise<void> => {
    const { port } = system.lab.application;
    const settings = { HTTP_PORT: String(port), LOG_LEVEL: "info", RING_TIMEOUT_SECONDS: "60" };
    application = await ApplicationProcess.start(system.settings(settings));
  };
  const asteriskPid = async (): Promise<number | null> =>
    (await labStatus()).find(({ name }) => name === "asterisk")?.pid ?? null;
  const activeChannels = async (): Promise<number> =>
    Number(/(\d+) active channels?/u.exec(await asteriskCli("core show channels count"))?.[1]);

  before(async function prepare() {
    const { rtpFirst, rtpLast } = labLayout().ports;
    const ports = 4 * calls;
    if (rtpLast - rtpFirst < ports) skipOrFail(this, `${calls} calls need ${ports} ports for media.`);
    system = await RealSystem.startOrSkip(this, "749580");
    await system.application.stop("the tests run it as a process");
  });
  after(async () => {
    await application?.end("SIGKILL");
    await Promise.all(placed.map((crowd) => crowd.vanish()));
    await system?.stop();
  });

  it("survive three restarts of the controller, are adopted within 5 s each time, and have their records", async () => {
    await start();
    const pid = await asteriskPid();
    const { proxy, real } = await system.mapped("answers");
    for (let index = 0; index < crowds; index++) {
      const from = `7916${String(index).padStart(7, "0")}`;
      const crowd = placeCrowd({
        to: proxy,
        from,
        callerName: "Ivan Petrov",
        calls: callsEach,
        callsPerSecond,
      });
      placed.push(crowd);
      await crowd.answered(patienceMs);
    }
    expect(await activeChannels()).to.equal(2 * calls);
    await until(() => system.answeredInSpool(proxy) === calls, { timeoutMs: patienceMs, everyMs: 100 });

    for (const signal of ["SIGKILL", "SIGTERM", "SIGKILL"] as const) {
      await application.end(signal);
      const startedMs = Date.now();
      await start();
      const readyMs = Date.now() - startedMs;
      await until(
        async () => application.output.includes("Reconciled with Asterisk") || (await asteriskPid()) !== pid,
        { timeoutMs: patienceMs, everyMs: 100 },
      );
      expect(await asteriskPid(), "the process of Asterisk").to.equal(pid);
      const connected = await application.logs("Connected to Asterisk");
      const reconciled = await application.logs("Reconciled with Asterisk");
      expect(reconciled, signal).to.include({ adopted: calls, endedMeanwhile: 0 });
      const tookMs = reconciled.atMs - connected.atMs;
      console.log(
        `      ${signal}: ready after ${readyMs} ms, all adopted ${tookMs} ms after the connection`,
      );
      expect(tookMs).to.be.below(adoptedWithinMs);
      expect(await activeChannels()).to.equal(2 * calls);
      await everyCallIsOnTheBoard({ proxy, real });
    }

    await listsEverything();
    expect(await asteriskPid(), "the process of Asterisk").to.equal(pid);

    await Promise.all(placed.map((crowd) => crowd.hangUp(patienceMs)));
    const rows = await recordsOf(proxy);
    expect(new Set(rows.map(({ call_id }) => call_id)).size).to.equal(calls);
    for (const row of rows)
      expect(row).to.include({
        call_status: "answered",
        status_reason: "caller_hung_up",
        real_phone: real,
        outbound_trunk: "trunk-out",
      });
    for (const [index, crowd] of placed.entries()) {
      const recorded = rows
        .filter(({ caller_id }) => caller_id === `7916${String(index).padStart(7, "0")}`)
        .map(({ call_duration }) => call_duration)
        .sort((one, other) => one - other);
      const heard = crowd.talkTimesMs();
      expect(recorded).to.have.length(callsEach);
      for (const [place, seconds] of recorded.entries())
        expect(seconds).to.be.closeTo((heard[place] ?? Number.NaN) / 1_000, talkToleranceSeconds);
    }
    await until(async () => (await activeChannels()) === 0, { timeoutMs: patienceMs, everyMs: 100 });
    expect(await asteriskPid(), "the process of Asterisk").to.equal(pid);
  });

  /** As one conversation, since its answer, with its callee. */
  async function everyCallIsOnTheBoard({ proxy, real }: Mapped): Promise<void> {
    const board = await new LiveClient(application.url).ready();
    await until(() => board.calls.size === calls);
    for (const call of board.calls.values()) {
      expect(call).to.include({ state: "talking", proxy, real, outboundTrunk: "trunk-out" });
      // Since the answer, not since the restart.
      expect(Math.abs((call.answeredAtMs ?? 0) - call.startedAtMs)).to.be.below(patienceMs / 2);
    }
    await board.close();
  }

  /** By another client that prefers WebSockets: everything that grows with the live calls. */
  async function listsEverything(): Promise<void> {
    const connection = createAriConnection(
      { ...system.lab.ari, name: "lister", application: "lister" },
      { events: ["StasisStart"], logger: silentLogger, clock: systemClock, transport: "websocket" },
    );
    connection.open();
    try {
      await until(() => connection.status.state === "connected");
      const ask = <T>(request: AriRequest): Promise<T> =>
        connection.request<T>(request, { timeoutMs: patienceMs });
      const legs = await ask<readonly Channel[]>(operation("channels.list", {}));
      const bridges = await ask<readonly Bridge[]>(operation("bridges.list", {}));
      const endpoints = await ask<readonly Endpoint[]>(operation("endpoints.list", {}));
      const applications = await ask<readonly Application[]>(operation("applications.list", {}));
      expect(legs).to.have.length(2 * calls);
      expect(bridges).to.have.length(calls);
      for (const trunk of ["trunk-in", "trunk-out"]) {
        // A trunk may be split into several endpoints.
        const its = endpoints.filter(({ resource }) => resource.replace(/-\d$/u, "") === trunk);
        expect(its.reduce((sum, { channel_ids }) => sum + channel_ids.length, 0)).to.equal(calls);
      }
      // Asterisk connects the calls: the application holds none of them.
      const ours = applications.find(({ name }) => name === "phone-proxy");
      expect(ours?.channel_ids).to.deep.equal([]);
      console.log(`      lists of up to ${Math.round(JSON.stringify(legs).length / 1_000)} kB read`);
    } finally {
      await connection.close();
    }
  }

  async function recordsOf(proxy: string): Promise<Row[]> {
    let rows: Row[] = [];
    await until(
      async () => {
        [rows] = await system.database.query<Row[]>("SELECT * FROM call_logs WHERE fake_phone = ?", [proxy]);
        return rows.length >= calls;
      },
      { timeoutMs: patienceMs, everyMs: 100 },
    );
    return rows;
  }
});
