import { expect } from "chai";
import { climb, judge, type Step } from "../../../bench/calls/ladder.ts";
import type { LoadResult } from "../../../bench/calls/sippFiles.ts";

const aLoad = (changes: Partial<LoadResult> = {}): LoadResult => ({
  calls: 100,
  failed: 0,
  setUpMs: Array.from({ length: 100 }, (_, index) => index + 1),
  refusedMs: [],
  paceKept: true,
  ...changes,
});

const aStep = (rate: number, attempt: number, sustained: boolean): Step => ({
  ...judge(rate, attempt, aLoad()),
  sustained,
});

describe("A rate", () => {
  it("is sustained with a p95 of up to 100 ms", () => {
    expect(judge(60, 1, aLoad())).to.include({ p50Ms: 50, p95Ms: 95, p99Ms: 99, sustained: true });
  });

  it("is not sustained if callers wait longer", () => {
    const slow = Array.from({ length: 100 }, (_, index) => index + 10);
    expect(judge(60, 1, aLoad({ setUpMs: slow })).sustained).to.equal(false);
  });

  it("is not sustained if a call fails, the pace is not kept, or no call is answered", () => {
    expect(judge(60, 1, aLoad({ failed: 1 })).sustained).to.equal(false);
    expect(judge(60, 1, aLoad({ paceKept: false })).sustained).to.equal(false);
    expect(judge(60, 1, aLoad({ setUpMs: [] })).sustained).to.equal(false);
  });
});

describe("The rising rates", () => {
  /** Sustains rates up to its limit, except that those in `hiccups` fail once. */
  const runner = (limits: Readonly<Record<string, number>>, hiccups: readonly string[] = []) => {
    const runs: string[] = [];
    const run = async (name: string, rate: number, attempt: number): Promise<Step> => {
      runs.push(`${name} ${rate} ${attempt}`);
      const hiccup = attempt === 1 && hiccups.includes(`${name} ${rate}`);
      return aStep(rate, attempt, rate <= (limits[name] ?? 0) && !hiccup);
    };
    return { runs, run };
  };

  it("find the highest sustained rate of each way", async () => {
    const { run } = runner({ fast: 80, slow: 40 });
    const climbs = await climb(["fast", "slow"], [40, 60, 80, 100], run);
    expect(climbs.get("fast")).to.include({ highestRate: 80, ceilingReached: false });
    expect(climbs.get("slow")).to.include({ highestRate: 40, ceilingReached: false });
  });

  it("give every way a turn at a rate, and a second attempt after the others", async () => {
    const { run, runs } = runner({ one: 60, other: 60 }, ["one 40"]);
    await climb(["one", "other"], [40, 60], run);
    expect(runs).to.deep.equal(["one 40 1", "other 40 1", "one 40 2", "other 60 1", "one 60 1"]);
  });

  it("forgive one hiccup, but not two failures at the same rate", async () => {
    const { run, runs } = runner({ one: 60 }, ["one 40"]);
    const climbs = await climb(["one"], [40, 60, 80, 100], run);
    expect(climbs.get("one")).to.include({ highestRate: 60 });
    expect(runs.slice(-2)).to.deep.equal(["one 80 1", "one 80 2"]);
  });

  it("report if even the highest rate was sustained, and 0 if not even the lowest", async () => {
    const { run } = runner({ fast: 1_000, broken: 0 });
    const climbs = await climb(["fast", "broken"], [40, 60], run);
    expect(climbs.get("fast")).to.include({ highestRate: 60, ceilingReached: true });
    expect(climbs.get("broken")).to.include({ highestRate: 0, ceilingReached: false });
  });
});
