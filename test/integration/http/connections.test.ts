import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ApplicationProcess } from "../../support/applicationProcess.ts";
import { freePort } from "../../support/freePort.ts";
import { until } from "../../support/until.ts";

const perAddress = 600;
const bundle = "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n";
const upgrade = (path: string, more = ""): string =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`;

describe("Descriptors of the application", function () {
  this.timeout(120_000);
  let folder: string;
  let application: ApplicationProcess;
  let port: number;
  let atRest: number;
  const sockets: Socket[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "phone-proxy-connections-"));
    port = await freePort();
    application = await ApplicationProcess.start({
      ROLE: "web",
      HTTP_PORT: String(port),
      HTTP_CONNECTIONS_PER_ADDRESS: String(perAddress),
      DATABASE_URL: join(folder, "test.sqlite"),
      SPOOL_DIR: join(folder, "spool"),
      UPLOAD_DIR: join(folder, "uploads"),
      LOG_LEVEL: "warn",
    });
  });
  beforeEach(async () => {
    // The first responses open descriptors that stay open.
    await (await fetch(`${application.url}/docs/swagger-ui-bundle.js`)).arrayBuffer();
    // /health is up before threads and database connections are.
    let same = 0;
    const isAtRest = (): boolean => {
      const now = descriptors();
      same = now === atRest ? same + 1 : 0;
      atRest = now;
      return same === 20;
    };
    await until(isAtRest, { everyMs: 100 });
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });
  after(async () => {
    await application?.end("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  });

  const descriptors = (): number => readdirSync(`/proc/${application.pid}/fd`).length;

  /** Keeps its side open, whatever the server does, and reads only on request. */
  async function open(localAddress = "127.0.0.1"): Promise<Socket> {
    const socket = connect({ port, host: "127.0.0.1", localAddress, allowHalfOpen: true });
    socket.on("error", () => undefined);
    sockets.push(socket);
    await Promise.race([once(socket, "connect"), once(socket, "close")]);
    return socket;
  }
  const openMany = (count: number): Promise<Socket[]> =>
    Promise.all(Array.from({ length: count }, () => open()));

  /** A few descriptors may come and go independently. */
  const settled = (timeoutMs: number): Promise<void> =>
    until(() => descriptors() <= atRest + 5, { timeoutMs, everyMs: 100 }).catch((error: unknown) => {
      throw new Error(`${descriptors()} descriptors, ${atRest} before`, { cause: error });
    });

  it("are not used up by 20 clients that pipeline 1,000 requests and read nothing", async () => {
    let most = 0;
    for (const socket of await openMany(20)) socket.pause().write(bundle.repeat(1000));
    for (let round = 0; round < 20; round += 1) {
      await (await fetch(`${application.url}/health`)).arrayBuffer();
      most = Math.max(most, descriptors());
    }
    expect(most).to.be.below(atRest + 40);
    for (const socket of sockets) socket.destroy();
    await settled(10_000);
    const metrics = await (await fetch(`${application.url}/metrics`)).text();
    expect(metrics).to.match(/phone_proxy_http_connections_dropped_total\{[^}]*"pipelined"[^}]*\} 20/);
    const [, waiting] = /phone_proxy_http_connections\{[^}]*"waiting"[^}]*\} (\d+)/.exec(metrics) ?? [];
    expect(Number(waiting)).to.be.at.most(5);
  });

  for (const [what, request] of [
    ["for a path without a WebSocket", upgrade("/health")],
    ["from a foreign page", upgrade("/live", "Origin: https://evil.example\r\n")],
    ["with a query that is wrong", upgrade("/live?zone=Mars/Olympus")],
    ["with a path that is none", upgrade("//[")],
    ["to another protocol", upgrade("/live").replace("websocket", "h2c")],
    ["without a key", upgrade("/live").replace(/Sec-WebSocket-Key.*\r\n/, "")],
    ["with bytes behind it", `${upgrade("/health")}${"x".repeat(10_000)}`],
  ] as const) {
    it(`are released when 500 clients request an upgrade ${what} and never close`, async () => {
      for (const socket of await openMany(500)) socket.pause().write(request);
      await settled(15_000);
    });
  }

  it("are released when a client breaks the WebSocket protocol and does not close", async () => {
    for (const socket of await openMany(50)) socket.pause().write(`${upgrade("/live")}${"\xff".repeat(50)}`);
    await settled(15_000);
  });

  it("are released if clients send nothing, incomplete headers, or no second request", async () => {
    const [silent, halves, kept] = [await openMany(100), await openMany(100), await openMany(100)];
    for (const socket of halves) socket.write("GET /health HTTP/1.1\r\nHost: loc");
    for (const socket of kept) socket.write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    expect(silent.length).to.equal(100);
    // Three times the promised limit for headers.
    await settled(30_000);
  });

  it("are released if clients do not send the rest of a body after the response", async () => {
    const request =
      "POST /mappings/bulk HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\nx";
    const clients = await openMany(100);
    for (const socket of clients) socket.write(request);
    // A trickle would keep an idle timer from ever firing.
    const trickle = setInterval(() => clients.forEach((socket) => socket.writable && socket.write("x")), 200);
    await settled(15_000).finally(() => clearInterval(trickle));
  });

  it("are limited per address, and idle connections make room for new ones", async () => {
    await openMany(perAddress + 200);
    expect(descriptors()).to.be.at.most(atRest + perAddress + 5);
    const other = await open("127.0.0.2");
    other.write("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    const [answer] = (await once(other, "data")) as [Buffer];
    expect(answer.toString()).to.match(/^HTTP\/1\.1 200 /);
    expect((await fetch(`${application.url}/health`)).status).to.equal(200);
    const metrics = await (await fetch(`${application.url}/metrics`)).text();
    expect(metrics).to.match(/phone_proxy_http_connections_dropped_total\{[^}]*reason="idle"[^}]*\} [1-9]/);
    expect(metrics).to.match(/phone_proxy_http_connections\{[^}]*state="waiting"[^}]*\} \d/);
    expect(application.output).to.include("Connections rejected or closed");
  });

  it("serve pipelined requests in order, and an upgrade does not overtake them", async () => {
    const socket = await open();
    socket.write("GET /docs HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(10));
    let text = "";
    socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
    await until(() => text.split("HTTP/1.1 200").length === 11);
    const overtaking = await open();
    let answers = "";
    overtaking.on("data", (chunk: Buffer) => (answers += chunk.toString("latin1")));
    overtaking.write(`${bundle}${upgrade("/live")}`);
    await once(overtaking, "end");
    expect(answers).not.to.include("101 Switching Protocols");
  });
});
