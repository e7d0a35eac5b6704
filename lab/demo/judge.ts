import type { CallStatus } from "../../src/values/callRecord.ts";
import type { DemoScenario } from "./scenarios.ts";

/** A row of `call_logs`, as far as the demo looks at it. */
export interface SeenRecord {
  readonly status: CallStatus;
  readonly realNumber: string | null;
  /** From the answer to the end. */
  readonly durationSeconds: number;
}

/** What was seen of one call from outside. */
export interface CallEvidence {
  /** Final SIP code that the caller got; null when none came. */
  readonly sip: number | null;
  /** Numbers that the outbound provider was asked for. */
  readonly calledNumbers: readonly string[];
  /** Messages by which one side was told the other's number. */
  readonly leaks: number;
  /** All records of the call; there has to be one. null: the database could not be asked. */
  readonly records: readonly SeenRecord[] | null;
}

/** Everything that is not as the scenario says, in words; nothing when all is well. */
export const problemsOf = (scenario: DemoScenario, evidence: CallEvidence): readonly string[] => {
  const { sip, calledNumbers, leaks, records } = evidence;
  const problems: string[] = [];
  if (sip !== scenario.sip) problems.push(`the caller got ${sip ?? "no answer"} instead of ${scenario.sip}`);
  const expectedLegs = scenario.realNumber === null ? [] : [scenario.realNumber];
  if (calledNumbers.join() !== expectedLegs.join())
    problems.push(
      calledNumbers.length === 0
        ? "the real number was not called"
        : `the outbound trunk was asked for ${calledNumbers.join(", ")}`,
    );
  if (leaks > 0) problems.push(`${leaks} messages tell one side the other's number`);
  const record = records?.[0];
  if (records === null) problems.push("the database cannot be asked for the record");
  else if (record === undefined) problems.push("the call has no record");
  else if (records.length > 1) problems.push(`the call has ${records.length} records`);
  else problems.push(...problemsOfRecord(scenario, record));
  return problems;
};

const problemsOfRecord = (scenario: DemoScenario, record: SeenRecord): string[] => {
  const problems: string[] = [];
  if (record.status !== scenario.status)
    problems.push(`the record says ${record.status} instead of ${scenario.status}`);
  if (record.realNumber !== scenario.realNumber) problems.push("the record has another real number");
  if (record.durationSeconds > 0 !== (record.status === "answered"))
    problems.push(`the record says ${record.durationSeconds} s`);
  return problems;
};
