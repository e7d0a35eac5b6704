import { redactFields, redactText } from "../../ops/redact.ts";
import { maskNumber } from "../../values/masking.ts";
import type { TimelineStep } from "../../values/callRecord.ts";
import { entryOf } from "../logLines.ts";

/** A call from the database or the spool. */
type Call = Readonly<Record<string, unknown>> & {
  readonly startedAtMs: number;
  readonly timeline?: readonly TimelineStep[] | null;
};

const personal = new Set(["realNumber", "caller", "callerId", "shownNumber"]);

/** The record, one field a line. A shown number that is the proxy number needs no mask. */
export function recordLines(call: Call, { numbers }: { readonly numbers: boolean }): readonly string[] {
  return Object.entries(call)
    .filter(([name, value]) => name !== "timeline" && name !== "id" && value !== null && value !== "")
    .map(([name, value]) => {
      const isHidden = !numbers && personal.has(name) && value !== call["proxyNumber"];
      const text = isHidden ? maskNumber(String(value)) : textOf(name, value);
      return `  ${wordsOf(name).padEnd(18)}${text}`;
    });
}

/** `startedAtMs` as `started at`. */
const wordsOf = (name: string): string =>
  name.replace(/Ms$/, "").replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const textOf = (name: string, value: unknown): string =>
  name.endsWith("AtMs") && typeof value === "number" ? new Date(value).toISOString() : String(value);

export const timelineLines = ({ timeline = null }: Call): readonly string[] =>
  (timeline ?? []).map(
    ([afterMs, event, state, sipCode]) =>
      `  +${(afterMs / 1000).toFixed(3).padStart(9)} s  ${event.padEnd(24)}${state}${sipCode === undefined ? "" : `  SIP ${sipCode}`}`,
  );

/** A line of the log for people, without the call's ID. */
export function logLine(line: string): string {
  const entry = entryOf(line);
  if (entry === null) return `  ${redactText(line)}`;
  const { at, level, message, callId: _, ...fields } = redactFields(entry);
  const rest = Object.entries(fields).map(
    ([name, value]) => ` ${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return `  ${String(at)} ${String(level).padEnd(5)} ${String(message)}${rest.join("")}`;
}
