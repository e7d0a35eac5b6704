import { expect } from "chai";
import type { LabAddresses } from "../../lab/lab.ts";
import { carryOut } from "../support/faults/carryOut.ts";
import { columns, rowOf } from "../support/faults/figures.ts";
import { faultMatrix } from "../support/faults/matrix.ts";
import { labOrSkip } from "../support/requirements.ts";

/** Seconds of a temporary outage; FAULT_SECONDS shortens it for a quick run. */
const outageSeconds = Number(process.env["FAULT_SECONDS"] ?? "60");
const seed = Number(process.env["FAULT_SEED"] ?? "1");

/** `npm run test:faults`: every fault at full length, and the table of what the parties saw. Takes about 95 minutes. */
describe(`calls and their records during faults, seed ${seed}`, function suite() {
  this.timeout(600_000);
  const rows: (readonly string[])[] = [];
  let lab: LabAddresses;

  before(async function prepare() {
    lab = await labOrSkip(this);
  });
  after(() => {
    for (const row of [columns, ...rows]) console.log(row.join(" | "));
  });

  for (const fault of faultMatrix(outageSeconds))
    it(fault.name, async () => {
      const { verdict, strays } = await carryOut(lab, fault, seed);
      const row = rowOf(fault.name, verdict);
      rows.push(row);
      console.log(row.join(" | "));
      expect(verdict.findings).to.deep.equal([]);
      expect(strays).to.deep.equal([]);
    });
});
