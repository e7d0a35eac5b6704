import type { CallStatus } from "../../src/values/callRecord.ts";
import type { DemoScenario } from "./scenarios.ts";

/** The columns of `call_logs` that the demo checks. */
export interface SeenRecord {
  readonly status: CallStatus;
  readonly realNumber: string | null;
  /** From the answer to the end of the call. */
  readonly durationSeconds: number;
}

/** What was observed of one call. */
export interface CallEvidence {
  /** Final SIP code received by the caller; null if there was none. */
  readonly sip: number | null;
  /** Numbers in the INVITEs to the outbound provider. */
  readonly calledNumbers: readonly string[];
  /** SIP messages that revealed a party's number to the other one. */
  readonly leaks: number;
  /** All records of the call, of which there must be exactly one; null if the database is unavailable. */
  readonly records: readonly SeenRecord[] | null;
}

/** Describes every difference from the scenario; empty if there is none. */
export const problemsOf = (scenario: DemoScenario, evidence: CallEvidence): readonly string[] => {
  const { sip, calledNumbers, leaks, records } = evidence;
  const problems: string[] = [];
  if (sip !== scenario.sip) problems.push(`the caller got ${sip ?? "no answer"} instead of ${scenario.sip}`);
  const expectedLegs = scenario.realNumber === null ? [] : [scenario.realNumber];
  if (calledNumbers.join() !== expectedLegs.join())
    problems.push(
      calledNumbers.length === 0
        ? "the real number was not called"
        : `the outbound trunk was asked to call ${calledNumbers.join(", ")}`,
    );
  if (leaks > 0) problems.push(`${leaks} SIP messages revealed a party's number to the other one`);
  const record = records?.[0];
  if (records === null) problems.push("the record could not be read, because the database is unavailable");
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
