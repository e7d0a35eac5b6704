import { expect } from "chai";
import { repeat } from "../../../src/ops/repeat.ts";
import { VirtualClock } from "../../../lab/simulated/index.ts";

describe("work that is repeated", () => {
  it("waits for its end before the next time is counted, and stops when told", async () => {
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
