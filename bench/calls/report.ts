import type { BenchmarkResult } from "../benchmark.ts";
import { type Conditions, conditionsInWords } from "../support/conditions.ts";
import { goal, goalsTable } from "../support/goals.ts";
import { median, percentile, rounded } from "../support/statistics.ts";
import { type Cell, table } from "../support/table.ts";
import { type Climb, LIMIT_P95_MS, type Step } from "./ladder.ts";
import type { Measured } from "./measure.ts";
import { type WayName, wayTitles } from "./ways.ts";

interface WayResult {
  readonly name: WayName;
  /** null if the rising rates were skipped. */
  readonly climb: Climb | null;
  /** One per round at the steady rate; empty if these were skipped. */
  readonly rounds: readonly Measured[];
}

/** The median of the rounds, so that a single disturbed round does not count. */
const overRounds = (rounds: readonly Measured[], value: (round: Measured) => number): number | null =>
  rounded(median(rounds.map(value)), 2);

const steady = (rounds: readonly Measured[], rate: number) => {
  const setUp = (share: number) => overRounds(rounds, ({ load }) => percentile(load.setUpMs, share));
  const first = rounds[0];
  if (first === undefined) return null;
  return {
    callsPerSecond: rate,
    rounds: rounds.length,
    calls: rounds.reduce((sum, { load }) => sum + load.calls, 0),
    failedCalls: rounds.reduce((sum, { load }) => sum + load.failed, 0),
    setUpMs: { p50: setUp(0.5), p95: setUp(0.95), p99: setUp(0.99) },
    cpuMsPerCall: {
      controller:
        first.cpuMs.controller === null ? null : overRounds(rounds, ({ cpuMs }) => cpuMs.controller ?? 0),
      asterisk: overRounds(rounds, ({ cpuMs }) => cpuMs.asterisk),
      mysql: overRounds(rounds, ({ cpuMs }) => cpuMs.mysql),
      redis: overRounds(rounds, ({ cpuMs }) => cpuMs.redis),
    },
    eachRound: rounds.map(({ load, cpuMs }) => ({
      p50Ms: rounded(percentile(load.setUpMs, 0.5), 2),
      p95Ms: rounded(percentile(load.setUpMs, 0.95), 2),
      p99Ms: rounded(percentile(load.setUpMs, 0.99), 2),
      failedCalls: load.failed,
      controllerCpuMsPerCall: cpuMs.controller === null ? null : rounded(cpuMs.controller, 2),
      asteriskCpuMsPerCall: rounded(cpuMs.asterisk, 2),
    })),
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

const wayJson = ({ climb, rounds }: WayResult, rate: number) => ({
  highestCallsPerSecond: climb?.highestRate ?? null,
  ceilingReached: climb?.ceilingReached ?? null,
  steady: steady(rounds, rate),
  steps: climb?.steps.map(stepJson) ?? [],
});

type WayJson = ReturnType<typeof wayJson>;

const difference = (one: number | null | undefined, other: number | null | undefined): number | null =>
  one === null || one === undefined || other === null || other === undefined ? null : rounded(one - other, 2);

const ratio = (one: number | null | undefined, other: number | null | undefined): number | null =>
  one === null || one === undefined || !other ? null : rounded(one / other, 2);

const goalsOf = (ways: Readonly<Partial<Record<WayName, WayJson>>>) => {
  const { plain, dialplan, ariClient, phoneProxy: ours } = ways;
  return [
    goal("rate to dialplan's", ratio(ours?.highestCallsPerSecond, dialplan?.highestCallsPerSecond), {
      atLeast: 0.9,
    }),
    goal("rate to ari-client's", ratio(ours?.highestCallsPerSecond, ariClient?.highestCallsPerSecond), {
      atLeast: 2,
    }),
    goal("p50 over plain, ms", difference(ours?.steady?.setUpMs.p50, plain?.steady?.setUpMs.p50), {
      atMost: 5,
    }),
    goal("p99 over plain, ms", difference(ours?.steady?.setUpMs.p99, plain?.steady?.setUpMs.p99), {
      atMost: 20,
    }),
    goal("controller CPU a call, ms", ours?.steady?.cpuMsPerCall.controller ?? null, { atMost: 1.5 }),
  ];
};

const rowOf = (name: WayName, way: WayJson): Cell[] => {
  const highest = way.highestCallsPerSecond;
  return [
    wayTitles[name],
    highest === null ? null : `${highest}${way.ceilingReached === true ? "+" : ""}`,
    way.steady?.setUpMs.p50 ?? null,
    way.steady?.setUpMs.p95 ?? null,
    way.steady?.setUpMs.p99 ?? null,
    way.steady?.cpuMsPerCall.controller ?? null,
    way.steady?.cpuMsPerCall.asterisk ?? null,
    way.steady?.cpuMsPerCall.mysql ?? null,
    way.steady?.cpuMsPerCall.redis ?? null,
    way.steady?.failedCalls ?? null,
  ];
};

/** `records`: how many calls have a record in the database, and how many should have one. */
export const report = (
  conditions: Conditions,
  results: readonly WayResult[],
  rate: number,
  records: { readonly expected: number; readonly written: number },
): BenchmarkResult => {
  const ways: Partial<Record<WayName, WayJson>> = {};
  for (const result of results) ways[result.name] = wayJson(result, rate);
  const goals = goalsOf(ways);
  const json = { benchmark: "calls", conditions, limitP95Ms: LIMIT_P95_MS, ways, records, goals };
  const text = [
    conditionsInWords(conditions),
    "",
    table(
      [
        "way",
        "highest/s",
        `p50 at ${rate}/s`,
        "p95",
        "p99",
        "ctrl CPU",
        "Asterisk",
        "MySQL",
        "Redis",
        "failed",
      ],
      results.map(({ name }) => rowOf(name, ways[name] ?? wayJson({ name, climb: null, rounds: [] }, rate))),
    ),
    "Set-up from INVITE to 200 in milliseconds, processor time in milliseconds a call; medians of the rounds.",
    `Records in the database: ${records.written} of ${records.expected}.`,
    "",
    goalsTable(goals),
    "",
  ].join("\n");
  return { json, text };
};
