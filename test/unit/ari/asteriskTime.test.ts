import { expect } from "chai";
import fc from "fast-check";
import { AsteriskTime } from "../../../src/ari/asteriskTime.ts";

const hourMs = 3_600_000;

/** An Asterisk whose clock is wrong, and a network; `nowMs` is true time and our steady clock. */
class Line {
  readonly time = new AsteriskTime();
  nowMs = 1_000;
  aheadMs: number;

  constructor(aheadMs: number) {
    this.aheadMs = aheadMs;
  }

  pass(ms: number): this {
    this.nowMs += ms;
    return this;
  }

  /** An event happens, and is read so much later. Returns by how much its time is wrong. */
  event(readAfterMs: number): number {
    const trueMs = this.nowMs;
    const timestampMs = Math.floor(trueMs + this.aheadMs);
    this.pass(readAfterMs);
    return this.time.happened(timestampMs, this.nowMs) - trueMs;
  }

  /** A question reaches Asterisk, and its answer us. `unitMs`: to what the answer's time is exact. */
  ask(thereMs: number, backMs: number, unitMs = 1): void {
    const askedMs = this.nowMs;
    this.pass(thereMs);
    const fromMs = Math.floor((this.nowMs + this.aheadMs) / unitMs) * unitMs;
    this.pass(backMs);
    this.time.answered({ fromMs, toMs: fromMs + unitMs }, askedMs, this.nowMs);
  }
}

describe("The time of an Asterisk event on our steady clock", () => {
  for (const aheadMs of [0, hourMs, -hourMs])
    describe(`whose clock is ${aheadMs / hourMs} h ahead`, () => {
      it("is right however late the event is read", () => {
        const line = new Line(aheadMs);
        line.ask(1, 1);
        expect(line.event(20_000)).to.be.within(-2, 3);
        expect(line.pass(500).event(1)).to.be.within(-2, 3);
        expect(line.pass(500).event(6_000)).to.be.within(-2, 3);
      });

      it("comes from the fastest event if no answer has a timestamp", () => {
        const line = new Line(aheadMs);
        line.event(5);
        line.pass(100).event(1);
        expect(line.pass(100).event(20_000)).to.be.within(0, 2);
      });

      it("stays right when the clock is set, forward or back", () => {
        for (const stepMs of [hourMs, -hourMs, 5_000, -5_000, 300, -300]) {
          const line = new Line(aheadMs);
          line.ask(1, 1);
          line.pass(1_000).event(1);
          line.aheadMs += stepMs;
          line.pass(1_000).ask(1, 1);
          expect(line.pass(100).event(1), String(stepMs)).to.be.within(-2, 3);
          expect(line.pass(100).event(10_000), String(stepMs)).to.be.within(-2, 3);
        }
      });

      it("stays right with events alone when the clock is set by more than a second", () => {
        for (const stepMs of [hourMs, -hourMs]) {
          const line = new Line(aheadMs);
          line.ask(1, 1);
          line.pass(1_000).event(1);
          line.aheadMs += stepMs;
          expect(line.pass(100).event(1), String(stepMs)).to.be.within(-2, 3);
          expect(line.pass(100).event(10_000), String(stepMs)).to.be.within(-2, 3);
        }
      });

      it("is accurate to a second if answers have whole seconds, and does not drift", () => {
        const line = new Line(aheadMs);
        line.ask(2, 2, 1_000);
        for (let day = 0; day < 10; day += 1) {
          // A clock that loses four seconds a day.
          line.aheadMs -= 4_000;
          line.pass(24 * hourMs).ask(2, 2, 1_000);
          expect(line.event(2)).to.be.within(-1_005, 3);
        }
      });
    });

  it("is never later than now nor earlier than the event, in any order of messages", () => {
    const step = fc.record({
      kind: fc.constantFrom("event", "ask", "set"),
      afterMs: fc.integer({ min: 0, max: 5_000 }),
      thereMs: fc.integer({ min: 0, max: 40 }),
      backMs: fc.integer({ min: 0, max: 30_000 }),
      byMs: fc.integer({ min: -2 * hourMs, max: 2 * hourMs }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const line = new Line(hourMs);
        line.ask(1, 1);
        for (const { kind, afterMs, thereMs, backMs, byMs } of steps) {
          line.pass(afterMs);
          if (kind === "set") {
            line.aheadMs += byMs;
            // Whatever is asked next tells of it.
            line.ask(1, 1);
          } else if (kind === "ask") line.ask(thereMs, backMs);
          else {
            const wrongByMs = line.event(backMs);
            expect(wrongByMs).to.be.at.most(backMs + 1e-6);
            expect(wrongByMs).to.be.at.least(-4);
          }
        }
      }),
    );
  });

  it("ignores the Date header of a proxy once an answer had milliseconds", () => {
    const line = new Line(0);
    line.ask(1, 1);
    const askedMs = line.nowMs;
    line.time.answered({ fromMs: askedMs - 9_000, toMs: askedMs - 8_000 }, askedMs, askedMs + 2);
    expect(line.event(1)).to.be.within(-2, 3);
  });

  it("is null for a past timestamp until the offset is known", () => {
    const line = new Line(hourMs);
    expect(line.time.momentOf(hourMs + 500, line.nowMs)).to.equal(null);
    line.ask(1, 1);
    expect(line.time.momentOf(hourMs + 500, line.nowMs)).to.be.closeTo(500, 3);
    expect(line.time.momentOf(2 * hourMs, line.nowMs)).to.equal(line.nowMs);
  });
});
