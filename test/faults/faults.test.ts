import { expect } from "chai";
import { shortOutages } from "../support/faults/matrix.ts";
import {
  faultOf,
  inShort,
  leftBehind,
  soak,
  type SoakPlan,
  type SoakResult,
} from "../support/faults/soak.ts";
import { labOrSkip } from "../support/requirements.ts";

/** Two minutes in which every kind of fault occurs once; `npm run test:faults` has them at length. */
const plan: SoakPlan = {
  seed: 20261127,
  outages: shortOutages,
  faults: shortOutages.length,
  everySeconds: 7,
  outageSeconds: [5, 5],
  callsPerSecond: 10,
  talkMs: [1_000, 4_000],
  controllers: 2,
};

describe("calls and their records during short faults", function suite() {
  this.timeout(900_000);
  let result: SoakResult;

  before(async function run() {
    const lab = await labOrSkip(this);
    this.timeout(900_000);
    result = await soak(lab, plan);
    console.log(`      ${inShort(result)}`);
  });

  for (const { name } of shortOutages)
    it(`${name}: every call has its true record, and no one is left on the line`, () => {
      expect(result.faults.map((fault) => fault.name)).to.include(name);
      const findings = result.verdict.findings.filter((one) => faultOf(result, one)?.name === name);
      expect(findings).to.deep.equal([]);
    });

  it("between faults: the same", () => {
    expect(result.verdict.findings.filter((one) => faultOf(result, one) === null)).to.deep.equal([]);
    expect(result.verdict.unclear).to.be.at.most(result.verdict.calls / 200);
    expect(result.verdict.records).to.be.above(1_000);
  });

  it("leave nothing behind in the controllers and in Asterisk", () => {
    expect(leftBehind(result)).to.deep.equal([]);
  });
});
