import { expect } from "chai";
import { inShort, leftBehind, soak } from "../support/faults/soak.ts";
import { soakPlan } from "../support/faults/soakPlan.ts";
import { labOrSkip } from "../support/requirements.ts";

/** The same as `npm run soak -- --minutes 2 --seed 14`. */
const plan = soakPlan({ minutes: 2, seed: 14 });

describe("two minutes of calls with random faults", function suite() {
  this.timeout(600_000);

  it("leave no record lost, duplicated, or wrong, no caller stranded, and nothing behind", async function run() {
    const lab = await labOrSkip(this);
    this.timeout(600_000);
    const result = await soak(lab, plan);
    console.log(`      ${inShort(result)}`);
    expect(result.verdict.findings).to.deep.equal([]);
    expect(result.verdict.unclear).to.be.at.most(result.verdict.calls / 200);
    expect(result.verdict.records).to.be.above(1_000);
    expect(leftBehind(result)).to.deep.equal([]);
  });
});
