import { expect } from "chai";
import { processTimeMs, ticksOf } from "../../../bench/support/processTime.ts";

describe("The CPU time of a process", () => {
  it("is read after the program's name, whatever it is", () => {
    const numbers = Array.from({ length: 49 }, (_, index) => String(index + 4)).join(" ");
    // Fields 14 and 15, with the name as one field.
    expect(ticksOf(`42 (a ) b) S ${numbers}`)).to.equal(14 + 15);
  });

  it("increases while a process works", () => {
    const before = processTimeMs(process.pid);
    const deadline = Date.now() + 5_000;
    while (processTimeMs(process.pid) <= before && Date.now() < deadline);
    expect(processTimeMs(process.pid)).to.be.above(before);
  });
});
