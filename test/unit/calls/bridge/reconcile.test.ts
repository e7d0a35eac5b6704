import { expect } from "chai";
import type { CallObserver } from "../../../../src/values/observedCall.ts";
import { realNumberOf } from "../../../../lab/simulated/index.ts";
import type { SimulatedCall } from "../../../../lab/simulated/index.ts";
import { SimulatedSystem } from "../../../support/simulatedCalls.ts";

const mostCallsPerTurn = 25;
const mostAtOnce = 200;
const reals = realNumberOf("answers");

async function withCalls(
  count: number,
  observe?: CallObserver,
): Promise<{ system: SimulatedSystem; calls: SimulatedCall[] }> {
  const system = new SimulatedSystem(observe === undefined ? {} : { observe });
  await system.ready();
  const calls: SimulatedCall[] = [];
  while (calls.length < count) {
    const from = `7999${String(calls.length).padStart(7, "0")}`;
    calls.push(system.call(reals, { kind: "waits" }, from));
    // A controller refuses calls while it has too many to look up.
    if (calls.length % mostAtOnce === 0) await system.clock.advance(100);
  }
  await system.clock.runUntil(() => calls.every(({ answeredAtMs }) => answeredAtMs !== null));
  await system.clock.advance(1_000);
  return { system, calls };
}

describe("Reconciliation with Asterisk", () => {
  it("adopts a thousand calls of an Asterisk that crashes on large frames", async () => {
    const { system } = await withCalls(1_000);
    for (let restart = 0; restart < 3; restart++) {
      await system.killController();
      system.startController();
      await system.ready();
      expect(system.controller.liveCallCount).to.equal(1_000);
    }
    expect(system.asterisk.deadlyFrames).to.deep.equal([]);
    expect(system.asterisk.channels).to.have.length(2_000);
  });

  it("yields to the event loop after every few calls", async () => {
    let inTurn = 0;
    let most = 0;
    let adopted = 0;
    const { system } = await withCalls(200, (_before, _after, cause) => {
      if (cause !== "adopted") return;
      adopted += 1;
      inTurn += 1;
      most = Math.max(most, inTurn);
    });
    let over = false;
    const turn = (): void => {
      inTurn = 0;
      if (!over) setImmediate(turn);
    };
    turn();
    await system.replaceController(10);
    await system.ready();
    over = true;
    expect(adopted).to.equal(200);
    expect(most).to.be.within(1, mostCallsPerTurn);
  });

  it("uses another list for calls that end while others are adopted", async () => {
    const ends: (() => void)[] = [];
    let adopted = 0;
    const { system, calls } = await withCalls(120, (_before, _after, cause) => {
      if (cause !== "adopted") return;
      adopted += 1;
      // By now the first calls are adopted, and the last ones are only on the list.
      if (adopted === 30) for (const end of ends) end();
    });
    for (const call of [calls[0], calls[60], calls[119]]) if (call) ends.push(() => call.hangUp());
    await system.replaceController(10);
    await system.ready();
    await system.clock.advance(5_000);
    expect(system.controller.size).to.equal(117);
    expect(system.asterisk.channels).to.have.length(234);
    expect(system.callLog.records).to.have.length(3);
    for (const { status, talkSeconds } of system.callLog.records)
      expect([status, talkSeconds]).to.deep.equal(["answered", 1]);
  });

  it("retries a missing list less and less often, reports why, and finishes once it arrives", async () => {
    const { system } = await withCalls(3);
    await system.killController();
    const lost = system.asterisk.faults.on({ kind: "response", method: "GET", path: "/channels" }, "drop");
    system.startController();
    await system.clock.advance(120_000);
    expect(lost.hits).to.equal(6);
    expect(system.controller.reconciled).to.equal(false);
    expect(system.controller.reconciliationProblem).to.equal("GET /channels: no answer in time");
    system.asterisk.faults.clear();
    await system.ready();
    expect(system.controller.reconciliationProblem).to.equal(null);
    expect(system.controller.liveCallCount).to.equal(3);
  });
});
