import { expect } from "chai";
import { VirtualClock } from "../../../../lab/simulated/index.ts";

describe("The virtual clock", () => {
  it("fires timers by time, and those of the same time in the order they were set", async () => {
    const clock = new VirtualClock(1_000);
    const fired: string[] = [];
    clock.setTimer(() => fired.push(`late ${clock.nowMs()}`), 50);
    clock.setTimer(() => fired.push(`first ${clock.nowMs()}`), 10);
    clock.setTimer(() => fired.push(`second ${clock.nowMs()}`), 10);

    await clock.advance(49);
    expect(fired).to.deep.equal(["first 1010", "second 1010"]);
    expect(clock.nowMs()).to.equal(1_049);

    await clock.advance(1);
    expect(fired).to.deep.equal(["first 1010", "second 1010", "late 1050"]);
  });

  it("does not fire cleared timers", async () => {
    const clock = new VirtualClock();
    let fired = 0;
    const timer = clock.setTimer(() => fired++, 5);
    clock.setTimer(() => fired++, 6);
    clock.clearTimer(timer);

    expect(clock.pending).to.equal(1);
    await clock.runUntilIdle();
    expect(fired).to.equal(1);
  });

  it("lets promises settle between two timers", async () => {
    const clock = new VirtualClock(0);
    const seen: number[] = [];
    const sleep = (ms: number): Promise<void> =>
      new Promise((resolve) => {
        clock.setTimer(resolve, ms);
      });
    const walk = async (): Promise<void> => {
      for (let step = 0; step < 3; step++) {
        await sleep(10);
        seen.push(clock.nowMs());
      }
    };
    const walked = walk();
    await clock.runUntilIdle();
    await walked;
    expect(seen).to.deep.equal([10, 20, 30]);
  });

  it("keeps the order of many timers", async () => {
    const clock = new VirtualClock(0);
    const fired: number[] = [];
    for (let index = 0; index < 500; index++) {
      const ms = (index * 7919) % 503;
      clock.setTimer(() => fired.push(ms), ms);
    }
    await clock.runUntilIdle();
    expect(fired).to.have.lengthOf(500);
    expect(fired).to.deep.equal(fired.toSorted((one, other) => one - other));
  });

  it("reports what never settles or becomes true", async () => {
    const clock = new VirtualClock();
    const again = (): void => {
      clock.setTimer(again, 1_000);
    };
    again();
    const outcome = async (wait: Promise<void>): Promise<string> =>
      wait.then(
        () => "settled",
        (error: unknown) => String(error),
      );
    expect(await outcome(clock.runUntilIdle(5_000))).to.match(/still being set after 5000 ms/);
    expect(await outcome(clock.runUntil(() => false, 5_000))).to.match(/did not come true within 5000 ms/);
  });
});
