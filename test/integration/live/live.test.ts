import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { once } from "node:events";
import { connect } from "node:net";
import { setImmediate } from "node:timers/promises";
import { expect } from "chai";
import { labOrSkip } from "../../support/requirements.ts";
import type { Call } from "../../../src/calls/bridge/machine/call.ts";
import { createLiveAdmission } from "../../../src/http/access/liveAdmission.ts";
import { createOpenGate } from "../../../src/http/access/openGate.ts";
import { openLiveSockets } from "../../../src/http/live/socket.ts";
import { createLocalBus } from "../../../src/bus/localBus.ts";
import { LiveBoard } from "../../../src/live/board.ts";
import { LiveFeed } from "../../../src/live/feed.ts";
import { createHangUps } from "../../../src/live/hangups.ts";
import type { HangUps } from "../../../src/live/hangups.ts";
import { createRedisBus } from "../../../src/bus/redisBus.ts";
import { LiveSource } from "../../../src/live/source.ts";
import type { Bus } from "../../../src/bus/types.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import { anIncomingCall, Story } from "../../support/calls.ts";
import { blockEventLoop } from "../../support/blockEventLoop.ts";
import { LiveClient } from "../../support/liveClient.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { startTroubledProxy } from "../../support/troubledProxy.ts";
import type { TroubledProxy } from "../../support/troubledProxy.ts";
import { until } from "../../support/until.ts";

/** The live board's part of an instance: its own bus connection, board, feed, and server. */
interface Instance {
  readonly url: string;
  readonly bus: Bus;
  readonly board: LiveBoard;
  readonly source: LiveSource;
  readonly hangUps: HangUps;
  readonly hungUp: string[];
  readonly sockets: { close(): void };
  /** Ends everything except the source's farewell, like a killed process. */
  die(): Promise<void>;
}

describe("The live board over WebSockets", function () {
  this.timeout(60_000);
  const cleanups: (() => Promise<void> | void)[] = [];
  const clients: LiveClient[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) client.socket.terminate();
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });

  async function start(bus: Bus, node: string, admitted = true, pingEveryMs = 15_000): Promise<Instance> {
    const clock = systemClock;
    const hungUp: string[] = [];
    const board = new LiveBoard({ bus, clock });
    const source = new LiveSource({ bus, clock, node });
    const feed = new LiveFeed({
      board,
      clock,
      today: async () => ({ calls: 0, answered: 0, successRate: null }),
      maxWaitingBytes: 20_000,
    });
    const hangUps = createHangUps({
      bus,
      board,
      clock,
      here: { instance: source.instance, hangUp: (callId) => hungUp.push(callId) > 0 },
    });
    bus.open();
    board.open();
    source.open();
    feed.open();
    const server: Server = createServer((_, response) => response.end());
    const sockets = openLiveSockets(server, {
      feed,
      logger: silentLogger,
      clock: systemClock,
      pingEveryMs,
      admit: admitted
        ? createLiveAdmission(createOpenGate({ listenHost: "127.0.0.1", publicUrl: null }))
        : async () => null,
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    let dead = false;
    const die = async (): Promise<void> => {
      if (dead) return;
      dead = true;
      await bus.close();
      source.close();
      feed.close();
      board.close();
      hangUps.close();
      sockets.close();
      server.close();
    };
    cleanups.push(die);
    return {
      url: `http://127.0.0.1:${address.port}`,
      bus,
      board,
      source,
      hangUps,
      hungUp,
      sockets,
      die,
    };
  }
  const local = (): Bus => createLocalBus({ logger: silentLogger });
  const browser = (url: string, options: ConstructorParameters<typeof LiveClient>[1] = {}): LiveClient => {
    const client = new LiveClient(url, options);
    clients.push(client);
    return client;
  };

  /** Starts a call with these facts; returns a function to add more. */
  function place(source: LiveSource, callId: string): (tell: (story: Story) => void) => Call {
    const story = new Story(undefined, anIncomingCall({ callId, atMs: Date.now() }));
    source.observe(null, story.call);
    return (tell) => {
      const before = story.call;
      tell(story);
      source.observe(before, story.call);
      return story.call;
    };
  }

  it("shows a call from start to end, with documented messages", async () => {
    const { url, source } = await start(local(), "one");
    const client = await browser(url).ready();
    const goOn = place(source, "1");
    await until(() => client.calls.get("1")?.state === "lookingUp");
    goOn((story) => story.dialled());
    await until(() => client.calls.get("1")?.state === "dialling");
    goOn((story) => story.tell({ type: "calleeAnswered" }));
    await until(() => client.calls.get("1")?.state === "talking");
    goOn((story) => story.tell({ type: "hangUpRequested", reason: "supervisor" }));
    await until(() => client.ended.get("1")?.outcome?.reason === "supervisor");
    expect(client.calls.size).to.equal(0);
    expect(client.ended.get("1")).to.include({
      caller: "79995550000",
      proxy: "79580000001",
      real: "79001112233",
    });
  });

  it("sends a browser that noticed a gap a new snapshot", async () => {
    const { url, source } = await start(local(), "one");
    const client = await browser(url).ready();
    place(source, "1");
    await until(() => client.calls.has("1"));
    client.calls.clear();
    client.resync();
    await until(() => client.count("snapshot") === 2);
    expect([...client.calls.keys()]).to.deep.equal(["1"]);
  });

  it("falls back to snapshots for a browser that does not read, while others see every change", async () => {
    const { url, source } = await start(local(), "one");
    const [slow, quick] = [await browser(url).ready(), await browser(url).ready()];
    slow.socket.pause();
    let placed = 0;
    const last = (): string => `${placed}`.padStart(100, "0");
    // Much more than the socket buffers on both sides hold.
    while (placed < 25_000) {
      for (let n = 0; n < 500; n += 1) {
        placed += 1;
        place(
          source,
          last(),
        )((story) => story.dialled().tell({ type: "callerLeft", cause: 16, wasUp: false }));
      }
      await until(() => quick.ended.has(last()));
    }
    const deltas = quick.count("delta");
    slow.socket.resume();
    place(source, "after");
    await until(() => slow.calls.has("after"));
    expect(slow.count("snapshot")).to.be.at.least(2);
    expect(slow.count("delta")).to.be.below(deltas);
    expect(quick.count("snapshot")).to.equal(1);
  });

  it("costs honest browsers no more than a second if a thousand others never read", async () => {
    const { url, source } = await start(local(), "one");
    for (let n = 0; n < 100; n += 1) place(source, `before-${n}`)((story) => story.dialled());
    const honest = await browser(url).ready();
    await until(() => honest.calls.size === 100);
    const { port, host } = new URL(url);
    const idle = await Promise.all(
      Array.from({ length: 1000 }, async () => {
        const socket = connect(Number(port), "127.0.0.1").pause();
        socket.on("error", () => undefined);
        socket.write(
          `GET /live HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${url}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
        );
        await once(socket, "readable");
        return socket;
      }),
    );
    cleanups.push(() => {
      for (const socket of idle) socket.destroy();
    });
    for (let n = 0; n < 10; n += 1) {
      for (let call = 0; call < 20; call += 1) place(source, `${n}-${call}`)((story) => story.dialled());
      // Three times what is promised: both sides share this process.
      await until(() => honest.calls.get(`${n}-19`)?.state === "dialling", { timeoutMs: 3000 });
    }
    const late = browser(url);
    await until(() => late.calls.size === 300, { timeoutMs: 3000 });
  });

  it("rejects pages of other sites, and viewers without permission", async () => {
    const { url, board } = await start(local(), "one");
    const refused = async (client: LiveClient): Promise<number | null> => {
      let status: number | null = null;
      client.socket.on("unexpected-response", (_, response) => {
        status = response.statusCode ?? null;
        response.resume();
      });
      await until(() => status !== null);
      expect(client.messages).to.deep.equal([]);
      return status;
    };
    const headers: Record<string, string>[] = [
      { Origin: "http://evil.example" },
      { Origin: "null" },
      { Origin: url, "Sec-Fetch-Site": "cross-site" },
      { Origin: url, "Sec-Fetch-Site": "same-site" },
      { Origin: url.replace("127.0.0.1", "127.0.0.2") },
    ];
    for (const foreign of headers)
      expect(await refused(browser(url, { headers: foreign })), JSON.stringify(foreign)).to.equal(403);
    expect(await refused(browser(url, { zone: "Mars/Olympus" }))).to.equal(400);
    const closed = await start(local(), "two", false);
    expect(await refused(browser(closed.url))).to.equal(403);
    expect(board.size).to.equal(0);
  });

  it("closes connections with invalid or too many messages", async () => {
    const { url } = await start(local(), "one");
    for (const [text, code] of [
      ["hello", 1008],
      ['{"type":"resync","more":1}', 1008],
      ["x".repeat(2_000), 1009],
    ] as const) {
      const client = await browser(url).ready();
      client.socket.send(text);
      await until(() => client.closeCode !== null);
      expect(client.closeCode).to.equal(code);
    }
  });

  it("survives anything sent instead of a WebSocket", async () => {
    const { url } = await start(local(), "one");
    const { port } = new URL(url);
    for (const request of [
      "GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
      "GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
      "GET //[ HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    ]) {
      const socket = connect(Number(port), "127.0.0.1");
      let answer = "";
      socket.on("data", (chunk) => {
        answer += String(chunk);
      });
      socket.write(request);
      await until(() => /^HTTP\/1\.1 [45]\d\d /.test(answer));
      socket.destroy();
    }
    await browser(url).ready();
  });

  it("keeps a browser whose answers to pings arrived while the event loop was blocked", async () => {
    const { url } = await start(local(), "one", true, 100);
    const client = await browser(url).ready();
    let pings = 0;
    client.socket.on("ping", () => (pings += 1));
    for (let round = 0; round < 5; round += 1) {
      // Timers run next, before the pong is read.
      await setImmediate();
      blockEventLoop(150);
    }
    const soFar = pings;
    await until(() => pings > soFar + 1);
    expect(client.closeCode).to.equal(null);
  });

  it("tells browsers to reconnect when the server stops", async () => {
    const { url, sockets } = await start(local(), "one");
    const client = await browser(url).ready();
    sockets.close();
    await until(() => client.closeCode !== null);
    expect(client.closeCode).to.equal(1001);
  });

  describe("of several instances, over Redis", () => {
    let redis: { host: string; port: number; url: string };
    let prefix: string;
    let proxy: TroubledProxy;

    before(async function prepareLab() {
      ({ redis } = await labOrSkip(this));
    });
    beforeEach(async () => {
      prefix = `phone-proxy-test:${randomUUID()}:`;
      proxy = await startTroubledProxy(redis);
      cleanups.push(() => proxy.close());
    });

    const over = async (node: string, through: "proxy" | "direct" = "direct"): Promise<Instance> => {
      const url = through === "direct" ? redis.url : `redis://${proxy.host}:${proxy.port}`;
      const instance = await start(
        createRedisBus({
          clock: systemClock,
          url,
          logger: silentLogger,
          prefix,
          pingEveryMs: 50,
          // Redis competes with all tests for the processors, and hangs in none of these.
          commandTimeoutMs: 10_000,
        }),
        node,
      );
      await until(() => instance.bus.connected);
      return instance;
    };

    it("shows the calls of all on each, including those from before an instance started", async () => {
      const one = await over("one");
      place(one.source, "early");
      const two = await over("two");
      place(two.source, "late");
      const [first, second] = [await browser(one.url).ready(), await browser(two.url).ready()];
      for (const client of [first, second]) {
        await until(() => client.calls.has("early") && client.calls.has("late"));
        expect(client.calls.get("early")?.node).to.equal("one");
        await until(() =>
          client.messages.some((said) => said.type === "counters" && said.figures.nodes.length === 2),
        );
      }
    });

    it("drops the calls of an instance that died", async () => {
      const [one, two] = [await over("one"), await over("two")];
      place(one.source, "1");
      place(two.source, "2");
      const client = await browser(two.url).ready();
      await until(() => client.calls.size === 2);
      await one.die();
      await until(() => client.calls.size === 1);
      expect([...client.calls.keys()]).to.deep.equal(["2"]);
    });

    it("hangs up a call on another instance", async () => {
      const [one, two] = [await over("one"), await over("two")];
      place(one.source, "1");
      await until(() => two.board.ownerOf("1") !== null);
      expect(await two.hangUps.hangUp("1")).to.deep.equal({ kind: "hungUp", node: "one" });
      expect(one.hungUp).to.deep.equal(["1"]);
      expect(two.hungUp).to.deep.equal([]);
    });

    it("reports that it is incomplete while Redis is unavailable, and recovers", async () => {
      const [one, two] = [await over("one"), await over("two", "proxy")];
      const goOn = place(one.source, "1");
      place(two.source, "2");
      const client = await browser(two.url).ready();
      await until(() => client.calls.size === 2);
      const complete = (): boolean | undefined =>
        client.messages.findLast((said) => said.type === "counters")?.figures.complete;
      await until(() => complete() === true);
      proxy.cut();
      await until(() => complete() === false && !client.calls.has("1"));
      goOn((story) => story.dialled().tell({ type: "callerLeft", cause: 16, wasUp: false }));
      place(one.source, "3");
      place(two.source, "4");
      await until(() => client.calls.has("4"));
      proxy.heal();
      await until(() => complete() === true && client.calls.has("3") && client.ended.has("1"));
      expect([...client.calls.keys()]).to.have.members(["2", "3", "4"]);
    });
  });
});
