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
    it("asks for the version, opens command sockets, then the event socket, then sets the filter", async () => {
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

    it("allows the requested events, answers to requests, and the event that another controller took over", async () => {
      await connectTo(asterisk, { events: ["StasisStart", "Dial"] });
      const [filter] = asterisk.arrived("PUT", `/applications/${application}/eventFilter`);
      expect(filter?.body).to.deep.equal({
        allowed: ["StasisStart", "Dial", "ApplicationReplaced", "RESTResponse"].map((type) => ({ type })),
      });
    });

    it("holds events back until the listener knows of the connection, and keeps their order", async () => {
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

    it("sends commands under newly generated application names without events", async () => {
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

    it("explains a wrong password, keeps trying, and connects once it is right", async () => {
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

    it("reports that nothing is listening, and logs it once", async () => {
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
      it(`uses ${transport} with Asterisk ${version}, and warns of its vulnerabilities`, async () => {
        asterisk.version = version;
        const { connection, logged } = await connectTo(asterisk);
        expect(connection.status.transport).to.equal(transport);
        expect(logged.some(({ level, message }) => level === "warn" && message.includes("22.10.1"))).to.equal(
          true,
        );
      });
    }

    for (const version of ["13.38.3", "16.30.1", "17.9.4"])
      it(`rejects Asterisk ${version}, which would reveal hidden numbers, with the reason`, async () => {
        asterisk.version = version;
        const { connection, history } = open(asterisk.address());
        await until(() => connection.status.lastError !== null);
        expect(connection.status.lastError).to.contain(version).and.to.contain("18.0.0");
        expect(connection.status.state).to.equal("connecting");
        expect(asterisk.opened, "sockets that would take calls").to.deep.equal([]);
        expect(history).to.deep.equal([]);
      });

    it("warns of an Asterisk that does not report its version", async () => {
      asterisk.version = "GIT-master-1a2b3c";
      const { logged } = await connectTo(asterisk);
      expect(logged.some(({ level, message }) => level === "warn" && message.includes("18.0.0"))).to.equal(
        true,
      );
    });

    it("reports a transport setting that this Asterisk does not support", async () => {
      asterisk.version = "20.13.1";
      const { connection } = open(asterisk.address(), { transport: "websocket" });
      await until(() => connection.status.lastError !== null);
      expect(connection.status.lastError).to.contain("20.13.1 does not support requests over WebSockets");
      expect(connection.status.state).to.equal("connecting");
    });

    it("follows the setting regardless of the version, and does not warn of a safe one", async () => {
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

    it("survives malformed messages", async () => {
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

    it("counts large frames, and warns once per connection", async () => {
      const { events, counts, logged } = await connectTo(asterisk);
      const large = { ...Object(stasisStart("1")), args: ["x".repeat(70_000)] };
      asterisk.send(large);
      asterisk.send(large);
      await until(() => events.length === 2);
      expect(counts).to.have.property("largeFrame", 2);
      expect(logged.filter(({ message }) => message.includes("large WebSocket frame"))).to.have.length(1);
    });

    it("rejects frames above 256 KiB with a remedy, and reconnects", async () => {
      const { connection, history, logged } = await connectTo(asterisk);
      asterisk.send({ ...Object(stasisStart("1")), args: ["x".repeat(262_144)] });
      await until(() => history.length === 3 && connection.status.state === "connected");
      expect(history).to.deep.equal(["connected", "disconnected", "connected"]);
      const [lost] = logged.filter(({ message }) => message === "Connection to Asterisk lost");
      expect(JSON.stringify(lost?.fields)).to.contain("more than 256 KiB").and.contain("channelvars");
    });

    it("continues when a listener throws, and calls the others", async () => {
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
    it("notifies the listener, rejects pending requests, and reconnects with the filter set again", async () => {
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

    it("drops the whole connection when one command socket is lost", async () => {
      const { connection, history } = await connectTo(asterisk);
      asterisk.open.get(asterisk.opened[0] ?? "")?.terminate();
      await until(() => history.length === 3);
      expect(history).to.deep.equal(["connected", "disconnected", "connected"]);
      expect(connection.status.state).to.equal("connected");
      await until(() => asterisk.open.size === 5);
    });

    it("rejects requests without a connection", async () => {
      const { connection } = watch(asterisk.address());
      const request = { method: "GET", path: "/channels" } as const;
      expect(await failureOf(connection.request(request))).to.have.property("code", "ARI_CLOSED");
      asterisk.password = "changed";
      connection.open();
      expect(await failureOf(connection.request(request))).to.have.property("code", "ARI_DISCONNECTED");
      await connection.close();
    });

    for (const transport of ["websocket", "http"] as const) {
      it(`detects an unresponsive peer within 10 s (${transport})`, async () => {
        const clock = new HandClock();
        const { connection, history } = await connectTo(asterisk, { clock, transport });
        asterisk.fallSilent();
        const silentSinceMs = clock.steadyMs();
        for (let ms = 0; ms < 10_000 && connection.status.state === "connected"; ms += 100)
          clock.advance(100);
        expect(history).to.deep.equal(["connected", "disconnected"]);
        expect(connection.heardMs).to.equal(silentSinceMs);
        expect(connection.status.lastError).to.contain("stopped answering pings");
      });
    }

    it("keeps a connection with nothing but pings", async () => {
      const { connection, history } = await connectTo(asterisk, { pingIntervalMs: 10 });
      let pings = 0;
      for (const socket of asterisk.open.values()) socket.on("ping", () => (pings += 1));
      await until(() => pings >= 50);
      expect(connection.status.state).to.equal("connected");
      expect(history).to.deep.equal(["connected"]);
    });

    it("retries soon, then less and less often, at least every 10 s, with jitter", async () => {
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

    it("does not reconnect until it is opened again", async () => {
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

    it("ignores other applications being taken over", async () => {
      const { connection, events } = await connectTo(asterisk);
      asterisk.send(replaced("another-application"));
      asterisk.send(stasisStart("1"));
      await until(() => events.length === 1);
      expect(connection.status.state).to.equal("connected");
    });
  });

  describe("closing", () => {
    it("rejects pending requests, closes every socket, and is idempotent", async () => {
      const { connection, history } = await connectTo(asterisk);
      asterisk.handle = () => true;
      const underWay = failureOf(connection.request({ method: "POST", path: "/channels/1/answer" }));
      await Promise.all([connection.close(), connection.close()]);
      await connection.close();
      expect(await underWay).to.have.property("code", "ARI_CLOSED");
      expect(history).to.deep.equal(["connected", "disconnected"]);
      await until(() => asterisk.open.size === 0);
    });

    it("leaves no timers, whether connected or waiting to retry", async () => {
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

    it("can be done by a listener, even in the connected callback", async () => {
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

    it("aborts a pending attempt, and leaves no timer", async () => {
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
