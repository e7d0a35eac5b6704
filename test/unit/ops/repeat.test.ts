import { expect } from "chai";
import { repeat } from "../../../src/ops/repeat.ts";
import { VirtualClock } from "../../../lab/simulated/index.ts";

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
});
