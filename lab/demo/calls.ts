import { randomInt } from "node:crypto";
import { problemsOf, type SeenRecord } from "./judge.ts";
import type { RecordReader } from "./records.ts";
import { type DemoScenario, UNKNOWN_NUMBER } from "./scenarios.ts";
import type { DemoCall, DemoWorld, SeenCall } from "./world.ts";

/** A call of the demo, as observed on both trunks and in its record. */
export interface JudgedCall {
  readonly scenario: DemoScenario;
  readonly call: DemoCall;
  readonly seen: SeenCall;
  /** Status of the record; null without one. */
  readonly status: string | null;
  readonly durationSeconds: number;
  /** Empty if the call went as the scenario says. */
  readonly problems: readonly string[];
}

export interface CallPorts {
  readonly world: DemoWorld;
  readonly records: RecordReader;
  readonly proxyNumbers: ReadonlyMap<string, string>;
}

/** A different caller's number for each call, so that its record can be found. */
const newCaller = (): string => `7916${String(randomInt(10_000_000)).padStart(7, "0")}`;

/** Places one call, waits for its end and its record, and compares both with the scenario. */
export const runCall = async (
  scenario: DemoScenario,
  { world, records, proxyNumbers }: CallPorts,
  signal: AbortSignal,
): Promise<JudgedCall> => {
  const { realNumber, caller } = scenario;
  const to = realNumber === null ? UNKNOWN_NUMBER : proxyNumbers.get(realNumber);
  if (to === undefined) throw new Error(`The sample file has no number for "${scenario.name}".`);
  const call: DemoCall = { from: newCaller(), to, caller, realNumber };
  const seen = await world.place(call, signal);
  return judge(scenario, call, seen, await records.of(call, signal));
};

/** Reads the records again, to detect a second record of the same call. */
export const judgeAgain = async (
  { scenario, call, seen }: JudgedCall,
  { records }: CallPorts,
  signal: AbortSignal,
): Promise<JudgedCall> => judge(scenario, call, seen, await records.of(call, signal));

const judge = (
  scenario: DemoScenario,
  call: DemoCall,
  seen: SeenCall,
  records: readonly SeenRecord[] | null,
): JudgedCall => ({
  scenario,
  call,
  seen,
  status: records?.[0]?.status ?? null,
  durationSeconds: records?.[0]?.durationSeconds ?? 0,
  problems: problemsOf(scenario, { ...seen, records }),
});
