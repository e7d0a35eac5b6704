import { expect } from "chai";
import { sleep } from "../../../src/ops/sleep.ts";
import { VirtualClock } from "../../../lab/simulated/index.ts";

describe("sleep()", () => {
  it("takes as long as requested", async () => {
    const clock = new VirtualClock();
    let isOver = false;
    const sleeping = sleep(clock, 1_000).then(() => (isOver = true));
    await clock.advance(999);
    expect(isOver).to.equal(false);
    await clock.advance(1);
    await sleeping;
    expect(clock.pending).to.equal(0);
  });

  it("ends with the reason of its signal, and leaves no timer", async () => {
    const clock = new VirtualClock();
    const abort = new AbortController();
    const reason = new Error("Stopped.");
    const thrown = sleep(clock, 1_000, abort.signal).catch((error: unknown) => error);
    abort.abort(reason);
    expect(await thrown).to.equal(reason);
    expect(await sleep(clock, 1_000, abort.signal).catch((error: unknown) => error)).to.equal(reason);
    expect(clock.pending).to.equal(0);
  });
});
