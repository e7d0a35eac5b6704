import { expect } from "chai";
import { createSimulatedAsterisk } from "../../../lab/simulated/index.ts";
import { until } from "../../support/until.ts";
import { application, type FakeAsterisk, startFakeAsterisk } from "./fakeAsterisk.ts";
import { closeAll, connectTo, HandClock, open, stasisStart } from "./support.ts";

const hourMs = 3_600_000;

/** Nothing runs in this process meanwhile; what arrives waits in the kernel. */
const blockEventLoop = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};

describe("The time of an event", () => {
  afterEach(closeAll);

  for (const [transport, toMs] of [
    // Less than the block below, which is all that a time of reading would add.
    ["websocket", 350],
    // The first answers tell the time in seconds.
    ["http", 1_050],
  ] as const)
    for (const aheadMs of [0, hourMs, -hourMs])
      it(`is when it happened, with Asterisk's clock ${aheadMs / hourMs} h ahead (${transport})`, async () => {
        const asterisk = await createSimulatedAsterisk();
        asterisk.setClock(aheadMs);
        const { connection, moments } = open(asterisk.address(), { transport });
        await until(() => connection.status.state === "connected");
        const calledMs = performance.now();
        const call = asterisk.call({ from: "79995550000", to: "79580000001" });
        // Sent, and read much later.
        await until(() => call.steps.includes("stasis"), { everyMs: 0 });
        blockEventLoop(400);
        await until(() => moments.length > 0);
        const atMs = moments[0] ?? Number.NaN;
        expect(atMs).to.be.closeTo(calledMs, toMs);
        expect(atMs).to.be.at.most(performance.now());
        const channel = asterisk.channels[0];
        if (channel === undefined) throw new Error("There is no channel.");
        const created = new Date(channel.createdAtMs).toISOString().replace("Z", "+0000");
        expect(connection.momentOf(created)).to.be.closeTo(calledMs, toMs);
        expect(connection.momentOf("at noon")).to.equal(null);
        await asterisk.close();
      });
});

describe("A connection whose process was blocked", () => {
  let asterisk: FakeAsterisk;

  beforeEach(async () => {
    asterisk = await startFakeAsterisk();
  });
  afterEach(async () => {
    await closeAll();
    await asterisk.stop();
  });

  it("counts events without a readable timestamp, and uses the time of reading", async () => {
    const { events, moments, counts } = await connectTo(asterisk);
    const beforeMs = performance.now();
    const start = { type: "StasisStart", application, args: [], channel: { id: "1" } };
    asterisk.send(start);
    asterisk.send({ ...start, timestamp: "2026-11-27T06:14:15.988" });
    asterisk.send({ ...start, timestamp: 1_795_749_255_988 });
    asterisk.send(stasisStart("2"));
    await until(() => events.length === 4);
    expect(counts).to.deep.equal({ untimedEvent: 3 });
    for (const atMs of moments.slice(0, 3)) expect(atMs).to.be.within(beforeMs, performance.now());
  });

  for (const transport of ["websocket", "http"] as const)
    it(`does not time out a request whose answer has arrived (${transport})`, async () => {
      const clock = new HandClock();
      const { connection, outcomes } = await connectTo(asterisk, { transport, clock });
      let answer = (): void => undefined;
      asterisk.handle = (arrival) => {
        answer = () => arrival.answer(200, { id: "1" });
        return true;
      };
      const path = "/channels/1";
      const request = connection.request({ method: "GET", path }, { timeoutMs: 5_000 });
      await until(() => asterisk.arrived("GET", path).length === 1);
      clock.advance(5_000);
      answer();
      clock.freeze(20_000);
      expect(await request).to.deep.equal({ id: "1" });
      expect(outcomes.at(-1)).to.equal("ok");
    });

  it("does not give up a peer whose pongs are still unread", async () => {
    const clock = new HandClock();
    const { connection, history } = await connectTo(asterisk, { clock });
    let pings = 0;
    for (const socket of asterisk.open.values()) socket.on("ping", () => (pings += 1));
    for (let round = 1; round <= 6; round += 1) {
      // Each time the next beat is due before the last pong is read.
      clock.freeze(20_000);
      clock.freeze(20_000);
      clock.advance(100);
      await until(() => pings === round * 5);
    }
    expect(history).to.deep.equal(["connected"]);
    expect(connection.status.state).to.equal("connected");
  });

  it("does not give up a handshake whose answer is still unread", async () => {
    const clock = new HandClock();
    asterisk.onOpened = () => clock.freeze(20_000);
    const { connection, history } = await connectTo(asterisk, { clock });
    expect(asterisk.opened).to.have.length(5);
    expect(history).to.deep.equal(["connected"]);
    expect(connection.status.lastError).to.equal(null);
  });

  it("gives up a handshake that is not answered", async () => {
    const clock = new HandClock();
    asterisk.ignoreUpgrades = true;
    const { connection } = open(asterisk.address(), { clock, connectTimeoutMs: 5_000 });
    await until(() => asterisk.upgrades > 0);
    clock.advance(6_000);
    await until(() => connection.status.lastError !== null);
    expect(connection.status.lastError).to.contain("did not open the WebSocket in time");
  });
});

describe("caughtUp()", () => {
  let asterisk: FakeAsterisk;

  beforeEach(async () => {
    asterisk = await startFakeAsterisk();
  });
  afterEach(async () => {
    await closeAll();
    await asterisk.stop();
  });

  it("resolves after every event that had arrived was delivered", async () => {
    const { connection, events } = await connectTo(asterisk);
    const many = 5_000;
    for (let index = 0; index < many; index += 1) asterisk.send(stasisStart(String(index)));
    expect(events).to.have.length(0);
    await Promise.all([connection.caughtUp(), connection.caughtUp()]);
    expect(events).to.have.length(many);
  });

  it("resolves after a second without a pong, and when the connection is lost", async () => {
    const clock = new HandClock();
    const { connection } = await connectTo(asterisk, { clock });
    asterisk.fallSilent();
    let done = 0;
    void connection.caughtUp().then(() => (done += 1));
    await new Promise(setImmediate);
    expect(done).to.equal(0);
    clock.advance(1_000);
    await until(() => done === 1);

    void connection.caughtUp().then(() => (done += 1));
    asterisk.dropAll();
    await until(() => done === 2);
    await connection.close();
    await connection.caughtUp();
  });
});
