import { randomInt } from "node:crypto";
import { problemsOf, type SeenRecord } from "./judge.ts";
import type { RecordReader } from "./records.ts";
import { type DemoScenario, UNKNOWN_NUMBER } from "./scenarios.ts";
import type { DemoCall, DemoWorld, SeenCall } from "./world.ts";

/** A call of the demo, seen from outside and from the record. */
export interface JudgedCall {
  readonly scenario: DemoScenario;
  readonly call: DemoCall;
  readonly seen: SeenCall;
  /** Status of the record; null without one. */
  readonly status: string | null;
  readonly durationSeconds: number;
  /** Nothing when all went as the scenario says. */
  readonly problems: readonly string[];
}

export interface CallPorts {
  readonly world: DemoWorld;
  readonly records: RecordReader;
  readonly proxyNumbers: ReadonlyMap<string, string>;
}

/** A different caller for each call, by which its record is found. */
const newCaller = (): string => `7916${String(randomInt(10_000_000)).padStart(7, "0")}`;

/** Places one call, waits for its end and its record, and judges. */
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

/** Looks again at the records: by now a second one of a call would be there too. */
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
