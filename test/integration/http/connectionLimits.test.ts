import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { Duplex, Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { expect } from "chai";
import Koa from "koa";
import { guardConnections } from "../../../src/http/server/connections.ts";
import type { ConnectionsOptions, ConnectionTimes } from "../../../src/http/server/connections.ts";
import type { DropReason } from "../../../src/http/server/connectionDrops.ts";
import { receiveBody } from "../../../src/http/server/receiveBody.ts";
import { startHttpServer } from "../../../src/http/server/server.ts";
import type { HttpServer } from "../../../src/http/server/server.ts";
import { VirtualClock } from "../../../lab/simulated/index.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import type { Metrics } from "../../../src/ops/metrics.ts";
import { blockEventLoop } from "../../support/blockEventLoop.ts";
import { until } from "../../support/until.ts";

/** Records the values that a scrape would return. */
class Counted implements Pick<Metrics, "gauges" | "totals"> {
  #states: () => ReadonlyMap<string, number> = () => new Map();
  #dropped: () => ReadonlyMap<string, number> = () => new Map();

  gauges(_name: string, _help: string, _label: string, read: () => ReadonlyMap<string, number>): void {
    this.#states = read;
  }

  totals(_name: string, _help: string, _label: string, read: () => ReadonlyMap<string, number>): void {
    this.#dropped = read;
  }

  get open(): number {
    return [...this.#states().values()].reduce((sum, count) => sum + count, 0);
  }

  get answering(): number {
    return this.#states().get("answering") ?? 0;
  }

  dropped(reason: DropReason): number {
    return this.#dropped().get(reason) ?? 0;
  }
}

describe("Connection limits", function () {
  this.timeout(60_000);
  let counted: Counted;
  let http: HttpServer | null = null;
  let endings: string[];
  let produced: number;
  let running: number;
  let mostRunning: number;
  const sockets: Socket[] = [];

  beforeEach(() => {
    counted = new Counted();
    endings = [];
    [produced, running, mostRunning] = [0, 0, 0];
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await http?.close(0);
    http = null;
  });

  /** A response that continues as long as it is read. */
  async function* endless(): AsyncGenerator<Buffer> {
    running += 1;
    mostRunning = Math.max(mostRunning, running);
    try {
      for (;;) {
        produced += 1;
        yield Buffer.alloc(64 * 1024);
        await setImmediate();
      }
    } finally {
      running -= 1;
      endings.push("endless");
    }
  }

  async function start(times: Partial<ConnectionTimes>) {
    const app = new Koa();
    app.silent = true;
    app.use(async (ctx) => {
      if (ctx.method === "POST")
        ctx.body = `${(await receiveBody(systemClock, ctx.req, 1_000_000)).length} bytes`;
      else ctx.body = ctx.path === "/endless" ? Readable.from(endless()) : ctx.path;
    });
    http = await startHttpServer(app, {
      host: "127.0.0.1",
      port: 0,
      clock: systemClock,
      connections: { times, metrics: counted },
    });
  }

  async function open(): Promise<Socket> {
    const socket = connect({ port: Number(new URL(http?.url ?? "").port), host: "127.0.0.1" });
    socket.on("error", () => undefined);
    sockets.push(socket);
    await once(socket, "connect");
    return socket;
  }
  function textOf(socket: Socket): () => string {
    let text = "";
    socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    return () => text;
  }
  const post = (bytes: number): string =>
    `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${bytes}\r\n\r\n`;
  const get = (path: string, more = ""): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;

  it("disconnect a client that stops reading, and end the work on its response", async () => {
    await start({ stalledAfterMs: 300 });
    const socket = await open();
    socket.pause().write(get("/endless"));
    await until(() => counted.dropped("stalled") === 1);
    await until(() => endings.length === 1);
    const before = produced;
    await until(() => counted.open === 0);
    expect(produced).to.equal(before);
  });

  it("disconnect a client that stops sending its body", async () => {
    await start({ stalledAfterMs: 300 });
    const socket = await open();
    socket.write(`${post(1000)}half`);
    await until(() => counted.dropped("stalled") === 1 && socket.closed);
  });

  it("disconnect a client that sends its body too slowly, but not one at the minimum rate", async () => {
    await start({ bodyGraceMs: 500, lookEveryMs: 50 });
    const [slow, fast] = [await open(), await open()];
    const answer = textOf(fast);
    slow.write(post(100_000));
    fast.write(post(20_000));
    let sent = 0;
    const trickle = setInterval(() => {
      if (slow.writable) slow.write("x");
      // 20 kB a second.
      if (sent < 20_000) fast.write("x".repeat(1000));
      sent += 1000;
    }, 50);
    await until(() => slow.closed).finally(() => clearInterval(trickle));
    expect(counted.dropped("slow")).to.equal(1);
    fast.write("x".repeat(Math.max(0, 20_000 - sent)));
    await until(() => answer().includes("20000 bytes"));
  });

  it("disconnect a client whose body began fast and makes no progress any more", async () => {
    await start({ bodyGraceMs: 400, lookEveryMs: 50 });
    const socket = await open();
    // On average this would last for minutes.
    socket.write(`${post(900_000)}${"x".repeat(800_000)}`);
    const trickle = setInterval(() => {
      if (socket.writable) socket.write("x");
    }, 50);
    await until(() => socket.closed).finally(() => clearInterval(trickle));
    expect(counted.dropped("slow")).to.equal(1);
  });

  it("let 20 slow bodies of one address arrive, and end the slowest beyond them", async () => {
    await start({ lookEveryMs: 50, lingeringMs: 300 });
    const slow = await Promise.all(Array.from({ length: 25 }, open));
    for (const [index, socket] of slow.entries()) socket.write(`${post(900_000)}${"x".repeat(index * 1000)}`);
    await until(() => counted.dropped("bodies") === 5);
    await until(() => slow.filter(({ closed }) => closed).length === 5);
    expect(slow.slice(0, 5).every(({ closed }) => closed)).to.equal(true);
    const quick = await open();
    const answer = textOf(quick);
    quick.write(`${post(5)}12345`);
    await until(() => answer().includes("5 bytes"));
    expect(counted.dropped("bodies")).to.equal(5);
  });

  it("end all responses of a client that disconnects, and never run two at once", async () => {
    await start({});
    const clients = await Promise.all(Array.from({ length: 5 }, open));
    for (const socket of clients) socket.write(get("/endless").repeat(5));
    await until(() => running === 5);
    await Promise.all(clients.map((socket) => once(socket, "data")));
    for (const socket of clients) socket.destroy();
    await until(() => running === 0 && counted.open === 0);
    // The pipelined requests have not been started.
    expect({ mostRunning, endings: endings.length }).to.deep.equal({ mostRunning: 5, endings: 5 });
  });

  it("do not apply to data that arrived while the process was frozen", async () => {
    await start({ headersMs: 300, stalledAfterMs: 300, bodyGraceMs: 300, lookEveryMs: 50 });
    const [first, body] = [await open(), await open()];
    const [answer, answerToBody] = [textOf(first), textOf(body)];
    body.write(`${post(10)}half!`);
    await until(() => counted.open === 2 && counted.answering === 1);
    // Timers run next, before sockets are read.
    await setImmediate();
    first.write(get("/late"));
    body.write("half!");
    blockEventLoop(1500);
    await until(() => answer().includes("/late") && answerToBody().includes("10 bytes"));
    expect([counted.dropped("slow"), counted.dropped("stalled")]).to.deep.equal([0, 0]);
  });

  for (const offer of ["h2c", "TLS/1.0, HTTP/2.0"]) {
    it(`ignore an offer of ${offer}, and answer the request`, async () => {
      await start({});
      http?.server.on("upgrade", (_request, socket: Duplex) => socket.destroy());
      const headers = `Connection: Upgrade, HTTP2-Settings\r\nUpgrade: ${offer}\r\nHTTP2-Settings: AAMAAABkAAQ\r\n`;
      const socket = await open();
      const text = textOf(socket);
      socket.write(get("/offered", headers));
      await until(() => text().includes("200 OK") && text().includes("/offered"));
      socket.write(post(5).replace("\r\n\r\n", `\r\n${headers}\r\n`));
      socket.write("12345");
      await until(() => text().includes("5 bytes"));
      socket.write(get("/next"));
      await until(() => text().includes("/next"));
    });
  }

  describe("by address", () => {
    /** A simulated connection from any address. */
    class From extends Duplex {
      readonly remoteAddress: string;

      constructor(remoteAddress: string) {
        super({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
        this.remoteAddress = remoteAddress;
      }
    }

    async function keptOf(addresses: readonly string[], limits: Partial<ConnectionsOptions>) {
      const server = createServer();
      const all = {
        total: 0,
        perAddress: 0,
        trustedProxies: [],
        clock: new VirtualClock(),
        logger: null,
        metrics: counted,
        ...limits,
      };
      guardConnections(server, (_request, response) => response.flushHeaders(), all);
      const clients: From[] = [];
      for (const address of addresses) {
        const client = new From(address);
        clients.push(client);
        server.emit("connection", client);
        client.push(get("/"));
        await setImmediate();
      }
      server.emit("close");
      const result = clients.map(({ destroyed }) => !destroyed);
      for (const client of clients) client.destroy();
      return result;
    }

    it("count an IPv6 /64 as one client, and the next /64 as another", async () => {
      const addresses = ["2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:1::3", "2001:db8:0:2::1"];
      expect(await keptOf(addresses, { perAddress: 2 })).to.deep.equal([true, true, false, true]);
      expect(counted.dropped("address")).to.equal(1);
    });

    it("count an IPv4 address as the same over IPv6", async () => {
      const addresses = ["192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2"];
      expect(await keptOf(addresses, { perAddress: 1 })).to.deep.equal([true, false, true]);
    });

    it("do not count a trusted proxy, except towards the total", async () => {
      const addresses = ["10.0.0.1", "10.0.0.1", "10.0.0.1", "192.0.2.1", "10.0.0.1"];
      const limits = { perAddress: 1, total: 4, trustedProxies: ["10.0.0.0/8"] };
      expect(await keptOf(addresses, limits)).to.deep.equal([true, true, true, true, false]);
      expect(counted.dropped("total")).to.equal(1);
    });
  });
});
