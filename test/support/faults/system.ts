import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { asteriskCli, type LabAddresses } from "../../../lab/lab.ts";
import { type Callees, startCallees } from "../../../lab/parties/callees.ts";
import { type Callers, startCallers } from "../../../lab/parties/callers.ts";
import { judgeRun, type Limits, type RecordSeen, type Verdict } from "../../../lab/parties/verdict.ts";
import { Random } from "../../../lab/simulated/random.ts";
import { ApplicationProcess } from "../applicationProcess.ts";
import { callFile } from "../../../lab/layout.ts";
import { freePort } from "../freePort.ts";
import { until } from "../until.ts";
import { type LoadNumber, MixedLoad } from "./load.ts";

/** Proxy numbers of these tests begin so, real numbers with `7958`. */
const proxyPrefix = "7495800";
const numberCount = 600;
/** A promised deadline is asserted at three times its value; the true figures are reported. */
const asserted = { silenceMs: 9_000, releaseMs: 3_000, talkSeconds: 1 } as const;

interface LoadPlan {
  readonly callsPerSecond: number;
  readonly talkMs: readonly [number, number];
  readonly answeredOnly?: boolean;
}

/** Real controllers, a real Asterisk, MySQL, and Redis, and parties on both sides that write down what they see. */
export class FaultSystem {
  readonly lab: LabAddresses;
  readonly seed: number;
  readonly random: Random;
  readonly controllers: (ApplicationProcess | null)[] = [];
  readonly asteriskKilledAtMs: number[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), "phone-proxy-faults-"));
  readonly #settings: Readonly<Record<string, string>>;
  readonly #numbers: readonly LoadNumber[] = Array.from({ length: numberCount }, (_, index) => {
    const digits = String(index).padStart(4, "0");
    return { proxy: `${proxyPrefix}${digits}`, real: `7958000${digits}` };
  });
  /** Every run has callers of its own, so that its records can be told from older ones. */
  #firstCaller = randomInt(8_000_000);
  #callers!: Callers;
  #callees!: Callees;
  #load: MixedLoad | null = null;
  #beganAtMs = 0;
  #stored = false;

  private constructor(lab: LabAddresses, seed: number, settings: Readonly<Record<string, string>>) {
    this.lab = lab;
    this.seed = seed;
    this.random = new Random(seed);
    this.#settings = settings;
  }

  static async start(
    lab: LabAddresses,
    {
      seed,
      controllers,
      settings = {},
    }: {
      readonly seed: number;
      readonly controllers: number;
      readonly settings?: Readonly<Record<string, string>>;
    },
  ): Promise<FaultSystem> {
    const system = new FaultSystem(lab, seed, settings);
    const { host, port } = lab.outboundProvider;
    system.#callers = await startCallers({ target: lab.sip, host: lab.inboundProvider.host });
    system.#callees = await startCallees({
      host,
      port,
      planOf: (number) =>
        system.#load?.planOf(number) ?? { provisional: null, final: { code: 404, afterMs: 0 }, talkMs: null },
    });
    try {
      for (let index = 0; index < controllers; index += 1) await system.startController(index);
      await until(() => system.isUp(0), { timeoutMs: 60_000, everyMs: 100 });
      await system.#storeNumbers();
      return system;
    } catch (error) {
      await system.stop();
      throw error;
    }
  }

  /** The first one listens where the dialplan's fallback asks. */
  async startController(index: number): Promise<void> {
    const { lab } = this;
    this.controllers[index] = await ApplicationProcess.start({
      DATABASE_URL: lab.mysql.url,
      REDIS_URL: lab.redis.url,
      ASTERISK_URL: lab.ari.url,
      ASTERISK_USER: lab.ari.username,
      ASTERISK_PASSWORD: lab.ari.password,
      HTTP_PORT: String(index === 0 ? lab.application.port : await freePort()),
      NODE_NAME: `controller-${index + 1}`,
      SPOOL_DIR: join(this.#folder, `spool-${index + 1}`),
      RING_TIMEOUT_SECONDS: "5",
      LOG_FORMAT: "json",
      CONNECT: "dial",
      ASTERISK_CALL_FILE: callFile(),
      ...this.#settings,
    });
  }

  /** Whether it has everything that calls need. A busy event loop, for one, does not count. */
  async isUp(index = 0): Promise<boolean> {
    const answer = await fetch(`${this.controller(index).url}/health`);
    const { parts } = (await answer.json()) as {
      readonly parts: Readonly<Record<string, { readonly status: string }>>;
    };
    return ["database", "redis", "asterisk"].every((name) => parts[name]?.status === "up");
  }

  controller(index = 0): ApplicationProcess {
    const found = this.controllers[index];
    if (found === undefined || found === null) throw new Error(`Controller ${index + 1} is not running.`);
    return found;
  }

  async endController(signal: "SIGTERM" | "SIGKILL", index = 0): Promise<void> {
    await this.controller(index).end(signal);
    this.controllers[index] = null;
  }

  beginLoad(plan: LoadPlan): void {
    this.#beganAtMs = Date.now();
    this.asteriskKilledAtMs.length = 0;
    this.#load = new MixedLoad({
      callers: this.#callers,
      numbers: this.#numbers,
      random: this.random,
      firstCaller: this.#firstCaller,
      ...plan,
    });
    this.#load.start();
  }

  /** So many conversations and no further calls. */
  async converse(calls: number, talkMs: readonly [number, number]): Promise<void> {
    this.beginLoad({ callsPerSecond: 20, talkMs, answeredOnly: true });
    await until(() => (this.#load?.placed ?? 0) >= calls, { timeoutMs: 60_000 });
    this.#load?.stop();
    await until(() => this.#callers.answered() >= calls, { timeoutMs: 30_000 });
  }

  /** No further calls; resolves when those under way are over for both parties. */
  async callsOver(): Promise<void> {
    this.#load?.stop();
    await this.#load?.over(() => this.#callees.legs);
  }

  /** No further calls; resolves, when those under way are over and recorded, with the comparison of both. */
  async endLoad(): Promise<Verdict> {
    const load = this.#load;
    if (load === null) throw new Error("There is no load.");
    load.stop();
    const calls = await load.over(() => this.#callees.legs);
    this.#firstCaller += load.placed;
    const callers = new Set(calls.map(({ caller }) => caller.from));
    let records: RecordSeen[] = [];
    // Records are written behind the calls. What is missing after this time is lost.
    await until(
      async () => {
        records = (await this.#records()).filter(({ caller }) => callers.has(caller));
        return records.length >= calls.length;
      },
      { timeoutMs: 20_000, everyMs: 250 },
    ).catch(() => undefined);
    const limits: Limits = { ...asserted, asteriskKilledAtMs: [...this.asteriskKilledAtMs] };
    return judgeRun(calls, records, limits);
  }

  /** No channel and no bridge is left in Asterisk. */
  async nothingLeft(): Promise<void> {
    await until(async () => (await asteriskCli("core show channels count")).includes("0 active channels"), {
      timeoutMs: 30_000,
      everyMs: 100,
    });
    const bridges = await asteriskCli("bridge show all");
    if (/\.bridge/u.test(bridges)) throw new Error(`A bridge is left:\n${bridges}`);
  }

  async stop(): Promise<void> {
    this.#load?.stop();
    for (const controller of this.controllers) {
      controller?.thaw();
      await controller?.end("SIGKILL");
    }
    this.#callers.close();
    this.#callees.close();
    if (this.#stored)
      await this.#withDatabase(async (connection) => {
        await connection.query("DELETE FROM call_logs WHERE fake_phone LIKE ?", [`${proxyPrefix}%`]);
        await connection.query("DELETE FROM phone_mappings WHERE fake_phone LIKE ?", [`${proxyPrefix}%`]);
      });
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #withDatabase<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await createConnection({ uri: this.lab.mysql.url, timezone: "Z" });
    try {
      return await work(connection);
    } finally {
      await connection.end();
    }
  }

  async #storeNumbers(): Promise<void> {
    this.#stored = true;
    await this.#withDatabase((connection) =>
      connection.query(
        "INSERT INTO phone_mappings (real_phone, fake_phone, state) VALUES ? ON DUPLICATE KEY UPDATE state = 'active'",
        [this.#numbers.map(({ proxy, real }) => [real, proxy, "active"])],
      ),
    );
  }

  async #records(): Promise<RecordSeen[]> {
    const [rows] = await this.#withDatabase((connection) =>
      connection.query<RecordRow[]>(
        `SELECT call_id, fake_phone, caller_id, call_status, status_reason, call_duration, call_timestamp
         FROM call_logs WHERE fake_phone LIKE ? AND call_timestamp >= ?`,
        [`${proxyPrefix}%`, new Date(this.#beganAtMs - 60_000)],
      ),
    );
    return rows.map((row) => ({
      callId: row.call_id,
      proxyNumber: row.fake_phone,
      caller: row.caller_id.replace(/^\+/u, ""),
      status: row.call_status,
      reason: row.status_reason,
      talkSeconds: row.call_duration,
      startedAtMs: row.call_timestamp.getTime(),
    }));
  }
}

type Connection = Awaited<ReturnType<typeof createConnection>>;

interface RecordRow extends RowDataPacket {
  readonly call_id: string;
  readonly fake_phone: string;
  readonly caller_id: string;
  readonly call_status: string;
  readonly status_reason: string | null;
  readonly call_duration: number;
  readonly call_timestamp: Date;
}
