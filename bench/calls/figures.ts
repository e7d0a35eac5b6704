import { median, percentile, rounded } from "../support/statistics.ts";
import type { Climb, Step } from "./ladder.ts";
import type { Measured } from "./measure.ts";
import { totalOf } from "./processes.ts";
import type { Case } from "./variants.ts";

export interface CaseResult {
  readonly case: Case;
  /** One per round; empty if rounds were skipped. */
  readonly rounds: readonly Measured[];
  /** null if the rising rates were skipped. */
  readonly climb: Climb | null;
}

/** The median of the rounds, so that a single disturbed round does not count. */
const overRounds = (rounds: readonly Measured[], value: (round: Measured) => number): number | null =>
  rounded(median(rounds.map(value)), 2);

const setUp = ({ load }: Measured, share: number): number => percentile(load.setUpMs, share);

const roundJson = (round: Measured) => ({
  p50Ms: rounded(setUp(round, 0.5), 2),
  p95Ms: rounded(setUp(round, 0.95), 2),
  p99Ms: rounded(setUp(round, 0.99), 2),
  failedCalls: round.load.failed,
  cpuMsPerCall: {
    total: rounded(totalOf(round.cpuMs), 2),
    asterisk: rounded(round.cpuMs.asterisk, 2),
    controller: round.cpuMs.controller === null ? null : rounded(round.cpuMs.controller, 2),
    mysql: rounded(round.cpuMs.mysql, 2),
    redis: rounded(round.cpuMs.redis, 2),
  },
});

const audioOf = (rounds: readonly Measured[]) => {
  const counted = rounds.flatMap(({ rtp }) => (rtp === null ? [] : [rtp]));
  const middle = (value: (round: (typeof counted)[number]) => number): number | null =>
    rounded(median(counted.map(value)), 2);
  return counted.length === 0
    ? null
    : {
        calls: counted.reduce((sum, { calls }) => sum + calls, 0),
        receivedPerCall: middle(({ receivedPerCall }) => receivedPerCall),
        sentPerCall: middle(({ sentPerCall }) => sentPerCall),
        lostPackets: counted.reduce(
          (sum, { calls, lostPerCall }) => sum + Math.round(calls * lostPerCall),
          0,
        ),
        nativeShare: rounded(Math.min(...counted.map(({ nativeShare }) => nativeShare)), 4),
      };
};

const steadyOf = (rounds: readonly Measured[]) => {
  const first = rounds[0];
  if (first === undefined) return null;
  return {
    calls: rounds.reduce((sum, { load }) => sum + load.calls, 0),
    failedCalls: rounds.reduce((sum, { load }) => sum + load.failed, 0),
    setUpMs: {
      p50: overRounds(rounds, (round) => setUp(round, 0.5)),
      p95: overRounds(rounds, (round) => setUp(round, 0.95)),
      p99: overRounds(rounds, (round) => setUp(round, 0.99)),
    },
    cpuMsPerCall: {
      total: overRounds(rounds, ({ cpuMs }) => totalOf(cpuMs)),
      asterisk: overRounds(rounds, ({ cpuMs }) => cpuMs.asterisk),
      controller:
        first.cpuMs.controller === null ? null : overRounds(rounds, ({ cpuMs }) => cpuMs.controller ?? 0),
      mysql: overRounds(rounds, ({ cpuMs }) => cpuMs.mysql),
      redis: overRounds(rounds, ({ cpuMs }) => cpuMs.redis),
    },
    rtp: audioOf(rounds),
    eachRound: rounds.map(roundJson),
  };
};

const stepJson = (step: Step) => ({
  callsPerSecond: step.rate,
  attempt: step.attempt,
  calls: step.calls,
  failedCalls: step.failed,
  p50Ms: rounded(step.p50Ms, 2),
  p95Ms: rounded(step.p95Ms, 2),
  p99Ms: rounded(step.p99Ms, 2),
  sustained: step.sustained,
});

export const figuresOf = ({ case: { variant, trunks }, climb, rounds }: CaseResult) => ({
  variant,
  trunks,
  highestCallsPerSecond: climb?.highestRate ?? null,
  ceilingReached: climb?.ceilingReached ?? null,
  steady: steadyOf(rounds),
  steps: climb?.steps.map(stepJson) ?? [],
});

export type CaseFigures = ReturnType<typeof figuresOf>;
