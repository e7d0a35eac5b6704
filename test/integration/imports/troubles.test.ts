import { expect } from "chai";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { DatabaseAddress } from "../../../src/store/dataSource.ts";
import { createStore } from "../../../src/store/store.ts";
import { ApplicationProcess } from "../../support/applicationProcess.ts";
import { forEachDatabase, onMysql, quietLogger } from "../../support/databases.ts";
import { expectToAddUp, importsOf, numbersFile } from "../../support/imports.ts";
import type { ImportRequests, ShownImport } from "../../support/imports.ts";
import { startTroubledProxy } from "../../support/troubledProxy.ts";
import { until } from "../../support/until.ts";

const rows = 50_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** The application on this database, with a pool, as a process that can be killed. */
async function settingsOf(databaseUrl: string, folder: string): Promise<Record<string, string>> {
  return {
    HTTP_PORT: String(await freePort()),
    NODE_NAME: "imports",
    ROLE: "web",
    LOG_FORMAT: "json",
    DATABASE_URL: databaseUrl,
    SPOOL_DIR: join(folder, "spool"),
    UPLOAD_DIR: join(folder, "uploads"),
    DEFAULT_POOL: "79580000000-79580099999",
  };
}

async function begin(requests: ImportRequests): Promise<number> {
  let id = 0;
  // The pool of the settings is made right after the start.
  await until(async () => {
    const { status, body } = await requests.upload(numbersFile(79_001_000_000, rows), { query: "?wait=0" });
    id = body.id;
    return status === 202;
  });
  return id;
}

/** How many rows are stored; 0 while the database is not there yet, as after a start. */
async function rowsOf(requests: ImportRequests, id: number): Promise<number> {
  const { status, body } = await requests.get(id);
  return status === 200 ? Number(body.counts["rows"]) : 0;
}

async function numbersOf(address: DatabaseAddress): Promise<{ mappings: number; proxies: number }> {
  const store = createStore({ address, logger: quietLogger });
  store.open();
  await store.ready();
  const [row] = await store.read<{ mappings: number | string; proxies: number | string }[]>((manager) =>
    manager.query(
      "SELECT COUNT(real_phone) AS mappings, COUNT(DISTINCT fake_phone) AS proxies FROM phone_mappings",
    ),
  );
  await store.close();
  return { mappings: Number(row?.mappings), proxies: Number(row?.proxies) };
}

describe("Imports in trouble", function suite() {
  this.timeout(240_000);
  let folder: string;
  let application: ApplicationProcess | null = null;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "phone-proxy-imports-"));
  });
  afterEach(async () => {
    await application?.end("SIGKILL");
    application = null;
    await rm(folder, { recursive: true, force: true });
  });

  forEachDatabase((_open, create) => {
    it("end with every row once, however often their process is killed", async () => {
      const address = await create();
      const settings = await settingsOf(address.kind === "mysql" ? address.url : address.file, folder);
      application = await ApplicationProcess.start(settings);
      let requests = importsOf(application.url);
      const id = await begin(requests);
      const seen: number[] = [0];
      for (let kills = 0; kills < 3; kills += 1) {
        // Each time it has got further than the last time, but is not done.
        await until(async () => (await rowsOf(requests, id)) > (seen.at(-1) ?? 0), { timeoutMs: 60_000 });
        await delay(randomInt(400));
        seen.push(await rowsOf(requests, id));
        await application.end("SIGKILL");
        application = await ApplicationProcess.start(settings);
        requests = importsOf(application.url);
      }
      expect(seen[1]).to.be.within(1, rows - 1);
      let last: ShownImport | null = null;
      await until(
        async () => {
          last = (await requests.get(id)).body;
          return last.state === "done";
        },
        { timeoutMs: 120_000, everyMs: 200 },
      );
      const { body } = await requests.get(id);
      expect(body.counts).to.include({ rows: rows + 1, created: rows, rejected: 0, duplicate: 0 });
      await expectToAddUp(requests, body);
      expect(await numbersOf(address)).to.deep.equal({ mappings: rows, proxies: rows });
      await until(async () => (await readdir(join(folder, "uploads"))).length === 0);
      expect(await application.end("SIGTERM")).to.equal(0);
      application = null;
    });
  });

  describe("with MySQL gone in the middle", () => {
    onMysql((_open, create) => {
      it("wait for it, say so, and go on where they were", async () => {
        const address = await create();
        if (address.kind !== "mysql") throw new Error("This suite is about MySQL.");
        const url = new URL(address.url);
        const proxy = await startTroubledProxy({ host: url.hostname, port: Number(url.port) });
        try {
          url.hostname = proxy.host;
          url.port = String(proxy.port);
          application = await ApplicationProcess.start(await settingsOf(url.href, folder));
          const requests = importsOf(application.url);
          const id = await begin(requests);
          await until(async () => (await rowsOf(requests, id)) > 0, { timeoutMs: 60_000 });
          proxy.cut();
          await until(async () => (await requests.get(id)).body.waitingFor === "database", {
            timeoutMs: 20_000,
          });
          const healthAt = `${application.url}/health`;
          await until(async () =>
            /"imports":\{"status":"degraded"/.test(await (await fetch(healthAt)).text()),
          );
          proxy.heal();
          await until(async () => (await requests.get(id)).body.state === "done", {
            timeoutMs: 120_000,
            everyMs: 200,
          });
          const { body } = await requests.get(id);
          expect(body.counts).to.include({ rows: rows + 1, created: rows });
          await expectToAddUp(requests, body);
          expect(await numbersOf(address)).to.deep.equal({ mappings: rows, proxies: rows });
        } finally {
          await application?.end("SIGKILL");
          await proxy.close();
        }
      });
    });
  });
});
