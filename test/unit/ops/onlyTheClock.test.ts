import { expect } from "chai";
import { offencesIn, type Reserved, sourceFiles } from "../../support/sources.ts";

const timer = "the clock's setTimer, or repeat, sleep, setPatientTimer of src/ops";

/** What only `src/ops/clock.ts` may have in its code. */
const reserved: readonly Reserved[] = [
  [/(?<![.\w])set(?:Timeout|Interval)\b/, timer],
  [/\bDate\.now\b|\bnew Date\(\)/, "the clock's nowMs"],
  [/\bperformance\b|\bhrtime\b/, "the clock's steadyMs"],
  // As the default of an option it is injected.
  [/\bMath\.random\(/, "an injected Random"],
];

describe("Only the clock", () => {
  it("tells the time, and sets timers", async () => {
    const files = (await sourceFiles()).filter(({ file }) => file !== "src/ops/clock.ts");
    const found = files.flatMap(({ file, source }) =>
      offencesIn(source, reserved).map((offence) => `${file}: ${offence}`),
    );
    expect(found).to.deep.equal([]);
  });

  for (const planted of [
    "const timer = setTimeout(done, 10);",
    'import { setTimeout as delay } from "node:timers/promises";',
    "setInterval(look, 10).unref();",
    "const startedAtMs = performance.now();",
    "const nowMs = Date.now();",
    "const at = new Date().toISOString();",
    "const ms = 10 * Math.random();",
  ]) {
    it(`is missed here: ${planted}`, () => {
      expect(offencesIn(planted, reserved)).to.have.length(1);
    });
  }

  it("is not needed for a socket's own timeout, a given moment, or the default of an option", () => {
    const source = "socket.setTimeout(10); new Date(atMs); const { random = Math.random } = options;";
    expect(offencesIn(source, reserved)).to.deep.equal([]);
  });
});
