import { expect } from "chai";
import { operation } from "../../../src/ari/operation.ts";
import { isConflict, isGone, isUnprocessable } from "../../../src/ari/errors.ts";
import { startFakeAsterisk } from "./fakeAsterisk.ts";
import type { FakeAsterisk } from "./fakeAsterisk.ts";
import { closeAll, connectTo, failureOf, HandClock } from "./support.ts";
import { until } from "../../support/until.ts";

describe("A request to Asterisk", () => {
  let asterisk: FakeAsterisk;

  beforeEach(async () => {
    asterisk = await startFakeAsterisk();
  });
  afterEach(async () => {
    await closeAll();
    await asterisk.stop();
  });

  for (const transport of ["websocket", "http"] as const) {
    describe(`over ${transport}`, () => {
      it("sends query and body, and returns Asterisk's answer", async () => {
        const { connection } = await connectTo(asterisk, { transport });
        asterisk.handle = ({ path, query, body, answer }) => {
          answer(200, { path, query, body });
          return true;
        };
        const answer = await connection.request({
          method: "POST",
          path: "/channels/a%2Fb/dial",
          query: { endpoint: "PJSIP/+7 900&x=y@trunk", timeout: 30, flag: true },
          body: { variables: { "CALLERID(num)": 'Ä "1"' } },
        });
        expect(answer).to.deep.equal({
          path: "/channels/a%2Fb/dial",
          query: { endpoint: "PJSIP/+7 900&x=y@trunk", timeout: "30", flag: "true" },
          body: { variables: { "CALLERID(num)": 'Ä "1"' } },
        });
        asterisk.handle = () => false;
        expect(await connection.request({ method: "DELETE", path: "/channels/1" })).to.equal(undefined);
      });

      it("fails with Asterisk's status and reason, without phone numbers", async () => {
        const { connection, outcomes } = await connectTo(asterisk, { transport });
        const fail = async (status: number): Promise<unknown> => {
          asterisk.handle = ({ answer }) => {
            answer(status, { message: "No such endpoint 79001112233" });
            return true;
          };
          const query = { endpoint: "PJSIP/79001112233@trunk" };
          return failureOf(connection.request({ method: "POST", path: "/channels/1.2/dial", query }));
        };
        const gone = await fail(404);
        expect(gone).to.include({
          code: "ARI_HTTP",
          status: 404,
          method: "POST",
          path: "/channels/1.2/dial",
        });
        expect(String(gone)).to.contain("No such endpoint").and.not.to.contain("79001112233");
        expect([isGone(gone), isConflict(gone)]).to.deep.equal([true, false]);
        expect(isConflict(await fail(409))).to.equal(true);
        expect(isUnprocessable(await fail(422))).to.equal(true);
        expect(outcomes.slice(-3)).to.deep.equal(["refused", "refused", "refused"]);
      });

      it("fails without an answer within its own or the default timeout", async () => {
        const clock = new HandClock();
        const { connection, outcomes } = await connectTo(asterisk, { transport, clock });
        asterisk.handle = () => true;
        let patient = "waiting";
        const path = "/channels/1/answer";
        const hasty = failureOf(connection.request({ method: "POST", path }, { timeoutMs: 1_000 }));
        const usual = failureOf(connection.request({ method: "POST", path }, { lane: "1" }));
        void usual.then(() => (patient = "failed"));
        await until(() => asterisk.arrived("POST", path).length === 2);
        clock.advance(1_300);
        expect(await hasty).to.include({ code: "ARI_TIMEOUT", path });
        expect(patient).to.equal("waiting");
        clock.advance(4_000);
        expect(await usual).to.have.property("code", "ARI_TIMEOUT");
        expect(outcomes.slice(-2)).to.deep.equal(["timeout", "timeout"]);
        expect(connection.status.state).to.equal("connected");
      });

      it("keeps the order within a lane while lanes run in parallel", async () => {
        const { connection } = await connectTo(asterisk, { transport });
        const held: (() => void)[] = [];
        const names = ["ring", "answer", "mute", "hold"];
        asterisk.handle = ({ path, answer }) => {
          if (path !== "/channels/a/ring") return false;
          held.push(() => answer(204));
          return true;
        };
        const send = (lane: string, step: number) =>
          connection.request({ method: "POST", path: `/channels/${lane}/${names[step]}` }, { lane });
        const lanes = ["a", "b", "c", "d", "e", "f", "g", "h"];
        const others = lanes.slice(1).flatMap((lane) => [0, 1, 2, 3].map((step) => send(lane, step)));
        const ours = [0, 1, 2, 3].map((step) => send("a", step));
        await Promise.all(others);
        await until(() => held.length === 1);
        held[0]?.();
        await Promise.all(ours);
        for (const lane of lanes) {
          const steps = asterisk.arrivals.filter(({ path }) => path.startsWith(`/channels/${lane}/`));
          expect(steps.map(({ path }) => path.split("/").at(-1))).to.deep.equal(names);
          expect(steps.every(({ via }) => (via === "http") === (transport === "http"))).to.equal(true);
        }
      });

      it("rejects requests larger than Asterisk accepts before sending them", async () => {
        const { connection } = await connectTo(asterisk, { transport });
        const before = asterisk.arrivals.length;
        const body = { variables: { text: "ä".repeat(33_000) } };
        const error = await failureOf(connection.request({ method: "POST", path: "/channels", body }));
        expect(error).to.have.property("code", "ARI_TOO_LARGE");
        await connection.request({
          method: "POST",
          path: "/channels",
          body: { variables: { text: "x".repeat(40_000) } },
        });
        expect(asterisk.arrivals.length - before).to.equal(1);
      });
    });
  }

  describe("over several WebSockets", () => {
    it("keeps each lane on one socket and uses them all", async () => {
      const { connection } = await connectTo(asterisk);
      const lanes = Array.from({ length: 200 }, (_, index) => `1732300000.${index}`);
      await Promise.all(
        lanes.flatMap((lane) =>
          [0, 1].map(() =>
            connection.request({ method: "POST", path: `/channels/${lane}/answer` }, { lane }),
          ),
        ),
      );
      const used = new Map<string, Set<string>>();
      for (const { path, via } of asterisk.arrivals) {
        if (path.endsWith("/answer")) used.set(path, (used.get(path) ?? new Set()).add(via));
      }
      expect([...used.values()].every((sockets) => sockets.size === 1)).to.equal(true);
      expect(new Set([...used.values()].flatMap((sockets) => [...sockets])).size).to.equal(4);
    });

    it("counts late answers", async () => {
      const clock = new HandClock();
      const { connection, counts } = await connectTo(asterisk, { clock });
      let answerLate = (): void => undefined;
      asterisk.handle = ({ answer }) => {
        answerLate = () => answer(204);
        return true;
      };
      const failure = failureOf(connection.request({ method: "POST", path: "/channels/1/answer" }));
      await until(() => asterisk.arrived("POST", "/channels/1/answer").length === 1);
      clock.advance(6_000);
      await failure;
      answerLate();
      await until(() => counts["lateAnswer"] === 1);
    });
  });

  describe("that a WebSocket frame must not carry", () => {
    it("goes over HTTP if its answer is unbounded, whatever the transport", async () => {
      const { connection } = await connectTo(asterisk, { transport: "websocket" });
      const requests = [
        operation("channels.list", {}),
        operation("bridges.list", {}),
        operation("bridges.get", { bridgeId: "1" }),
        operation("endpoints.list", {}),
        operation("endpoints.get", { tech: "PJSIP", resource: "trunk-out" }),
        operation("applications.get", { applicationName: "masking" }),
        operation("applications.subscribe", { applicationName: "masking" }, { eventSource: "channel:1" }),
        operation("channels.getChannelVar", { channelId: "1" }, { variable: "X" }),
        { method: "GET", path: "/channels/1/future" } as const,
      ];
      const before = asterisk.arrivals.length;
      for (const request of requests) await connection.request(request);
      expect(asterisk.arrivals.slice(before).map(({ via }) => via)).to.deep.equal(requests.map(() => "http"));
      await connection.request(operation("channels.answer", { channelId: "1" }), { lane: "1" });
      expect(asterisk.arrived("POST", "/channels/1/answer")[0]?.via).to.match(/^commands-/);
    });

    it("is rejected in a lane, because HTTP would not keep its order", async () => {
      const { connection } = await connectTo(asterisk);
      const get = operation("bridges.get", { bridgeId: "1" });
      const error = await failureOf(connection.request(get, { lane: "1" }));
      expect(error).to.have.property("code", "ARI_TOO_LARGE");
      expect(asterisk.arrived("GET", "/bridges/1")).to.deep.equal([]);
    });

    it("sets filters over HTTP, because the answer lists all subscriptions", async () => {
      await connectTo(asterisk);
      const filters = asterisk.arrivals.filter(({ path }) => path.endsWith("/eventFilter"));
      expect(filters.map(({ via }) => via)).to.deep.equal(Array.from({ length: 5 }, () => "http"));
    });

    it("goes over HTTP if only its frame is too large, and is rejected in a lane", async () => {
      const { connection } = await connectTo(asterisk);
      // Each quote is two bytes in the body and four in a frame.
      const request = operation(
        "channels.create",
        {},
        { endpoint: "PJSIP/1", app: "masking" },
        {
          variables: { TEXT: '"'.repeat(18_000) },
        },
      );
      const error = await failureOf(connection.request(request, { lane: "1" }));
      expect(error).to.have.property("code", "ARI_TOO_LARGE");
      expect(asterisk.arrived("POST", "/channels/create")).to.deep.equal([]);
      await connection.request(request);
      expect(asterisk.arrived("POST", "/channels/create").map(({ via }) => via)).to.deep.equal(["http"]);
    });

    it("times out for a list without affecting the connection", async () => {
      const clock = new HandClock();
      const { connection } = await connectTo(asterisk, { clock });
      asterisk.handle = () => true;
      const failure = failureOf(connection.request(operation("channels.list", {}), { timeoutMs: 1_000 }));
      await until(() => asterisk.arrived("GET", "/channels").length === 1);
      clock.advance(1_300);
      expect(await failure).to.have.property("code", "ARI_TIMEOUT");
      expect(connection.status.state).to.equal("connected");
    });

    it("fails if its answer is too large to read, and the next one works", async () => {
      const { connection } = await connectTo(asterisk);
      asterisk.handle = ({ answer, path }) => {
        answer(200, path === "/channels" ? [{ id: "1" }] : { value: "x".repeat(5_000_000) });
        return true;
      };
      const get = operation("asterisk.getGlobalVar", {}, { variable: "X" });
      expect(await failureOf(connection.request(get))).to.include({
        code: "ARI_ANSWER_TOO_LARGE",
        message: "GET /asterisk/variable: the answer is larger than 4 MiB",
      });
      expect(await connection.request(operation("channels.list", {}))).to.deep.equal([{ id: "1" }]);
    });

    it("fails if its list cannot be parsed", async () => {
      const { connection } = await connectTo(asterisk);
      asterisk.handle = ({ answer }) => {
        answer(200, "no object");
        return true;
      };
      expect(await connection.request(operation("channels.list", {}))).to.equal("no object");
      asterisk.mangle = (text) => text.slice(0, -1);
      asterisk.handle = ({ answer }) => {
        answer(200, [{ id: "1" }]);
        return true;
      };
      const error = await failureOf(connection.request(operation("channels.list", {})));
      expect(error).to.have.property("code", "ARI_MALFORMED");
    });
  });

  describe("over HTTP connections kept alive", () => {
    it("reuses a connection for the next request", async () => {
      const { connection } = await connectTo(asterisk, { transport: "http" });
      for (let step = 0; step < 5; step++) await connection.request({ method: "GET", path: "/channels" });
      const connections = asterisk.arrived("GET", "/channels").map((arrival) => arrival.connection);
      expect(new Set(connections).size).to.equal(1);
    });

    it("retries once if Asterisk closed the idle connection at that moment", async () => {
      const { connection } = await connectTo(asterisk, { transport: "http" });
      await connection.request({ method: "GET", path: "/channels" });
      const [first] = asterisk.arrived("GET", "/channels");
      asterisk.resetOnNext(first?.connection ?? 0);
      expect(await connection.request({ method: "POST", path: "/bridges/1" }, { lane: "1" })).to.equal(
        undefined,
      );
      expect(asterisk.arrived("POST", "/bridges/1")).to.have.length(1);
    });

    it("makes its second and last attempt on a new connection", async () => {
      const { connection } = await connectTo(asterisk, { transport: "http" });
      const held: (() => void)[] = [];
      asterisk.handle = ({ answer }) => {
        held.push(() => answer(204));
        return true;
      };
      const both = [1, 2].map(() => connection.request({ method: "GET", path: "/channels" }));
      await until(() => held.length === 2);
      for (const answer of held) answer();
      await Promise.all(both);
      const idle = asterisk.arrived("GET", "/channels").map((arrival) => arrival.connection);
      for (const number of idle) asterisk.resetOnNext(number);
      asterisk.handle = () => false;
      await connection.request({ method: "POST", path: "/bridges/1" });
      expect(idle).not.to.include(asterisk.arrived("POST", "/bridges/1")[0]?.connection);
    });

    it("does not send a request that timed out while waiting for its lane, and continues with the next", async () => {
      const clock = new HandClock();
      const { connection } = await connectTo(asterisk, { transport: "http", clock });
      asterisk.handle = ({ path }) => path === "/channels/1/first";
      const send = (step: string, timeoutMs: number) =>
        connection.request({ method: "POST", path: `/channels/1/${step}` }, { lane: "1", timeoutMs });
      const failures = [failureOf(send("first", 2_000)), failureOf(send("second", 1_000))];
      const third = send("third", 30_000);
      await until(() => asterisk.arrived("POST", "/channels/1/first").length === 1);
      clock.advance(3_000);
      for (const error of await Promise.all(failures)) expect(error).to.have.property("code", "ARI_TIMEOUT");
      await third;
      expect(asterisk.arrived("POST", "/channels/1/second")).to.deep.equal([]);
    });
  });
});
