import { expect } from "chai";
import { AriError } from "../../../src/ari/errors.ts";
import { application, startFakeAsterisk } from "./fakeAsterisk.ts";
import type { FakeAsterisk } from "./fakeAsterisk.ts";
import { closeAll, connectTo, failureOf, HandClock, open, stasisStart, watch } from "./support.ts";
import { until } from "../../support/until.ts";

describe("An ARI connection", () => {
  let asterisk: FakeAsterisk;

  /** Lets as many attempts fail, and returns the waits after each. */
  const failedAttempts = async (clock: HandClock, count: number): Promise<number[]> => {
    // Requests are swept every 100 ms; every other timer of a connection that does not stand is for the next attempt.
    const waits = () => clock.setForMs.filter((ms) => ms !== 100);
    for (let attempt = 1; attempt <= count; attempt++) {
      await until(() => waits().length === attempt);
      clock.advance(waits().at(-1) ?? 0);
    }
    return waits();
  };

  beforeEach(async () => {
    asterisk = await startFakeAsterisk();
  });
  afterEach(async () => {
    await closeAll();
    await asterisk.stop();
  });

  describe("connecting", () => {
    it("asks the version, opens command sockets, then the event socket, then sets the filter", async () => {
      const { connection } = await connectTo(asterisk);
      expect(asterisk.arrivals[0]?.path).to.equal("/asterisk/info");
      expect(asterisk.opened).to.have.length(5);
      expect(asterisk.opened.indexOf(application)).to.equal(4);
      const filter = asterisk.arrived("PUT", `/applications/${application}/eventFilter`);
      expect(filter).to.have.length(1);
      expect(connection.status).to.include({
        state: "connected",
        transport: "websocket",
        version: "22.10.1",
        systemName: "fake",
        lastError: null,
      });
    });

    it("allows what was asked for, the answers to requests, and the news that another took the application", async () => {
      await connectTo(asterisk, { events: ["StasisStart", "Dial"] });
      const [filter] = asterisk.arrived("PUT", `/applications/${application}/eventFilter`);
      expect(filter?.body).to.deep.equal({
        allowed: ["StasisStart", "Dial", "ApplicationReplaced", "RESTResponse"].map((type) => ({ type })),
      });
    });

    it("keeps the events of connecting back until the listener knows of the connection, in their order", async () => {
      asterisk.onFilter = (arrival) => {
        asterisk.send(stasisStart("1"));
        asterisk.send(stasisStart("2"));
        arrival.answer(200, {});
        asterisk.send(stasisStart("3"));
      };
      const { history, events } = await connectTo(asterisk);
      await until(() => events.length === 3);
      expect(history).to.deep.equal(["connected", "StasisStart", "StasisStart", "StasisStart"]);
      expect(events.map((event) => ("channel" in event ? event.channel?.id : null))).to.deep.equal([
        "1",
        "2",
        "3",
      ]);
    });

    it("commands under application names of its own, fresh each time and closed to every event", async () => {
      const { connection } = await connectTo(asterisk);
      const first = asterisk.opened.filter((name) => name !== application);
      asterisk.dropAll();
      await until(() => asterisk.opened.length === 10 && connection.status.state === "connected");
      const all = asterisk.opened.filter((name) => name !== application);
      expect(new Set(all)).to.have.property("size", 8);
      for (const name of first) {
        expect(name.startsWith(application), "a name that a broadcast's filter could match").to.equal(false);
        const [filter] = asterisk.arrived("PUT", `/applications/${name}/eventFilter`);
        expect(filter?.body).to.deep.equal({ allowed: [{ type: "RESTResponse" }] });
      }
    });

    it("says what to do when the password is wrong, keeps trying, and connects once it is right", async () => {
      asterisk.password = "changed";
      const { connection, logged } = open(asterisk.address());
      await until(() => connection.status.lastError !== null);
      expect(connection.status.state).to.equal("connecting");
      expect(connection.status.lastError).to.match(
        /asterisk-1 .*rejected the username or password \(401\).*ari\.conf/,
      );
      expect(JSON.stringify([connection.status, logged])).not.to.contain("secret");
      asterisk.password = "secret";
      await until(() => connection.status.state === "connected");
      expect(connection.status.lastError).to.equal(null);
    });

    it("says so when nothing listens, and logs it once, however often it tries", async () => {
      const address = asterisk.address();
      await asterisk.stop();
      const clock = new HandClock();
      const { connection, logged } = open(address, { clock });
      await failedAttempts(clock, 4);
      expect(connection.status.lastError).to.contain("nothing is listening there");
      expect(logged.filter(({ level }) => level === "warn")).to.have.length(1);
    });

    for (const [version, transport] of [
      ["20.13.1", "http"],
      ["22.4.0", "websocket"],
    ] as const) {
      it(`speaks ${transport} to Asterisk ${version}, and warns of its security holes`, async () => {
        asterisk.version = version;
        const { connection, logged } = await connectTo(asterisk);
        expect(connection.status.transport).to.equal(transport);
        expect(logged.some(({ level, message }) => level === "warn" && message.includes("22.10.1"))).to.equal(
          true,
        );
      });
    }

    for (const version of ["13.38.3", "16.30.1", "17.9.4"])
      it(`takes no calls of Asterisk ${version}, which would show hidden numbers, and says so`, async () => {
        asterisk.version = version;
        const { connection, history } = open(asterisk.address());
        await until(() => connection.status.lastError !== null);
        expect(connection.status.lastError).to.contain(version).and.to.contain("18.0.0");
        expect(connection.status.state).to.equal("connecting");
        expect(asterisk.opened, "sockets that would take calls").to.deep.equal([]);
        expect(history).to.deep.equal([]);
      });

    it("warns of one that does not tell its release", async () => {
      asterisk.version = "GIT-master-1a2b3c";
      const { logged } = await connectTo(asterisk);
      expect(logged.some(({ level, message }) => level === "warn" && message.includes("18.0.0"))).to.equal(
        true,
      );
    });

    it("says so when the setting asks for what that Asterisk cannot do", async () => {
      asterisk.version = "20.13.1";
      const { connection } = open(asterisk.address(), { transport: "websocket" });
      await until(() => connection.status.lastError !== null);
      expect(connection.status.lastError).to.contain("20.13.1 does not support requests over WebSockets");
      expect(connection.status.state).to.equal("connecting");
    });

    it("obeys the setting against the version, and does not warn of a safe one", async () => {
      const { connection, logged } = await connectTo(asterisk, { transport: "http" });
      expect(connection.status.transport).to.equal("http");
      expect(asterisk.opened).to.deep.equal([application]);
      expect(logged.filter(({ level }) => level === "warn")).to.deep.equal([]);
    });

    it("keeps several Asterisks apart, each with its own password", async () => {
      const second = await startFakeAsterisk();
      try {
        second.password = "other";
        const one = await connectTo(asterisk);
        const two = open(second.address({ name: "asterisk-2", password: "other" }));
        await until(() => two.connection.status.state === "connected");
        asterisk.dropAll();
        await until(() => one.history.includes("disconnected"));
        expect(two.history).to.deep.equal(["connected"]);
        await two.connection.close();
      } finally {
        await second.stop();
      }
    });
  });

  describe("events", () => {
    it("skips and counts types that it does not know or did not ask for", async () => {
      const { counts, events } = await connectTo(asterisk);
      asterisk.send({ type: "FromTheFuture", application });
      asterisk.send({ application, type: "FromTheFuture" });
      asterisk.send({ type: "ChannelVarset", application });
      asterisk.send(stasisStart("1"));
      await until(() => events.length === 1);
      expect(counts).to.deep.equal({ unknownEvent: 2, unwantedEvent: 1 });
    });

    it("survives messages that are no messages", async () => {
      const { connection, counts, events } = await connectTo(asterisk);
      for (const text of ["", "{", '{"type":"StasisStart",', "null", "[]", '{"type":7}', '"text"'])
        asterisk.send(text);
      asterisk.open.get(application)?.send(Buffer.from([0x22, 0xff, 0xfe]), { binary: false });
      const [command] = [...asterisk.open].find(([name]) => name !== application) ?? [];
      asterisk.open.get(command ?? "")?.send("{not json");
      asterisk.send(stasisStart("1"));
      await until(() => events.length === 1 && counts["malformedMessage"] === 9);
      expect(connection.status.state).to.equal("connected");
    });

    it("counts a large frame, and warns of it once a connection", async () => {
      const { events, counts, logged } = await connectTo(asterisk);
      const large = { ...Object(stasisStart("1")), args: ["x".repeat(70_000)] };
      asterisk.send(large);
      asterisk.send(large);
      await until(() => events.length === 2);
      expect(counts).to.have.property("largeFrame", 2);
      expect(logged.filter(({ message }) => message.includes("large WebSocket frame"))).to.have.length(1);
    });

    it("reads no frame above 256 KiB, says what to do, and connects anew", async () => {
      const { connection, history, logged } = await connectTo(asterisk);
      asterisk.send({ ...Object(stasisStart("1")), args: ["x".repeat(262_144)] });
      await until(() => history.length === 3 && connection.status.state === "connected");
      expect(history).to.deep.equal(["connected", "disconnected", "connected"]);
      const [lost] = logged.filter(({ message }) => message === "Connection to Asterisk lost");
      expect(JSON.stringify(lost?.fields)).to.contain("more than 256 KiB").and.contain("channelvars");
    });

    it("goes on when a listener throws, and tells the others", async () => {
      const { connection, counts, events, logged } = await connectTo(asterisk);
      const seen: string[] = [];
      const fail = (): never => {
        throw new Error("a bug");
      };
      connection.listen({ connected: fail, disconnected: fail, event: fail });
      connection.listen({
        connected: () => seen.push("connected"),
        disconnected: () => undefined,
        event: (event) => seen.push(event.type),
      });
      asterisk.send(stasisStart("1"));
      await until(() => events.length === 1);
      expect(seen).to.deep.equal(["connected", "StasisStart"]);
      expect(counts["listenerError"]).to.equal(2);
      expect(logged.filter(({ level }) => level === "error")).to.have.length(2);
    });
  });

  describe("losing the connection", () => {
    it("tells the listener, rejects what was under way, and comes back with the filter set anew", async () => {
      const { connection, history, outcomes } = await connectTo(asterisk);
      asterisk.handle = () => true;
      const failure = failureOf(
        connection.request({ method: "POST", path: "/channels/1/answer" }, { lane: "1" }),
      );
      await until(() => asterisk.arrived("POST", "/channels/1/answer").length === 1);
      asterisk.dropAll();
      const error = await failure;
      expect(error).to.be.instanceOf(AriError).with.property("code", "ARI_DISCONNECTED");
      expect(error).to.include({ method: "POST", path: "/channels/1/answer", status: null });
      expect(outcomes.at(-1)).to.equal("failed");
      await until(() => connection.status.state === "connected");
      expect(history).to.deep.equal(["connected", "disconnected", "connected"]);
      expect(asterisk.arrived("PUT", `/applications/${application}/eventFilter`)).to.have.length(2);
    });

    it("gives the whole connection up when one command socket is lost", async () => {
      const { connection, history } = await connectTo(asterisk);
      asterisk.open.get(asterisk.opened[0] ?? "")?.terminate();
      await until(() => history.length === 3);
      expect(history).to.deep.equal(["connected", "disconnected", "connected"]);
      expect(connection.status.state).to.equal("connected");
      await until(() => asterisk.open.size === 5);
    });

    it("refuses requests while there is no connection", async () => {
      const { connection } = watch(asterisk.address());
      const request = { method: "GET", path: "/channels" } as const;
      expect(await failureOf(connection.request(request))).to.have.property("code", "ARI_CLOSED");
      asterisk.password = "changed";
      connection.open();
      expect(await failureOf(connection.request(request))).to.have.property("code", "ARI_DISCONNECTED");
      await connection.close();
    });

    for (const transport of ["websocket", "http"] as const) {
      it(`finds a peer that has fallen silent within 10 s (${transport})`, async () => {
        const clock = new HandClock();
        const { connection, history } = await connectTo(asterisk, { clock, transport });
        asterisk.fallSilent();
        for (let ms = 0; ms < 10_000 && connection.status.state === "connected"; ms += 100)
          clock.advance(100);
        expect(history).to.deep.equal(["connected", "disconnected"]);
        expect(connection.status.lastError).to.contain("stopped answering pings");
      });
    }

    it("keeps a connection on which nothing but pings happens", async () => {
      const { connection, history } = await connectTo(asterisk, { pingIntervalMs: 10 });
      let pings = 0;
      for (const socket of asterisk.open.values()) socket.on("ping", () => (pings += 1));
      await until(() => pings >= 50);
      expect(connection.status.state).to.equal("connected");
      expect(history).to.deep.equal(["connected"]);
    });

    it("tries soon, then ever more rarely up to every 10 s, for ever, never in step with others", async () => {
      const address = asterisk.address();
      await asterisk.stop();
      const delays = async (random: number): Promise<number[]> => {
        const clock = new HandClock();
        open(address, { clock, random: () => random });
        return failedAttempts(clock, 12);
      };
      const longest = await delays(0.999_999);
      const shortest = await delays(0);
      expect(longest[0]).to.be.lessThan(200);
      expect(longest.slice(1, 6).every((ms, index) => ms > (longest[index] ?? ms))).to.equal(true);
      expect(Math.max(...longest)).to.be.within(9_000, 10_000);
      expect(longest.at(-1)).to.equal(longest.at(-2));
      expect(shortest.at(-1)).to.be.lessThan((longest.at(-1) ?? 0) * 0.6);
    });
  });

  describe("when another controller takes the application", () => {
    const replaced = (name: string) => ({ type: "ApplicationReplaced", application: name, timestamp: "" });

    it("stands aside until it is opened again", async () => {
      const clock = new HandClock();
      const { connection, history } = await connectTo(asterisk, { clock });
      asterisk.handle = () => true;
      const underWay = failureOf(connection.request({ method: "POST", path: "/channels/1/answer" }));
      asterisk.send(replaced(application));
      expect(await underWay).to.have.property("code", "ARI_REPLACED");
      expect(connection.status.state).to.equal("replaced");
      expect(connection.status.lastError).to.contain("another controller");
      expect(await failureOf(connection.request({ method: "GET", path: "/channels" }))).to.have.property(
        "code",
        "ARI_REPLACED",
      );
      await until(() => asterisk.open.size === 0);
      clock.advance(600_000);
      expect(asterisk.arrived("GET", "/asterisk/info")).to.have.length(1);
      expect(history).to.deep.equal(["connected", "disconnected"]);
      connection.open();
      await until(() => connection.status.state === "connected");
      expect(history).to.deep.equal(["connected", "disconnected", "connected"]);
    });

    it("does not mind the fate of other applications", async () => {
      const { connection, events } = await connectTo(asterisk);
      asterisk.send(replaced("somebody-else"));
      asterisk.send(stasisStart("1"));
      await until(() => events.length === 1);
      expect(connection.status.state).to.equal("connected");
    });
  });

  describe("closing", () => {
    it("rejects what is under way, closes every socket, and may be called again", async () => {
      const { connection, history } = await connectTo(asterisk);
      asterisk.handle = () => true;
      const underWay = failureOf(connection.request({ method: "POST", path: "/channels/1/answer" }));
      await Promise.all([connection.close(), connection.close()]);
      await connection.close();
      expect(await underWay).to.have.property("code", "ARI_CLOSED");
      expect(history).to.deep.equal(["connected", "disconnected"]);
      await until(() => asterisk.open.size === 0);
    });

    it("leaves nothing to happen later, whether it was connected or waiting for its next attempt", async () => {
      const clock = new HandClock();
      const { connection } = await connectTo(asterisk, { clock });
      await connection.close();
      expect(clock.waiting).to.be.at.most(1);
      asterisk.password = "changed";
      connection.open();
      await until(() => connection.status.lastError !== null);
      await connection.close();
      asterisk.password = "secret";
      clock.advance(60_000);
      expect(clock.waiting).to.equal(0);
      // Whatever was started by then has arrived before this one has connected.
      await connectTo(asterisk);
      expect(asterisk.arrived("GET", "/asterisk/info")).to.have.length(2);
      expect(connection.status.state).to.equal("closed");
    });

    it("may be done by a listener, even while it is told of the connection", async () => {
      const clock = new HandClock();
      const { connection, history } = watch(asterisk.address(), { clock });
      connection.listen({
        connected: () => void connection.close(),
        disconnected: () => undefined,
        event: () => undefined,
      });
      asterisk.onFilter = (arrival) => {
        asterisk.send(stasisStart("1"));
        arrival.answer(200, {});
      };
      connection.open();
      await until(() => connection.status.state === "closed" && asterisk.open.size === 0);
      clock.advance(60_000);
      expect(clock.waiting).to.equal(0);
      expect(history).to.deep.equal(["connected", "disconnected"]);
    });

    it("stops an attempt that is under way, and leaves no timer", async () => {
      const clock = new HandClock();
      asterisk.onFilter = () => undefined;
      const { connection, history } = open(asterisk.address(), { clock });
      await until(() => asterisk.arrived("PUT", `/applications/${application}/eventFilter`).length === 1);
      await connection.close();
      await until(() => asterisk.open.size === 0);
      clock.advance(60_000);
      expect(clock.waiting).to.equal(0);
      expect(history).to.deep.equal([]);
      expect(connection.status.state).to.equal("closed");
    });
  });
});
