import { once } from "node:events";
import { expect } from "chai";
import { WebSocket } from "ws";
import { createAriConnection } from "../../../../src/ari/connection.ts";
import type { AriConnection } from "../../../../src/ari/types.ts";
import { eventsForCalls } from "../../../../src/calls/bridge/facts.ts";
import { systemClock } from "../../../../src/ops/clock.ts";
import { bridgeAndDial } from "../../../../lab/simulated/bridgeAndDial.ts";
import { createSimulatedAsterisk, realNumberOf } from "../../../../lab/simulated/index.ts";
import type { SimulatedAsterisk, SimulatedAsteriskOptions } from "../../../../lab/simulated/index.ts";
import { until } from "../../../support/until.ts";
import { callerNumber, proxyNumber, silent } from "./fixtures.ts";

const authorization = `Basic ${Buffer.from("phone-proxy:simulated").toString("base64")}`;

describe("The simulated Asterisk on a real port", () => {
  let asterisk: SimulatedAsterisk;
  const connections: AriConnection[] = [];
  const sockets: WebSocket[] = [];

  async function start(options: SimulatedAsteriskOptions = {}): Promise<void> {
    asterisk = await createSimulatedAsterisk({
      globals: { CONNECT: "bridge", DEADLINE: "14700" },
      ...options,
    });
  }

  /** Our own client, connected. */
  async function connect(): Promise<AriConnection> {
    const ari = createAriConnection(asterisk.address(), {
      events: eventsForCalls,
      logger: silent,
      clock: systemClock,
    });
    connections.push(ari);
    const connected = new Promise<void>((resolve) => {
      ari.listen({ connected: resolve, disconnected: () => undefined, event: () => undefined });
    });
    ari.open();
    await connected;
    return ari;
  }

  /** Resolves with the next connection, given that there is one now. */
  const connectedAgain = (ari: AriConnection): Promise<void> =>
    new Promise((resolve) => {
      let connects = 0;
      ari.listen({
        connected: () => {
          connects += 1;
          if (connects === 2) resolve();
        },
        disconnected: () => undefined,
        event: () => undefined,
      });
    });

  async function openSocket(query: string): Promise<WebSocket> {
    const url = `${asterisk.url.replace("http", "ws")}/ari/events?${query}`;
    const socket = new WebSocket(url, { headers: { authorization } });
    sockets.push(socket);
    await once(socket, "open");
    return socket;
  }

  const get = async (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${asterisk.url}/ari${path}`, { headers: { authorization }, ...init });

  const message = async (socket: WebSocket): Promise<Record<string, unknown>> => {
    const [data] = (await once(socket, "message")) as [Buffer];
    return JSON.parse(data.toString()) as Record<string, unknown>;
  };

  afterEach(async () => {
    await Promise.all(connections.splice(0).map((connection) => connection.close()));
    for (const socket of sockets.splice(0)) socket.terminate();
    await asterisk.close();
  });

  for (const [version, transport] of [
    ["22.10.1", "websocket"],
    ["20.9.0", "http"],
  ] as const)
    it(`connects a call for our client over ${transport} with Asterisk ${version}`, async () => {
      await start({ version });
      const ari = await connect();
      expect(ari.status).to.include({ transport, version, state: "connected" });
      bridgeAndDial(ari, { destination: () => realNumberOf("answers") });
      const call = asterisk.call({ from: callerNumber, to: proxyNumber, caller: { hangsUp: { on: 200 } } });
      await call.whenEnded();

      expect(call.callerSaw).to.deep.equal([180, 200]);
      expect(call.calleeSaw).to.include({ from: "anonymous" });
    });

  it("works with our client after every kind of fault", async () => {
    await start();
    const ari = await connect();
    bridgeAndDial(ari, { destination: () => realNumberOf("busy") });
    asterisk.faults.on({ kind: "event", type: "Dial" }, "malformed");
    const garbled = await asterisk.call({ from: callerNumber, to: proxyNumber }).whenEnded();
    expect(garbled.callerSaw).to.deep.equal([486]);

    asterisk.faults.clear();
    const back = connectedAgain(ari);
    asterisk.dropSockets();
    await back;
    const again = await asterisk.call({ from: callerNumber, to: proxyNumber }).whenEnded();
    expect(again.callerSaw).to.deep.equal([486]);
  });

  it("is reconnected by our client after it was killed", async () => {
    await start();
    const ari = await connect();
    const back = connectedAgain(ari);
    asterisk.kill(100);
    await back;
    expect(ari.status.state).to.equal("connected");
  });

  it("handles the frames of one socket one at a time, and answers each", async () => {
    await start();
    const socket = await openSocket("app=commands");
    const answers: unknown[] = [];
    socket.on("message", (data: Buffer) => answers.push(JSON.parse(data.toString())));
    asterisk.faults.on({ kind: "request", path: "/channels" }, { do: "delay", ms: 50 }, 1);
    for (const [id, uri] of [
      ["1", "channels"],
      ["2", "bridges?a=b"],
      ["3", "nothing"],
    ])
      socket.send(JSON.stringify({ type: "RESTRequest", request_id: id, method: "GET", uri }));
    while (answers.length < 3) await once(socket, "message");

    expect(answers).to.have.nested.property("[0].request_id", "1");
    expect(answers).to.have.nested.property("[0].message_body", "[]");
    expect(answers).to.have.nested.property("[1].uri", "bridges");
    expect(answers).to.have.nested.property("[2].status_code", 404);
  });

  it("answers malformed frames", async () => {
    await start();
    const socket = await openSocket("app=commands");
    const refusals: [string, string][] = [
      ["{", "Failed to parse request message JSON"],
      [JSON.stringify({ type: "Nonsense" }), "Bad request"],
      [JSON.stringify({ type: "RESTRequest", method: "GET" }), "Bad request"],
      [
        JSON.stringify({ type: "RESTRequest", method: "POST", uri: "channels", message_body: "{}" }),
        "Bad request",
      ],
    ];
    for (const [frame, reason] of refusals) {
      const answer = message(socket);
      socket.send(frame);
      expect(await answer).to.include({ type: "RESTResponse", status_code: 400, reason_phrase: reason });
    }
  });

  it("drops responses that the filter of the socket's application does not allow", async () => {
    await start();
    const socket = await openSocket("app=deaf");
    await get("/applications/deaf/eventFilter", {
      method: "PUT",
      body: JSON.stringify({ allowed: [{ type: "StasisStart" }] }),
    });
    let answers = 0;
    socket.on("message", () => answers++);
    socket.send(JSON.stringify({ type: "RESTRequest", request_id: "1", method: "POST", uri: "bridges/b1" }));
    // A pong is sent after everything that came before the ping was answered.
    socket.ping();
    await once(socket, "pong");
    expect(asterisk.bridges.map(({ id }) => id)).to.deep.equal(["b1"]);
    expect(answers).to.equal(0);
  });

  it("ignores requests over WebSocket if its version is too old", async () => {
    await start({ version: "22.3.0" });
    const socket = await openSocket("app=commands");
    socket.send(JSON.stringify({ type: "RESTRequest", request_id: "1", method: "POST", uri: "bridges/b1" }));
    socket.ping();
    await once(socket, "pong");
    expect(asterisk.bridges).to.deep.equal([]);
  });

  it("does not answer on a half-open socket, not even pings", async () => {
    await start();
    const socket = await openSocket("app=commands");
    let heard = 0;
    socket.on("pong", () => heard++);
    socket.on("message", () => heard++);
    asterisk.halfOpen("commands");
    socket.ping();
    socket.send(JSON.stringify({ type: "RESTRequest", request_id: "1", method: "GET", uri: "channels" }));
    // Another socket opened and answered after it: Asterisk itself is alive.
    const other = await openSocket("app=other");
    other.ping();
    await once(other, "pong");
    expect(heard).to.equal(0);
  });

  it("answers every ping, however many come at once", async () => {
    await start();
    const socket = await openSocket("app=phone-proxy");
    let heard = 0;
    socket.on("pong", () => heard++);
    for (let ping = 0; ping < 300; ping++) socket.ping();
    await until(() => heard === 300);
    expect(socket.readyState).to.equal(WebSocket.OPEN);
  });

  it("disconnects clients that read too slowly", async () => {
    await start({ writeTimeoutMs: 0 });
    const socket = await openSocket("app=phone-proxy&subscribeAll=true");
    socket.pause();
    const call = asterisk.call({ from: callerNumber, to: proxyNumber });
    const [channel] = asterisk.channels;
    if (!channel) throw new Error(`The call ${call.id} has no channel`);
    const closed = once(socket, "close");
    const large = "x".repeat(60_000);
    // More than the network keeps on the way.
    for (let sent = 0; sent < 500; sent++) {
      asterisk.world.channelEvent(channel, "ChannelVarset", { variable: "LARGE", value: large });
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    socket.resume();
    const [code] = (await closed) as [number];
    expect(code).to.equal(1011);
  });

  it("crashes on a response frame that its stack cannot hold, but not over HTTP", async () => {
    await start({ deadlyFrameBytes: 10_000, deathMs: 50 });
    await connect();
    for (let index = 0; index < 20; index++) asterisk.call({ from: callerNumber, to: proxyNumber });
    await until(() => asterisk.channels.length === 20);
    expect(await (await get("/channels")).json()).to.have.length(20);
    expect(asterisk.deadlyFrames).to.deep.equal([]);
    const socket = await openSocket("app=commands");
    const closed = once(socket, "close");
    socket.send(JSON.stringify({ type: "RESTRequest", request_id: "1", method: "GET", uri: "channels" }));
    await closed;
    expect(asterisk.deadlyFrames).to.have.length(1);
    expect(asterisk.channels).to.deep.equal([]);
    await until(() =>
      fetch(`${asterisk.url}/ari/channels`).then(
        ({ status }) => status === 401,
        () => false,
      ),
    );
  });

  it("crashes on an event that its stack cannot hold", async () => {
    await start({ deadlyFrameBytes: 10_000 });
    const socket = await openSocket("app=phone-proxy&subscribeAll=true");
    asterisk.call({ from: callerNumber, to: proxyNumber });
    const [channel] = asterisk.channels;
    if (!channel) throw new Error("The call has no channel");
    const closed = once(socket, "close");
    asterisk.world.channelEvent(channel, "ChannelVarset", { variable: "LARGE", value: "x".repeat(10_000) });
    await closed;
    expect(asterisk.deadlyFrames).to.have.length(1);
  });

  it("requires credentials, in a header or in the URL", async () => {
    await start();
    const status = async (path: string, headers: Record<string, string> = {}): Promise<number> =>
      (await fetch(`${asterisk.url}/ari${path}`, { headers })).status;
    expect(await status("/channels")).to.equal(401);
    expect(
      await status("/channels", { authorization: `Basic ${Buffer.from("a:b").toString("base64")}` }),
    ).to.equal(401);
    expect(await status("/channels?api_key=phone-proxy:simulated")).to.equal(200);
    const socket = new WebSocket(`${asterisk.url.replace("http", "ws")}/ari/events?app=a&api_key=a:b`);
    const [error] = (await once(socket, "error")) as [Error];
    expect(error.message).to.include("401");
  });

  it("rejects what Asterisk rejects over HTTP", async () => {
    await start();
    const status = async (path: string, init?: RequestInit): Promise<number> =>
      (await get(path, init)).status;
    expect(await status("/channels/")).to.equal(404);
    expect(await status("/nothing")).to.equal(404);
    expect(await status("/asterisk/info", { method: "DELETE" })).to.equal(405);
    expect(await status("/channels/create", { method: "POST", body: "{" })).to.equal(400);
    expect(await status("/channels/create", { method: "POST", body: `"${"x".repeat(41_000)}"` })).to.equal(
      413,
    );
  });
});
