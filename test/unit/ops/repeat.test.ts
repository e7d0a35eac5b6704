import { expect } from "chai";
import { repeat, repeatPatiently } from "../../../src/ops/repeat.ts";
import { VirtualClock } from "../../../lab/simulated/index.ts";
import { ProcessClock } from "../../support/processClock.ts";

describe("Repeated work", () => {
  it("waits for each run to end before the next interval, and stops on request", async () => {
    const clock = new VirtualClock();
    const at: number[] = [];
    const startedAtMs = clock.nowMs();
    const stop = repeat(clock, 1_000, async () => {
      at.push(clock.nowMs() - startedAtMs);
      await new Promise<void>((resolve) => {
        clock.setTimer(resolve, 500);
      });
    });
    await clock.advance(4_100);
    expect(at).to.deep.equal([1_000, 2_500, 4_000]);
    stop();
    await clock.runUntilIdle();
    expect(at).to.have.length(3);
  });

  it("may end at once, and stop itself", async () => {
    const clock = new VirtualClock();
    let runs = 0;
    const stop = repeat(clock, 1_000, () => {
      runs += 1;
      if (runs === 3) stop();
    });
    await clock.advance(10_000);
    expect(runs).to.equal(3);
    expect(clock.pending).to.equal(0);
  });

  it("gives peers time to answer after the process was frozen, if it is patient", async () => {
    const time = new VirtualClock();
    const clock = new ProcessClock(time);
    const startedAtMs = clock.steadyMs();
    const at: number[] = [];
    const stop = repeatPatiently(clock, 1_000, () => void at.push(clock.steadyMs() - startedAtMs));
    clock.freeze();
    await time.advance(5_000);
    clock.thaw();
    await time.advance(1_150);
    stop();
    expect(at).to.deep.equal([5_100, 6_100]);
  });
});
