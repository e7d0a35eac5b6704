import type { BenchmarkResult } from "../benchmark.ts";
import { type Conditions, conditionsInWords } from "../support/conditions.ts";
import { goalsTable } from "../support/goals.ts";
import { type Cell, table } from "../support/table.ts";
import { type CaseFigures, type CaseResult, figuresOf } from "./figures.ts";
import { LIMIT_P95_MS } from "./ladder.ts";
import type { CallsOptions } from "./options.ts";
import { type Mode, targetsOf } from "./targets.ts";
import { type Trunks, type VariantName, variantTitles } from "./variants.ts";

interface Circumstances {
  readonly conditions: Conditions;
  readonly options: CallsOptions;
  /** Calls that should have a record in the database, and those that have one. */
  readonly records: { readonly expected: number; readonly written: number };
}

const modeOf = ({ live, rtp }: CallsOptions): Mode => (rtp ? "rtp" : live ? "live" : "short");

const rateCell = ({ highestCallsPerSecond, ceilingReached }: CaseFigures): Cell =>
  highestCallsPerSecond === null ? null : `${highestCallsPerSecond}${ceilingReached === true ? "+" : ""}`;

const rowOf = (one: CaseFigures): Cell[] => {
  const { steady, trunks, variant } = one;
  const cpu = steady?.cpuMsPerCall;
  return [
    `${variantTitles[variant]}, ${trunks}`,
    cpu?.total ?? null,
    cpu?.asterisk ?? null,
    cpu?.controller ?? null,
    cpu?.mysql ?? null,
    cpu?.redis ?? null,
    steady?.setUpMs.p50 ?? null,
    steady?.setUpMs.p95 ?? null,
    steady?.setUpMs.p99 ?? null,
    steady?.failedCalls ?? null,
  ];
};

/** Total and highest rate, with a column for each kind of trunks. */
const headline = (cases: readonly CaseFigures[], trunks: readonly Trunks[]): string => {
  const variants = [...new Set<VariantName>(cases.map(({ variant }) => variant))];
  const cells = (variant: VariantName, cell: (one: CaseFigures) => Cell): Cell[] =>
    trunks.map((kind) => {
      const found = cases.find((one) => one.variant === variant && one.trunks === kind);
      return found === undefined ? null : cell(found);
    });
  return table(
    ["variant", ...trunks.map((kind) => `total, ${kind}`), ...trunks.map((kind) => `highest/s, ${kind}`)],
    variants.map((variant) => [
      variantTitles[variant],
      ...cells(variant, ({ steady }) => steady?.cpuMsPerCall.total ?? null),
      ...cells(variant, rateCell),
    ]),
  );
};

const audio = (cases: readonly CaseFigures[]): string =>
  table(
    ["audio", "calls counted", "received/call", "sent/call", "lost packets", "native_rtp"],
    cases.map(({ variant, trunks, steady }) => {
      const rtp = steady?.rtp;
      return [
        `${variantTitles[variant]}, ${trunks}`,
        rtp?.calls ?? null,
        rtp?.receivedPerCall ?? null,
        rtp?.sentPerCall ?? null,
        rtp?.lostPackets ?? null,
        rtp?.nativeShare ?? null,
      ];
    }),
  );

export const report = (
  { conditions, options, records }: Circumstances,
  results: readonly CaseResult[],
): BenchmarkResult => {
  const { rate, talkSeconds, live, rtp, roundSeconds } = options;
  const cases = results.map(figuresOf);
  const goals = targetsOf(modeOf(options), cases);
  const pace = {
    callsPerSecond: rate,
    talkSeconds,
    seconds: roundSeconds,
    rounds: options.rounds,
    live,
    rtp,
  };
  const json = { benchmark: "calls", conditions, pace, limitP95Ms: LIMIT_P95_MS, cases, records, goals };
  const text = [
    conditionsInWords(conditions),
    `Calls of ${talkSeconds} s at ${rate}/s, ${options.rounds} rounds of ${roundSeconds} s` +
      (live ? `, measured with ${rate * talkSeconds} live calls.` : "."),
    "",
    headline(cases, options.trunks),
    "Total: processor time of Asterisk, controller, MySQL, and Redis in milliseconds a call; medians of the rounds.",
    "",
    table(
      ["variant, trunks", "total", "Asterisk", "ctrl", "MySQL", "Redis", "p50", "p95", "p99", "failed"],
      cases.map(rowOf),
    ),
    "Set-up from INVITE to 200 in milliseconds.",
    ...(rtp ? ["", audio(cases)] : []),
    `Records in the database: ${records.written} of ${records.expected}.`,
    "",
    goalsTable(goals),
    "",
  ].join("\n");
  return { json, text };
};
