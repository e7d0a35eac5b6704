import { expect } from "chai";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import type { LabAddresses } from "../../lab/lab.ts";
import { ApplicationProcess } from "../support/applicationProcess.ts";
import { freePort } from "../support/freePort.ts";
import { labOrSkip } from "../support/requirements.ts";
import { until } from "../support/until.ts";
import { MysqlReplica } from "./mysqlReplica.ts";

const database = `phone_proxy_read_${randomBytes(4).toString("hex")}`;
/** More than the 10 s within which the primary answers a writer, under load. */
const patient = { timeoutMs: 90_000, everyMs: 200 };

describe("Read replicas, with a second MySQL that copies the first", function suite() {
  this.timeout(300_000);
  let lab: LabAddresses;
  let replica: MysqlReplica;
  let writer: ApplicationProcess;
  let reader: ApplicationProcess;
  let mappingId = 0;
  const folder = mkdtempSync(join(tmpdir(), "phone-proxy-replica-"));

  const onPrimary = async (sql: string): Promise<void> => {
    const connection = await createConnection(lab.mysql.url);
    try {
      await connection.query(sql);
    } finally {
      await connection.end();
    }
  };

  async function launch(name: string): Promise<ApplicationProcess> {
    const url = new URL(lab.mysql.url);
    url.pathname = `/${database}`;
    return ApplicationProcess.launch({
      NODE_NAME: name,
      ROLE: "web",
      HTTP_PORT: String(await freePort()),
      DATABASE_URL: url.href,
      DATABASE_READ_URLS: replica.url,
      REDIS_URL: lab.redis.url,
      SPOOL_DIR: join(folder, name),
      UPLOAD_DIR: join(folder, `${name}-uploads`),
      DEFAULT_POOL: "74957220000-74957220099",
      LOG_FORMAT: "json",
    });
  }

  const ask = (application: ApplicationProcess, path: string, method = "GET", body?: object) =>
    fetch(`${application.url}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });

  /** The label of the mapping in lists of the reader, and on its own page. */
  async function labels(): Promise<{ readonly list: string; readonly page: string }> {
    const list = await ask(reader, "/mappings");
    const one = await ask(reader, `/mappings/${mappingId}`);
    expect([list.status, one.status], await list.clone().text()).to.deep.equal([200, 200]);
    const { items } = (await list.json()) as { items: { id: number; label: string }[] };
    const { label } = (await one.json()) as { label: string };
    return { list: items.find(({ id }) => id === mappingId)?.label ?? "missing", page: label };
  }

  const metric = async (name: string): Promise<number> => {
    const text = await (await ask(reader, "/metrics")).text();
    return Number(new RegExp(`^phone_proxy_${name}\\{.*\\} (\\S+)$`, "mu").exec(text)?.[1] ?? Number.NaN);
  };
  const health = async (): Promise<{ readonly status: string; readonly detail: string }> => {
    const { parts } = (await (await ask(reader, "/health")).json()) as {
      parts: Record<string, { status: string; detail: string }>;
    };
    return parts[`replica 127.0.0.1:${replica.port}`] ?? { status: "missing", detail: "" };
  };

  /** Marks the mapping on the replica only, so that answers show where they come from. */
  async function mark(label: string): Promise<void> {
    await until(async () => {
      const [row] = await replica.sql(`SELECT label FROM ${database}.phone_mappings WHERE id = ${mappingId}`);
      return row !== undefined;
    }, patient);
    await replica.sql(`UPDATE ${database}.phone_mappings SET label = '${label}' WHERE id = ${mappingId}`);
  }

  before(async function prepare() {
    lab = await labOrSkip(this);
    replica = new MysqlReplica(lab, database);
    await replica.follow();
    await onPrimary(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`);
    writer = await launch("writer");
    await until(async () => (await ask(writer, "/health/ready").catch(() => null))?.status === 200, patient);
    await until(
      async () =>
        (await replica.sql(`SHOW TABLES FROM ${database} LIKE 'replication_heartbeat'`)).length === 1,
      patient,
    );
    await replica.grant();
    reader = await launch("reader");
    await until(async () => (await ask(reader, "/health/ready").catch(() => null))?.status === 200, patient);
  });
  after(async () => {
    await Promise.all([writer, reader].map((application) => application?.end("SIGKILL")));
    if (replica !== undefined) await replica.remove();
    if (lab !== undefined) await onPrimary(`DROP DATABASE IF EXISTS ${database}`);
    rmSync(folder, { recursive: true, force: true });
  });

  it("answer lists, exports, and statistics, and nothing else, with the account that only reads", async () => {
    const added = await ask(writer, "/mappings", "POST", { realNumber: "79161234567", label: "written" });
    expect(added.status, await added.clone().text()).to.equal(201);
    ({ id: mappingId } = (await added.json()) as { id: number });
    // Written on another instance a moment ago.
    expect(await labels()).to.deep.equal({ list: "written", page: "written" });
    await mark("copied");
    await until(async () => (await labels()).list === "copied", patient);
    expect(await labels()).to.deep.equal({ list: "copied", page: "written" });

    expect(await (await ask(reader, "/export/csv")).text()).to.contain("copied");
    await replica.sql(
      `INSERT INTO ${database}.call_logs (call_id, fake_phone, call_status) VALUES ('only-there', '74957220000', 'answered')`,
    );
    expect(await (await ask(reader, "/calls")).text()).to.contain("only-there");
    expect((await ask(reader, "/calls/only-there")).status).to.equal(404);
    expect((await ask(reader, "/calls/export.csv")).status).to.equal(200);
    for (const path of ["/stats/calls?zone=UTC&step=hour", "/stats/numbers", "/mappings?search=copied"])
      expect((await ask(reader, path)).status, path).to.equal(200);
    expect(await metric("database_replica_used")).to.equal(1);
    expect(await metric("database_replica_lag_seconds")).to.be.below(10);
    expect((await health()).status).to.equal("up");
  });

  it("leave the primary to those who wrote within the last 10 s, on any instance", async () => {
    expect((await labels()).list).to.equal("copied");
    const other = { realNumber: "79161234568", label: "other" };
    expect((await ask(writer, "/mappings", "POST", other)).status).to.equal(201);
    expect((await labels()).list).to.equal("written");
    await until(async () => (await labels()).list === "copied", patient);
  });

  it("are left out while they are more than 10 s behind, and come back by themselves", async () => {
    await replica.sql("STOP REPLICA SQL_THREAD");
    await until(async () => (await metric("database_replica_used")) === 0, patient);
    expect((await labels()).list).to.equal("written");
    await until(async () => /is \d+ s behind\. The primary answers/u.test((await health()).detail), patient);
    expect((await health()).status).to.equal("degraded");
    await reader.logs("Replica left out");
    await replica.sql("START REPLICA SQL_THREAD");
    await until(async () => (await metric("database_replica_used")) === 1, patient);
    expect((await labels()).list).to.equal("copied");
  });

  it("may die at any moment: no request fails", async () => {
    const statuses: number[] = [];
    const load = { goesOn: true };
    const asking = [1, 2, 3].map(async () => {
      while (load.goesOn) statuses.push((await ask(reader, "/mappings")).status);
    });
    await until(() => statuses.length > 20, patient);
    await replica.kill();
    await until(async () => (await health()).status === "down", patient);
    const asked = statuses.length;
    await until(() => statuses.length > asked + 20, patient);
    await replica.start();
    await until(async () => (await metric("database_replica_used")) === 1, patient);
    load.goesOn = false;
    await Promise.all(asking);
    expect(new Set(statuses)).to.deep.equal(new Set([200]));
    expect((await labels()).list).to.equal("copied");
  });
});
