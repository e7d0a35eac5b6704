import { STATUS_CODES } from "node:http";
import type { JudgedCall } from "./calls.ts";

/** The demo's output for humans and for programs. */
export interface Output {
  /** A line for humans. */
  say(line: string): void;
  heading(simulated: boolean): void;
  call(judged: JudgedCall): void;
  /** The last line of `--json`. */
  result(calls: readonly JudgedCall[], simulated: boolean): void;
}

const sipWords: Readonly<Record<number, string>> = {
  480: "Temporarily Unavailable",
  486: "Busy Here",
  487: "Request Terminated",
};

const sipOf = (code: number | null): string =>
  code === null ? "no answer" : `${code} ${sipWords[code] ?? STATUS_CODES[code] ?? ""}`.trim();

const columns = (cells: readonly string[]): string => {
  const widths = [16, 39, 27, 0];
  return cells
    .map((cell, index) => cell.padEnd(widths[index] ?? 0))
    .join(" ")
    .trimEnd();
};

const lineOf = ({ scenario, call, seen, status, durationSeconds, problems }: JudgedCall): string => {
  const record = status === null ? "none" : durationSeconds > 0 ? `${status}, ${durationSeconds} s` : status;
  const verdict = problems.length === 0 ? "ok" : `NOT AS EXPECTED: ${problems.join("; ")}`;
  const path = `${call.from} → ${call.to} → ${seen.calledNumbers.join(", ") || "–"}`;
  return columns([scenario.name, path, sipOf(seen.sip), `${record.padEnd(16)} ${verdict}`]);
};

/** With `json`, only the result goes to standard output. */
export const createOutput = ({ json }: { readonly json: boolean }): Output => {
  const stream = json ? process.stderr : process.stdout;
  const say = (line: string): void => void stream.write(`${line}\n`);
  return {
    say,
    heading: (simulated) =>
      say(
        `\n${columns([simulated ? "SIMULATED call" : "call", "caller → proxy → real", "the caller got", "record"])}`,
      ),
    call: (judged) => say(lineOf(judged)),
    result: (calls, simulated) => {
      if (json) process.stdout.write(`${JSON.stringify(resultOf(calls, simulated))}\n`);
    },
  };
};

const resultOf = (calls: readonly JudgedCall[], simulated: boolean) => ({
  calls: calls.map(({ scenario, seen, status, durationSeconds, problems }) => ({
    scenario: scenario.name,
    sip: seen.sip,
    status,
    expectedStatus: scenario.status,
    durationSeconds,
    ok: problems.length === 0,
  })),
  ok: calls.length > 0 && calls.every(({ problems }) => problems.length === 0),
  simulated,
});
