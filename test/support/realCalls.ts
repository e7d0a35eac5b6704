import { type Connection, createConnection, type ResultSetHeader, type RowDataPacket } from "mysql2/promise";
import { randomInt } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadSettings } from "../../config/settings.ts";
import { asteriskCli, type LabAddresses } from "../../lab/lab.ts";
import { callFile } from "../../lab/layout.ts";
import { migratedLabDatabase } from "./labDatabase.ts";
import { labOrSkip } from "./requirements.ts";
import { type Application, startApplication } from "../../src/app/application.ts";
import type { ObservedCall } from "../../src/values/observedCall.ts";
import { forgetLines } from "./callFile.ts";
import { StateJournal } from "./callJournal.ts";
import {
  type CalleeBehaviour,
  type Callees,
  type CallOptions,
  type CallResult,
  placeCall,
  type PlacedCall,
  realNumberOf,
  type RtpParty,
  rtpParty,
  startCallees,
} from "./sipp.ts";
import { MaskingWatch } from "./maskingWatch.ts";
import { expectNoLeak } from "./sippLeaks.ts";
import { silentLogger } from "./silentLogger.ts";
import { until } from "./until.ts";

export const caller = { number: "79161234567", name: "Ivan Petrov" };

export interface CallRow extends RowDataPacket {
  readonly call_id: string;
  readonly direction: string;
  readonly fake_phone: string;
  readonly real_phone: string | null;
  readonly caller_id: string;
  readonly shown_number: string | null;
  readonly call_duration: number;
  readonly call_status: string;
  readonly status_reason: string | null;
  readonly ring_seconds: number;
  readonly call_timestamp: Date;
  readonly answered_at: Date | null;
  readonly ended_at: Date | null;
  readonly cause: number | null;
  readonly sip_code: number | null;
  readonly ended_by: string | null;
  readonly inbound_trunk: string;
  readonly outbound_trunk: string | null;
  readonly asterisk: string;
  readonly node: string;
  readonly source: number;
}

export interface Mapped {
  readonly proxy: string;
  readonly real: string;
}

/** The application on the lab's Asterisk, MySQL and Redis, with people behind both trunks. */
export class RealSystem {
  readonly lab: LabAddresses;
  readonly states = new StateJournal();
  readonly #masking: MaskingWatch;
  readonly #prefix: string;
  readonly #environment: Record<string, string>;
  readonly #startedAt = new Date();
  readonly #spool = mkdtempSync(join(tmpdir(), "phone-proxy-spool-"));
  #serial = 0;
  /** Proxy numbers without the prefix. */
  readonly #otherNumbers = new Set<string>();
  /** Redis may still remember what the numbers of an earlier run were. */
  readonly #firstNumber = randomInt(90_000);
  database!: Connection;
  callees!: Callees;
  application!: Application;

  /** `prefix`: six digits reserved for the proxy numbers of this suite. */
  private constructor(lab: LabAddresses, prefix: string, environment: Record<string, string>) {
    this.lab = lab;
    this.#masking = new MaskingWatch({ caller: lab.inboundProvider.host, callee: lab.outboundProvider.host });
    this.#prefix = prefix;
    this.#environment = environment;
  }

  /** For `before`: skips the suite, and says why, where there is no lab. */
  static async startOrSkip(
    suite: Mocha.Context,
    prefix: string,
    environment: Record<string, string> = {},
  ): Promise<RealSystem> {
    const lab = await labOrSkip(suite);
    const system = new RealSystem(lab, prefix, environment);
    // Whatever a test is about: no message of any of its calls may tell one side of the other.
    suite.test?.parent?.afterEach("no party was told the other's number", () => system.expectAllMasked());
    await migratedLabDatabase(lab);
    system.database = await createConnection({ uri: lab.mysql.url, timezone: "Z" });
    await system.#forget();
    system.callees = await startCallees();
    // Lines of the suite before would become records of this one.
    await forgetLines();
    await system.startApplication();
    return system;
  }

  settings(more: Record<string, string> = {}): Record<string, string> {
    const { lab } = this;
    return {
      DATABASE_URL: lab.mysql.url,
      REDIS_URL: lab.redis.url,
      ASTERISK_URL: lab.ari.url,
      ASTERISK_USER: lab.ari.username,
      ASTERISK_PASSWORD: lab.ari.password,
      ASTERISK_CALL_FILE: callFile(),
      HTTP_PORT: "0",
      NODE_NAME: "test-node",
      SPOOL_DIR: this.#spool,
      RING_TIMEOUT_SECONDS: "3",
      LOG_LEVEL: "error",
      // CONNECT=bridge npx mocha test/calls/… runs any suite on the other way of connecting calls.
      ...(process.env["CONNECT"] === undefined ? {} : { CONNECT: process.env["CONNECT"] }),
      ...this.#environment,
      ...more,
    };
  }

  async startApplication(more: Record<string, string> = {}): Promise<void> {
    const settings = loadSettings({ environment: this.settings(more), envFile: null, terminal: false });
    this.application = await startApplication(settings, {
      logger: silentLogger,
      exit: () => undefined,
      observe: this.states.observe,
    });
    await until(() => this.application.controllers.every(({ reconciled }) => reconciled));
  }

  async stop(): Promise<void> {
    await this.application?.stop("end of the tests");
    try {
      if (this.callees !== undefined) this.expectAllMasked();
    } finally {
      await this.#cleanUp();
    }
  }

  async #cleanUp(): Promise<void> {
    await this.callees?.stop();
    if (this.database !== undefined) {
      await this.#forget();
      await this.database.end();
    }
    rmSync(this.#spool, { recursive: true, force: true });
  }

  async #forget(): Promise<void> {
    for (const numbers of [`${this.#prefix}%`, ...this.#otherNumbers]) await this.#forgetNumbers(numbers);
    await this.database.query("DELETE FROM number_pools WHERE name LIKE ?", [`${this.#poolName}%`]);
  }

  async #forgetNumbers(like: string): Promise<void> {
    await this.database.query("DELETE FROM phone_mappings WHERE fake_phone LIKE ?", [like]);
    await this.database.query("DELETE FROM call_logs WHERE fake_phone LIKE ?", [like]);
  }

  get #poolName(): string {
    return `Calls ${this.#prefix}`;
  }

  /** The ID of a new pool with these columns of `number_pools`. */
  async pool(columns: Record<string, string | null>): Promise<string> {
    const name = `${this.#poolName} ${(this.#serial += 1)}`;
    const [{ insertId }] = await this.database.query<ResultSetHeader>("INSERT INTO number_pools SET ?", [
      { name, ...columns },
    ]);
    return String(insertId);
  }

  freeProxyNumber(): string {
    this.#serial += 1;
    return `${this.#prefix}${String(this.#firstNumber + this.#serial).padStart(11 - this.#prefix.length, "0")}`;
  }

  /** A proxy number for a real number whose callee behaves so. `columns` are those of `phone_mappings`. */
  async mapped(behaviour: CalleeBehaviour, columns: Record<string, string | null> = {}): Promise<Mapped> {
    const proxy = this.freeProxyNumber();
    const real = this.#realNumber(behaviour);
    await this.mapTo(proxy, real, columns);
    return { proxy, real };
  }

  /** A real number without a proxy number. */
  unmapped(behaviour: CalleeBehaviour): string {
    this.#serial += 1;
    return this.#realNumber(behaviour);
  }

  #realNumber(behaviour: CalleeBehaviour): string {
    return realNumberOf(behaviour, Number(this.#prefix.slice(-1)) * 1_000 + this.#serial);
  }

  async mapTo(proxy: string, real: string, columns: Record<string, string | null> = {}): Promise<void> {
    if (!proxy.startsWith(this.#prefix)) {
      await this.#forgetNumbers(proxy);
      this.#otherNumbers.add(proxy);
    }
    await this.database.query("INSERT INTO phone_mappings SET ?", [
      { real_phone: real, fake_phone: proxy, ...columns },
    ]);
    const shown =
      columns["caller_id_policy"] === "caller" ? "all" : [proxy, columns["caller_id_number"] ?? proxy];
    this.#masking.reaches(proxy, real, shown);
  }

  /** The application itself made this mapping. */
  knows({ proxy, real }: Mapped): void {
    this.#masking.reaches(proxy, real, [proxy]);
  }

  /** The policy of the trunk shows the callee who calls this number. */
  showsCaller({ proxy, real }: Mapped): void {
    this.#masking.reaches(proxy, real, "all");
  }

  dial(to: string, more: Omit<CallOptions, "to"> = {}): PlacedCall {
    const options = { to, from: caller.number, callerName: caller.name, ...more };
    const call = placeCall(options);
    this.#masking.watch({ ...options, messages: () => call.messages() });
    return call;
  }

  expectAllMasked(): void {
    this.#masking.expectMasked(this.callees);
  }

  /** Gives all callees one ear and mouth, and makes one for the caller, for as long as the work takes. */
  async hearing(work: (callerEar: RtpParty, calleeEar: RtpParty) => Promise<void>): Promise<void> {
    const callerEar = await rtpParty(this.lab.inboundProvider.host, 0x21);
    const calleeEar = await rtpParty(this.lab.outboundProvider.host, 0x54);
    await this.#replaceCallees({ rtp: calleeEar.address });
    try {
      await work(callerEar, calleeEar);
    } finally {
      await callerEar.close();
      await calleeEar.close();
      await this.#replaceCallees({});
    }
  }

  async #replaceCallees(options: Parameters<typeof startCallees>[0]): Promise<void> {
    // Their messages go with them.
    this.expectAllMasked();
    await this.callees.stop();
    this.callees = await startCallees(options);
  }

  /** Gives the records that were written since. */
  async recordsFromNow(): Promise<() => Promise<CallRow[]>> {
    const [[last]] = await this.database.query<RowDataPacket[]>("SELECT MAX(id) AS id FROM call_logs");
    return async () => {
      const [rows] = await this.database.query<CallRow[]>("SELECT * FROM call_logs WHERE id > ?", [
        Number(last?.["id"] ?? 0),
      ]);
      return rows;
    };
  }

  /** The one record of the call to this number; it is written behind, so it is waited for. */
  recordOf(proxy: string): Promise<CallRow> {
    return this.#recordWhere("fake_phone = ?", [proxy]);
  }

  /** The same for a caller who calls once in this run. */
  recordOfCaller(number: string): Promise<CallRow> {
    return this.#recordWhere("caller_id = ? AND call_timestamp >= ?", [number, this.#startedAt]);
  }

  async #recordWhere(condition: string, values: readonly unknown[]): Promise<CallRow> {
    let rows: CallRow[] = [];
    await until(async () => {
      [rows] = await this.database.query<CallRow[]>(`SELECT * FROM call_logs WHERE ${condition}`, [
        ...values,
      ]);
      return rows.length > 0;
    });
    const [row, ...more] = rows;
    if (row === undefined || more.length > 0) throw new Error(`${rows.length} records of one call`);
    return row;
  }

  /**
   * Whether the answer of this call is on the disk. The spool gathers lines for some milliseconds; a process
   * that is killed within them takes the moment of the answer with it, though not the call.
   */
  spoolKnowsAnswer(proxy: string): boolean {
    return this.answeredInSpool(proxy) > 0;
  }

  /** Whether a call to this number is on the disk. */
  spoolKnows(proxy: string): boolean {
    return this.#spoolLines().some((line) => line.includes(`"${proxy}"`));
  }

  #spoolLines(): string[] {
    return readdirSync(this.#spool)
      .filter((file) => file.endsWith(".spool"))
      .flatMap((name) => readFileSync(join(this.#spool, name), "utf8").split("\n"));
  }

  /** How many calls to this number the disk knows to be answered. */
  answeredInSpool(proxy: string): number {
    const answered = new Set<string>();
    for (const line of this.#spoolLines())
      if (line.includes(`"${proxy}"`) && /"answeredAtMs":\d/u.test(line))
        answered.add(/"callId":"([^"]+)"/u.exec(line)?.[1] ?? line);
    return answered.size;
  }

  liveCall(proxy: string): ObservedCall | undefined {
    for (const controller of this.application.controllers)
      for (const call of controller.liveCalls()) if (call.proxyNumber === proxy) return call;
    return undefined;
  }

  /** Nothing of any call is left in Asterisk or here. */
  async quiet(): Promise<void> {
    await until(() => this.application.controllers.every(({ size }) => size === 0));
    await until(async () => /^0 active channels/mu.test(await asteriskCli("core show channels count")));
    const bridges = await asteriskCli("bridge show all");
    if (/\.bridge/u.test(bridges)) throw new Error(`A bridge is left: ${bridges}`);
  }

  /** No message to either side has the other side's number, name or address. */
  expectMasked(result: CallResult, { real, proxy }: Mapped): void {
    expectNoLeak(result.messages, { numbers: [real], words: [this.lab.outboundProvider.host] });
    const atCallee = this.callees.messagesOf(real);
    if (atCallee.length > 0)
      expectNoLeak(atCallee, {
        numbers: [caller.number],
        words: [caller.name, this.lab.inboundProvider.host],
      });
    if (proxy === real) throw new Error("The test's own numbers are mixed up");
  }
}
