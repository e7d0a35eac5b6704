import { expect } from "chai";
import {
  nextShedding,
  type Shedding,
  sheddingNothing,
} from "../../../../../src/calls/overload/rules/shedding.ts";

const turnMs = 150;

/** The percentages after turns with so many calls, which came so late. */
function percentages(turns: readonly (readonly [arrivals: number, delayMs: number | null])[]): number[] {
  let shedding: Shedding = sheddingNothing;
  return turns.map(([arrivals, delayMs]) => {
    shedding = nextShedding(shedding, { arrivals, delayMs, turnMs });
    return shedding.percent;
  });
}
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe("The share of calls that is refused", () => {
  it("is nothing while calls come in time, however many", () => {
    expect(percentages(times(20, [1_000, 20]))).to.deep.equal(times(20, 0));
  });

  it("is nothing after a stall, which makes the calls of a turn or two late", () => {
    expect(
      percentages([
        [50, 5],
        [0, null],
        [300, 20_000],
        [300, 1_000],
        [50, 5],
        [300, 20_000],
      ]),
    ).to.deep.equal(times(6, 0));
  });

  it("is nothing on a slow machine with few calls", () => {
    // Twenty a second, each 1.4 s late: 28 of them wait.
    expect(percentages(times(20, [3, 1_400]))).to.deep.equal(times(20, 0));
  });

  it("grows while many calls come late, and leaves a few that show whether they still do", () => {
    const grown = percentages(times(30, [40, 200]));
    expect(grown.slice(0, 5)).to.deep.equal([0, 0, 50, 65, 76]);
    expect(grown.at(-1)).to.equal(95);
  });

  it("stays where calls come neither late nor promptly, and falls to nothing when they come in time or not at all", () => {
    const shrunk = percentages([
      ...times(4, [40, 200] as const),
      [20, 45],
      ...times(10, [20, 10] as const),
      ...times(20, [0, null] as const),
    ]);
    expect(shrunk.slice(3, 7)).to.deep.equal([65, 65, 62, 59]);
    expect(shrunk.at(-1)).to.equal(0);
  });
});
