import { expect } from "chai";
import { labOrSkip } from "../support/requirements.ts";
import { FaultSystem } from "../support/faults/system.ts";

describe("records of mixed calls", function suite() {
  this.timeout(120_000);
  let system: FaultSystem;

  before(async function prepare() {
    const lab = await labOrSkip(this);
    system = await FaultSystem.start(lab, { seed: 1, controllers: 1 });
  });
  after(() => system?.stop());

  it("agree with what the parties saw", async () => {
    system.beginLoad({ callsPerSecond: 10, talkMs: [1_000, 4_000] });
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    const verdict = await system.endLoad();
    console.log(verdict);
    expect(verdict.findings).to.deep.equal([]);
    await system.nothingLeft();
  });
});
