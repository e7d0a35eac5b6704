import type { LegSeen } from "./journal.ts";

/** A call record, as far as it is compared with what the parties saw. Times are UTC milliseconds. */
export interface RecordSeen {
  readonly callId: string;
  readonly proxyNumber: string;
  readonly caller: string;
  readonly status: string;
  readonly reason: string | null;
  readonly talkSeconds: number;
  readonly startedAtMs: number;
}

/** One call as both parties saw it. Every call of a run has a caller's number of its own. */
export interface CallSeen {
  readonly caller: LegSeen;
  /** One for each time that a callee was called for this call, in order. */
  readonly callees: readonly LegSeen[];
}

/** The limits of the promises. */
export interface Limits {
  /** From the INVITE to the first thing that the caller hears. */
  readonly silenceMs: number;
  /** From one party's BYE to the other's. */
  readonly releaseMs: number;
  readonly talkSeconds: number;
  /** Asterisk was killed at these times: a call that was up then ends at the last sign of life. */
  readonly asteriskKilledAtMs: readonly number[];
}

interface Finding {
  readonly kind: "lost" | "duplicated" | "wrong" | "stranded" | "silent" | "rungTwice";
  /** Without phone numbers, which are the run's own anyway. */
  readonly detail: string;
}

export interface Verdict {
  readonly calls: number;
  readonly answered: number;
  readonly records: number;
  readonly findings: readonly Finding[];
  /** The longest of the run. */
  readonly longestSilenceMs: number;
  readonly longestReleaseMs: number;
  readonly largestTalkErrorSeconds: number;
}

/** The statuses that a record may have, by the final SIP code that its caller got. */
const statusesOf: Readonly<Record<number, readonly string[]>> = {
  200: ["answered"],
  403: ["rejected", "disabled", "own_number"],
  404: ["unallocated", "unknown_number"],
  410: ["expired", "quarantined", "unallocated"],
  480: ["no_answer"],
  482: ["loop"],
  484: ["unknown_number", "unallocated"],
  486: ["busy"],
  487: ["cancelled"],
  500: ["failed"],
  502: ["failed"],
  503: ["congestion", "failed"],
  603: ["rejected", "disabled"],
};

/** Outcomes that are announced to the caller. */
const refusals: readonly string[] = ["unknown_number", "disabled", "expired", "quarantined", "failed"];

/** How long before Asterisk's death the last sign of life may be. */
const lastSignOfLifeSeconds = 5;

/** Compares the records with what the parties saw, call by call. Pure. */
export function judgeRun(
  calls: readonly CallSeen[],
  records: readonly RecordSeen[],
  limits: Limits,
): Verdict {
  const findings: Finding[] = [];
  const byCaller = new Map<string, RecordSeen[]>();
  for (const record of records) byCaller.set(record.caller, [...(byCaller.get(record.caller) ?? []), record]);
  let longestSilenceMs = 0;
  let longestReleaseMs = 0;
  let largestTalkErrorSeconds = 0;
  let answered = 0;
  for (const [index, call] of calls.entries()) {
    const { caller, callees } = call;
    const found = (kind: Finding["kind"], detail: string): void =>
      void findings.push({ kind, detail: `call ${index + 1}: ${detail}` });
    if (caller.answeredAtMs !== null) answered += 1;

    const silenceMs = silenceOf(caller);
    if (silenceMs !== null) longestSilenceMs = Math.max(longestSilenceMs, silenceMs);
    if (silenceMs !== null && silenceMs > limits.silenceMs) found("silent", `nothing for ${silenceMs} ms`);

    const releaseMs = releaseOf(call, limits.asteriskKilledAtMs);
    if (releaseMs !== null) {
      longestReleaseMs = Math.max(longestReleaseMs, releaseMs);
      if (releaseMs > limits.releaseMs)
        found("stranded", releaseMs === Infinity ? "never released" : `released after ${releaseMs} ms`);
    }
    if (callees.length > 1) found("rungTwice", `the callee was called ${callees.length} times`);

    const [record, ...more] = byCaller.get(caller.from) ?? [];
    // An INVITE that Asterisk never took up, because it was down, leaves no record.
    const gotIn = caller.soundAtMs !== null || !caller.abandoned || callees.length > 0;
    if (record === undefined) {
      if (gotIn) found("lost", `no record; the caller got ${caller.finalCode ?? "no final response"}`);
      continue;
    }
    if (more.length > 0) found("duplicated", `${more.length + 1} records`);
    const problem = problemOf(caller, record, limits);
    if (problem !== null) found("wrong", problem);
    const error = talkErrorOf(caller, record);
    if (error !== null && !diedWith(caller, limits.asteriskKilledAtMs))
      largestTalkErrorSeconds = Math.max(largestTalkErrorSeconds, Math.abs(error));
  }
  return {
    calls: calls.length,
    answered,
    records: records.length,
    findings,
    longestSilenceMs,
    longestReleaseMs,
    largestTalkErrorSeconds,
  };
}

/** How long the caller heard nothing; null for a caller who left before, or whose Asterisk was down. */
function silenceOf(caller: LegSeen): number | null {
  if (caller.soundAtMs === null || caller.abandoned) return null;
  return caller.soundAtMs - caller.invitedAtMs;
}

/** How long the party that did not hang up stayed on the line; `Infinity` for ever, null if it was never connected. */
function releaseOf({ caller, callees }: CallSeen, killedAtMs: readonly number[]): number | null {
  const callee = callees.at(-1);
  if (callee === undefined || diedWith(caller, killedAtMs)) return null;
  const first = caller.endedBy === "self" ? caller : callee.endedBy === "self" ? callee : null;
  // A caller who gives up releases a callee who rings, too.
  if (first === null) {
    if (caller.cancelledAtMs === null || caller.answeredAtMs !== null) return null;
    const rangUntil = callee.cancelledAtMs ?? callee.finalAtMs ?? callee.endedAtMs;
    return rangUntil === null ? Infinity : Math.max(0, rangUntil - caller.cancelledAtMs);
  }
  const other = first === caller ? callee : caller;
  if (other.answeredAtMs === null) return null;
  return other.endedAtMs === null ? Infinity : Math.max(0, other.endedAtMs - (first.endedAtMs ?? 0));
}

const diedWith = (caller: LegSeen, killedAtMs: readonly number[]): boolean =>
  killedAtMs.some((killed) => caller.invitedAtMs <= killed && endOf(caller) >= killed);

/** When the call was over for the caller; never, if it was not. */
const endOf = ({ answeredAtMs, endedAtMs, finalAtMs }: LegSeen): number =>
  endedAtMs ?? (answeredAtMs === null ? finalAtMs : null) ?? Number.POSITIVE_INFINITY;

function talkErrorOf(caller: LegSeen, record: RecordSeen): number | null {
  if (caller.answeredAtMs === null || caller.endedAtMs === null) return null;
  return record.talkSeconds - (caller.endedAtMs - caller.answeredAtMs) / 1000;
}

function problemOf(caller: LegSeen, record: RecordSeen, limits: Limits): string | null {
  const killed = limits.asteriskKilledAtMs.find((atMs) => diedWith(caller, [atMs]));
  const { status, reason, talkSeconds } = record;
  const said = `${status}${reason === null ? "" : ` (${reason})`}`;
  if (killed !== undefined) {
    const wanted = caller.answeredAtMs === null ? ["cancelled", "failed"] : ["answered"];
    if (!wanted.includes(status)) return `${said} for a call that died with Asterisk`;
    if (caller.answeredAtMs === null) return null;
    const truth = (killed - caller.answeredAtMs) / 1000;
    return talkSeconds > truth + limits.talkSeconds ||
      talkSeconds < Math.max(0, truth - lastSignOfLifeSeconds) - limits.talkSeconds
      ? `${talkSeconds} s of talk, and Asterisk died after ${truth.toFixed(1)} s`
      : null;
  }
  const allowed = caller.finalCode === null ? ["cancelled"] : (statusesOf[caller.finalCode] ?? []);
  // The caller gave up while the outcome was being announced.
  if (caller.cancelledAtMs !== null && refusals.includes(status) && talkSeconds === 0) return null;
  if (!allowed.includes(status))
    return `${said}, and the caller got ${caller.finalCode ?? "no final response"}`;
  const error = talkErrorOf(caller, record);
  if (status === "answered" && error !== null && Math.abs(error) > limits.talkSeconds)
    return `${talkSeconds} s of talk, ${error.toFixed(1)} s more than the caller saw`;
  return status !== "answered" && talkSeconds > 0 ? `${said} with ${talkSeconds} s of talk` : null;
}
