import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { createStore } from "../../../src/store/store.ts";
import { ApplicationProcess } from "../../support/applicationProcess.ts";
import { fillCalls, fillImport } from "../../support/eventLoop/fillRecords.ts";
import { freePort } from "../../support/freePort.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { until } from "../../support/until.ts";

const rows = 60_000;
const clients = 8;
/** Pipelined on each connection after the first request. */
const ahead = 3;

async function fillMappings(file: string): Promise<void> {
  const store = createStore({ address: { kind: "sqlite", file }, logger: silentLogger });
  store.open();
  await store.ready();
  for (let first = 0; first < rows; first += 1000) {
    const tuples = Array.from({ length: 1000 }, (_, offset) => {
      const digits = String(first + offset).padStart(7, "0");
      return `('7990${digits}','7955${digits}','active')`;
    });
    await store.transaction((manager) =>
      manager.query(`INSERT INTO phone_mappings (real_phone, fake_phone, state) VALUES ${tuples.join(",")}`),
    );
  }
  await fillCalls(store, rows);
  await fillImport(store, rows, join(dirname(file), "uploads"));
  await store.close();
}

describe("An export whose client disconnects", function () {
  this.timeout(120_000);
  let folder: string;
  let application: ApplicationProcess;
  let port: number;
  const sockets: Socket[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "phone-proxy-exports-"));
    const file = join(folder, "test.sqlite");
    await fillMappings(file);
    port = await freePort();
    application = await ApplicationProcess.start({
      ROLE: "web",
      HTTP_PORT: String(port),
      DATABASE_URL: file,
      SPOOL_DIR: join(folder, "spool"),
      UPLOAD_DIR: join(folder, "uploads"),
      LOG_LEVEL: "warn",
    });
    await until(async () => (await fetch(`${application.url}/imports`)).status === 200);
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });
  after(async () => {
    await application?.end("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  });

  const descriptors = (): number => readdirSync(`/proc/${application.pid}/fd`).length;
  /** Bytes read by all threads, including from the page cache (proc(5), io). */
  const bytesRead = (): number =>
    Number(/^rchar: (\d+)/m.exec(readFileSync(`/proc/${application.pid}/io`, "utf8"))?.[1]);
  async function answering(): Promise<number> {
    const text = await (await fetch(`${application.url}/metrics`)).text();
    return Number(/phone_proxy_http_connections\{[^}]*state="answering"[^}]*\} (\d+)/.exec(text)?.[1]);
  }
  async function open(request: string): Promise<Socket> {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.on("error", () => undefined);
    sockets.push(socket);
    await once(socket, "connect");
    socket.write(request);
    await once(socket, "readable");
    return socket;
  }

  const body = "{}";
  const post = (path: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  for (const [what, request] of [
    ["numbers as CSV", post("/export/csv")],
    ["numbers as a workbook", post("/export/xlsx")],
    ["calls as CSV", post("/calls/export.csv")],
    ["the result of an import", get("/imports/1/result.csv")],
    ["the file of an import with its results", get("/imports/1/result")],
  ] as const) {
    it(`ends and releases everything: ${what}`, async () => {
      // Some descriptors opened by the first export stay open.
      (await open(request)).destroy();
      await until(async () => (await answering()) === 1);
      const atRest = descriptors();
      const begun = await Promise.all(Array.from({ length: clients }, () => open(request.repeat(1 + ahead))));
      expect(await answering()).to.equal(1 + clients);
      for (const socket of begun) socket.destroy();
      // Includes the request for the metrics.
      await until(async () => (await answering()) === 1);
      await until(() => descriptors() <= atRest + 5);
      // The database is no longer being read, not even to count the calls that were filled in.
      let [before, quiet] = [bytesRead(), 0];
      await until(
        () => {
          const now = bytesRead();
          quiet = now - before < 100_000 ? quiet + 1 : 0;
          before = now;
          return quiet === 5;
        },
        { timeoutMs: 60_000, everyMs: 100 },
      );
    });
  }
});
