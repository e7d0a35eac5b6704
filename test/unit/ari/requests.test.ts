import { expect } from "chai";
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
      it("carries query and body, and returns what Asterisk answered", async () => {
        const { connection } = await connectTo(asterisk, { transport });
        asterisk.handle = ({ path, query, body, answer }) => {
          answer(200, { path, query, body });
          return true;
        };
        const answer = await connection.request({
          method: "POST",
          path: "/channels/a%2Fb/create",
          query: { endpoint: "PJSIP/+7 900&x=y@trunk", timeout: 30, flag: true },
          body: { variables: { "CALLERID(num)": 'Ä "1"' } },
        });
        expect(answer).to.deep.equal({
          path: "/channels/a%2Fb/create",
          query: { endpoint: "PJSIP/+7 900&x=y@trunk", timeout: "30", flag: "true" },
          body: { variables: { "CALLERID(num)": 'Ä "1"' } },
        });
        asterisk.handle = () => false;
        expect(await connection.request({ method: "DELETE", path: "/channels/1" })).to.equal(undefined);
      });

      it("fails with Asterisk's status and words, and without any phone number", async () => {
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

      it("fails when no answer comes in time, its own or the usual", async () => {
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

      it("keeps the order within a lane while the lanes run side by side", async () => {
        const { connection } = await connectTo(asterisk, { transport });
        const held: (() => void)[] = [];
        asterisk.handle = ({ path, answer }) => {
          if (path !== "/channels/a/0") return false;
          held.push(() => answer(204));
          return true;
        };
        const send = (lane: string, step: number) =>
          connection.request({ method: "POST", path: `/channels/${lane}/${step}` }, { lane });
        const lanes = ["a", "b", "c", "d", "e", "f", "g", "h"];
        const others = lanes.slice(1).flatMap((lane) => [0, 1, 2, 3].map((step) => send(lane, step)));
        const ours = [0, 1, 2, 3].map((step) => send("a", step));
        await Promise.all(others);
        await until(() => held.length === 1);
        held[0]?.();
        await Promise.all(ours);
        for (const lane of lanes) {
          const steps = asterisk.arrivals.filter(({ path }) => path.startsWith(`/channels/${lane}/`));
          expect(steps.map(({ path }) => path.at(-1))).to.deep.equal(["0", "1", "2", "3"]);
        }
      });

      it("refuses what is larger than Asterisk takes, before sending it", async () => {
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

    it("counts an answer that comes too late", async () => {
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

  describe("over HTTP connections kept alive", () => {
    it("uses a connection again for the next request", async () => {
      const { connection } = await connectTo(asterisk, { transport: "http" });
      for (let step = 0; step < 5; step++) await connection.request({ method: "GET", path: "/channels" });
      const connections = asterisk.arrived("GET", "/channels").map((arrival) => arrival.connection);
      expect(new Set(connections).size).to.equal(1);
    });

    it("tries once more when Asterisk closed the idle connection at that moment", async () => {
      const { connection } = await connectTo(asterisk, { transport: "http" });
      await connection.request({ method: "GET", path: "/channels" });
      const [first] = asterisk.arrived("GET", "/channels");
      asterisk.resetOnNext(first?.connection ?? 0);
      expect(await connection.request({ method: "POST", path: "/bridges/1" }, { lane: "1" })).to.equal(
        undefined,
      );
      expect(asterisk.arrived("POST", "/bridges/1")).to.have.length(1);
    });

    it("does not send what timed out while it waited for its lane, and goes on with the next", async () => {
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
