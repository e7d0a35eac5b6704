import { expect } from "chai";
import { setPatientTimer } from "../../../src/ops/patientTimer.ts";
import type { SteadyClock } from "../../../src/ops/types.ts";

/** A clock whose only timer is fired by the test. */
class LateClock implements SteadyClock {
  atMs = 0;
  timer: { readonly callback: () => void; readonly dueMs: number } | null = null;

  nowMs(): number {
    return this.atMs;
  }

  steadyMs(): number {
    return this.atMs;
  }

  setTimer(callback: () => void, afterMs: number): object {
    this.timer = { callback, dueMs: this.atMs + afterMs };
    return this.timer;
  }

  clearTimer(handle: object | number): void {
    if (this.timer === handle) this.timer = null;
  }

  fire(lateMs: number): void {
    const { timer } = this;
    if (timer === null) throw new Error("No timer is set.");
    this.timer = null;
    this.atMs = timer.dueMs + lateMs;
    timer.callback();
  }
}

describe("setPatientTimer()", () => {
  const set = (afterMs = 3_000) => {
    const clock = new LateClock();
    const decided: number[] = [];
    const stop = setPatientTimer(clock, () => decided.push(clock.atMs), afterMs);
    return { clock, decided, stop };
  };

  it("decides at once if it fires on time", () => {
    const { clock, decided } = set();
    clock.fire(5);
    expect(decided).to.deep.equal([3_005]);
    expect(clock.timer).to.equal(null);
  });

  it("is postponed if it fires late, so that the sockets are read first", () => {
    const { clock, decided } = set();
    clock.fire(20_000);
    expect(decided).to.deep.equal([]);
    clock.fire(0);
    expect(decided).to.deep.equal([23_100]);
  });

  it("is postponed at most ten times", () => {
    const { clock, decided } = set();
    for (let round = 0; round < 10; round += 1) clock.fire(400);
    expect(decided).to.deep.equal([]);
    clock.fire(400);
    expect(decided).to.have.length(1);
  });

  it("can be stopped while postponed", () => {
    const { clock, decided, stop } = set();
    clock.fire(20_000);
    stop();
    expect(clock.timer).to.equal(null);
    expect(decided).to.deep.equal([]);
  });

  it("fires at once if already due", () => {
    const { clock, decided } = set(-5);
    clock.fire(0);
    expect(decided).to.deep.equal([0]);
  });
});
