import { expect } from "chai";
import type { LabAddresses } from "../../lab/lab.ts";
import { carryOut } from "../support/faults/carryOut.ts";
import { rowOf } from "../support/faults/figures.ts";
import { faultMatrix } from "../support/faults/matrix.ts";
import { labOrSkip } from "../support/requirements.ts";

/** A short form of each kind of fault; `npm run test:faults` carries out all of them at full length. */
const short = new Set([
  "controller ended by SIGKILL for 3 s, 15 calls/s",
  "controller ended by SIGTERM for 3 s, 15 calls/s, with a standby",
  "controller ended by SIGKILL for good, 50 live calls",
  "controller frozen for 5 s, 15 calls/s",
  "mysql frozen for 5 s, 10 calls/s",
  "redis frozen for 5 s, 10 calls/s",
  "mysql killed and redis killed for 5 s, 10 calls/s",
  "asterisk killed for 3 s, 30 live calls",
]);

describe("calls and their records during faults", function suite() {
  this.timeout(180_000);
  let lab: LabAddresses;

  before(async function prepare() {
    lab = await labOrSkip(this);
  });

  for (const fault of faultMatrix(5).filter(({ name }) => short.has(name)))
    it(`are as promised: ${fault.name}`, async () => {
      const verdict = await carryOut(lab, fault, 1);
      console.log(rowOf(fault.name, verdict).join(" | "), JSON.stringify(verdict.findings.slice(0, 12)));
      expect(verdict.findings).to.deep.equal([]);
    });

  it("every fault of the list above exists", () => {
    const names = faultMatrix(5).map(({ name }) => name);
    expect([...short].filter((name) => !names.includes(name))).to.deep.equal([]);
  });
});
