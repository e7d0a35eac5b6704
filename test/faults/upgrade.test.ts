import { expect } from "chai";
import { setTimeout as delay } from "node:timers/promises";
import { FaultSystem } from "../support/faults/system.ts";
import { labOrSkip } from "../support/requirements.ts";

const callsPerSecond = 15;
/** Calls between the steps, so that each of them meets calls in every state. */
const betweenMs = 2_000;

describe(`A rolling upgrade of two controllers at ${callsPerSecond} calls/s`, function suite() {
  this.timeout(180_000);
  let system: FaultSystem | null = null;

  before(async function prepare() {
    const lab = await labOrSkip(this);
    system = await FaultSystem.start(lab, { seed: 6, controllers: 2 });
  });
  after(() => system?.stop());

  it("fails no call, rings no one twice, and keeps one correct record of each", async () => {
    if (system === null) throw new Error("The system has not been started.");
    system.beginLoad({ callsPerSecond, talkMs: [500, 3_000], answeredOnly: true });
    await delay(betweenMs);
    for (const index of [0, 1]) {
      await system.controllers.end(index, "SIGTERM");
      await delay(betweenMs);
      await system.controllers.start(index);
      await system.up();
      await delay(betweenMs);
    }
    const { verdict } = await system.endLoad();
    const { calls, answered, longestSilenceMs, findings } = verdict;
    console.log(`      ${calls} calls, longest silence ${longestSilenceMs} ms`);
    expect(findings).to.deep.equal([]);
    expect(answered, "answered calls").to.equal(calls);
    await system.nothingLeft();
  });
});
