import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { openDemoStore } from "../../../lab/demo/openStore.ts";
import { fillDemoData } from "../../../lab/demo/pastDays/fill.ts";
import { PROXY_NUMBERS } from "../../../lab/demo/scenarios.ts";
import type { LabAddresses } from "../../../lab/lab.ts";
import { createRecordSink } from "../../../src/callLog/database/recordSink.ts";
import type { Store } from "../../../src/store/types.ts";
import type { CallRecord } from "../../../src/values/callRecord.ts";
import { labOrSkip } from "../../support/requirements.ts";
import { ApplicationProcess } from "../../support/applicationProcess.ts";
import { type Callees, startCallees } from "../../support/sipp.ts";
import { startTroubledProxy, type TroubledProxy } from "../../support/troubledProxy.ts";
import { until } from "../../support/until.ts";
import { freePort } from "../../support/freePort.ts";

/** The range of the pool. */
const pool = { first: "74958200000", last: "74958299999" };

/** The application in its own process, with the lab's Asterisk and Redis and its own MySQL database. */
export class WebSystem {
  readonly #lab: LabAddresses;
  readonly #folder = mkdtempSync(join(tmpdir(), "phone-proxy-web-"));
  readonly #database: string;
  readonly #settings: Readonly<Record<string, string>>;
  /** A proxy to MySQL, which makes it unavailable for this application only. */
  readonly mysql: TroubledProxy;
  callees!: Callees;
  application!: ApplicationProcess;

  private constructor(
    lab: LabAddresses,
    database: string,
    mysql: TroubledProxy,
    port: number,
    more: Readonly<Record<string, string>>,
  ) {
    this.#lab = lab;
    this.#database = database;
    this.mysql = mysql;
    const url = new URL(lab.mysql.url);
    url.host = `${mysql.host}:${mysql.port}`;
    url.pathname = `/${database}`;
    this.#settings = {
      DATABASE_URL: url.href,
      REDIS_URL: lab.redis.url,
      ASTERISK_URL: lab.ari.url,
      ASTERISK_USER: lab.ari.username,
      ASTERISK_PASSWORD: lab.ari.password,
      HTTP_PORT: String(port),
      NODE_NAME: "web-test",
      SPOOL_DIR: join(this.#folder, "spool"),
      UPLOAD_DIR: join(this.#folder, "uploads"),
      DEFAULT_POOL: `${pool.first}-${pool.last}`,
      LOG_LEVEL: "warn",
      ...more,
    };
  }

  /** For `before`: skips the suite with a reason if there is no lab. */
  static async startOrSkip(
    suite: Mocha.Context,
    more: Readonly<Record<string, string>> = {},
  ): Promise<WebSystem> {
    const lab = await labOrSkip(suite);
    const database = `phone_proxy_web_${randomBytes(6).toString("hex")}`;
    const system = new WebSystem(lab, database, await proxyOf(lab.mysql.url), await freePort(), more);
    await system.#execute(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`);
    try {
      system.callees = await startCallees();
      await system.start();
    } catch (error) {
      // The next suite needs the same ports.
      await system.stop();
      throw error;
    }
    return system;
  }

  get url(): string {
    return this.application.url;
  }

  /** Also restarts, at the same address. */
  async start(): Promise<void> {
    this.application = await ApplicationProcess.start(this.#settings);
    // The application is ready for calls before it is ready for uploads, which need a migrated database and the pool.
    if (this.#settings["ACCESS"] === "required") return;
    const fewest = this.#settings["DEFAULT_POOL"] === "" ? 0 : 1;
    await until(async () => (await this.#pools()) >= fewest, { timeoutMs: 60_000, everyMs: 100 });
  }

  async stop(): Promise<void> {
    await this.application?.end("SIGTERM");
    await this.callees?.stop();
    await this.mysql.close();
    await this.#execute(`DROP DATABASE IF EXISTS ${this.#database}`);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Assigns the real number a proxy number over the API. */
  async proxyOf(real: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    await this.upload(`phone\n${real}\n`, headers);
    const found = await fetch(`${this.url}/lookup/fake/${real}`, { headers });
    const pair = (await found.json()) as { readonly fake_phone: string };
    return pair.fake_phone;
  }

  async upload(text: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    const form = new FormData();
    form.set("file", new Blob([text], { type: "text/csv" }), "one.csv");
    const uploaded = await fetch(`${this.url}/upload`, { method: "POST", body: form, headers });
    if (!uploaded.ok) throw new Error(`The upload was refused: ${await uploaded.text()}`);
  }

  async label(proxy: string, label: string): Promise<void> {
    await this.#execute(
      `UPDATE ${this.#database}.phone_mappings SET label = '${label}' WHERE fake_phone = '${proxy}'`,
    );
  }

  /** Makes the application believe that its pools have been in use for this many days longer. */
  async ageUse(days: number): Promise<void> {
    await this.#execute(`UPDATE ${this.#database}.pool_usage SET day = DATE_SUB(day, INTERVAL ${days} DAY)`);
  }

  /** Adds the demo's clients and calls of the last days. */
  fill(days: number): Promise<unknown> {
    return this.#withStore((store) => fillDemoData({ store, pool: PROXY_NUMBERS, nowMs: Date.now(), days }));
  }

  async record(calls: readonly CallRecord[]): Promise<void> {
    await this.#withStore((store) => createRecordSink(store).write(calls));
  }

  async #withStore(work: (store: Store) => Promise<unknown>): Promise<void> {
    const url = new URL(this.#lab.mysql.url);
    url.pathname = `/${this.#database}`;
    const address = { kind: "mysql", url: url.href, poolSize: 1 } as const;
    const store = await openDemoStore(address, new AbortController().signal);
    try {
      await work(store);
    } finally {
      await store.close();
    }
  }

  /** The number of pools; -1 while they are unavailable. */
  async #pools(): Promise<number> {
    const answer = await fetch(`${this.url}/pools`);
    if (!answer.ok) return -1;
    const { items } = (await answer.json()) as { readonly items: readonly unknown[] };
    return items.length;
  }

  async #execute(sql: string): Promise<void> {
    const connection = await createConnection(this.#lab.mysql.url);
    try {
      await connection.query(sql);
    } finally {
      await connection.end();
    }
  }
}

async function proxyOf(url: string): Promise<TroubledProxy> {
  const { hostname, port } = new URL(url);
  return startTroubledProxy({ host: hostname, port: Number(port) });
}
