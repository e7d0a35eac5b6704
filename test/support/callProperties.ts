import { expect } from "chai";
import type { CallRecord } from "../../src/values/callRecord.ts";

interface TimerCommand<Timer> {
  readonly type: string;
  readonly timer?: Timer;
}

/** The timer that is set after these commands; a call has at most one. */
export function armedBy<Timer>(commands: readonly TimerCommand<Timer>[], before: Timer | null): Timer | null {
  let armed = before;
  for (const { type, timer } of commands) {
    if (type === "setTimer" && timer !== undefined) armed = timer;
    if (type === "clearTimer") armed = null;
  }
  return armed;
}

/** A record whose times cannot contradict each other. Seconds are rounded. */
export function expectToAddUp(record: CallRecord): void {
  const { startedAtMs, answeredAtMs, endedAtMs, ringSeconds, talkSeconds, status } = record;
  expect(answeredAtMs ?? startedAtMs).to.be.at.least(startedAtMs);
  expect(endedAtMs).to.be.at.least(answeredAtMs ?? startedAtMs);
  expect((ringSeconds ?? 0) + talkSeconds).to.be.at.most((endedAtMs - startedAtMs) / 1000 + 1);
  expect(talkSeconds > 0 && status !== "answered").to.equal(false);
}
