import type { LegSeen } from "./journal.ts";

/** The parts of a call record that are compared with what the parties saw. Times are UTC milliseconds. */
export interface RecordSeen {
  readonly callId: string;
  readonly proxyNumber: string;
  readonly caller: string;
  readonly status: string;
  readonly reason: string | null;
  readonly endedBy: string | null;
  readonly talkSeconds: number;
  readonly startedAtMs: number;
}

/** One call as both parties saw it. Every call of a run has its own caller's number. */
export interface CallSeen {
  readonly caller: LegSeen;
  /** One for each callee's leg of this call, in order. */
  readonly callees: readonly LegSeen[];
}

/** The limits of the promises. */
export interface Limits {
  /** From the INVITE until the caller hears something. */
  readonly silenceMs: number;
  /** From one party's BYE to the other's. */
  readonly releaseMs: number;
  readonly talkSeconds: number;
  /**
   * A call that was up when Asterisk was killed ends at the last sign of life. A call that arrived during the outage
   * has to wait.
   */
  readonly asteriskAway: readonly Away[];
  /**
   * While Asterisk cannot write the line about the end of a call, only a controller knows who hung up, and only if it was
   * up at that moment.
   */
  readonly linesAway: readonly Away[];
}

/** From the beginning of an outage to its end, in UTC milliseconds. */
export interface Away {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface Finding {
  readonly kind: "lost" | "duplicated" | "wrong" | "stranded" | "silent" | "rungTwice";
  /** Its position among the calls. */
  readonly call: number;
  /** Contains no phone numbers. */
  readonly detail: string;
}

export interface Verdict {
  readonly calls: number;
  readonly answered: number;
  readonly records: number;
  readonly findings: readonly Finding[];
  /** Calls to a running Asterisk without a record, whose callers gave up before its first step may have been taken. */
  readonly unclear: number;
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

/** An INVITE may be repeated for a while until Asterisk takes it up. A wrong clock is wrong by more. */
const startMs = 60_000;

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
  let unclear = 0;
  for (const [index, call] of calls.entries()) {
    const { caller, callees } = call;
    const found = (kind: Finding["kind"], detail: string): void =>
      void findings.push({ kind, call: index, detail: `call ${index + 1}: ${detail}` });
    if (caller.answeredAtMs !== null) answered += 1;

    const silenceMs = silenceOf(caller, limits.asteriskAway);
    if (silenceMs !== null) longestSilenceMs = Math.max(longestSilenceMs, silenceMs);
    if (silenceMs !== null && silenceMs > limits.silenceMs) found("silent", `nothing for ${silenceMs} ms`);

    const releaseMs = releaseOf(call, limits.asteriskAway);
    if (releaseMs !== null) {
      longestReleaseMs = Math.max(longestReleaseMs, releaseMs);
      if (releaseMs > limits.releaseMs)
        found("stranded", releaseMs === Infinity ? "never released" : `released after ${releaseMs} ms`);
    }
    if (callees.length > 1) found("rungTwice", `the callee was called ${callees.length} times`);

    const [record, ...more] = byCaller.get(caller.from) ?? [];
    if (record === undefined) {
      // While Asterisk was down, a caller gives up long before the next one accepts the INVITE, and cancels it then.
      if (leftAtOnce(call)) unclear += arrivedDuring(caller, limits.asteriskAway) ? 0 : 1;
      else if (gotIn(call))
        found("lost", `no record; the caller got ${caller.finalCode ?? "no final response"}`);
      continue;
    }
    if (more.length > 0) found("duplicated", `${more.length + 1} records`);
    const problem = problemOf(call, record, limits);
    if (problem !== null) found("wrong", problem);
    const error = talkErrorOf(caller, record);
    if (error !== null && diedWith(caller, limits.asteriskAway) === null)
      largestTalkErrorSeconds = Math.max(largestTalkErrorSeconds, Math.abs(error));
  }
  return {
    calls: calls.length,
    answered,
    records: records.length,
    findings,
    unclear,
    longestSilenceMs,
    longestReleaseMs,
    largestTalkErrorSeconds,
  };
}

/**
 * A CANCEL directly after the INVITE ends the channel before its first step in the dialplan. On a busy machine,
 * Asterisk answers 100 long before that step, which the caller cannot see.
 */
const firstStepMs = 1_000;

/** Whether the caller heard nothing, gave up, and may never have reached the dialplan. */
function leftAtOnce({ caller, callees }: CallSeen): boolean {
  const { takenAtMs, cancelledAtMs, finalAtMs, soundAtMs } = caller;
  if (callees.length > 0 || takenAtMs === null || cancelledAtMs === null || soundAtMs !== finalAtMs)
    return false;
  return cancelledAtMs - takenAtMs <= firstStepMs;
}

/** Whether the call reached the dialplan. An INVITE that Asterisk never accepted, because it was down, did not. */
const gotIn = ({ caller, callees }: CallSeen): boolean =>
  callees.length > 0 || caller.soundAtMs !== null || !caller.abandoned;

/** An INVITE sent this shortly before the kill may have reached only Asterisk's socket. */
const inviteMs = 100;

/** How long the caller heard nothing; null if the caller left before, or Asterisk was down. */
function silenceOf(caller: LegSeen, away: readonly Away[]): number | null {
  const { soundAtMs, invitedAtMs, abandoned } = caller;
  if (soundAtMs === null || abandoned || arrivedDuring(caller, away)) return null;
  return soundAtMs - invitedAtMs;
}

const arrivedDuring = ({ invitedAtMs }: LegSeen, away: readonly Away[]): boolean =>
  away.some(({ fromMs, untilMs }) => invitedAtMs >= fromMs - inviteMs && invitedAtMs <= untilMs);

/**
 * How long the party that did not hang up stayed on the line; `Infinity` if it never left, null if it was never
 * connected.
 */
function releaseOf({ caller, callees }: CallSeen, away: readonly Away[]): number | null {
  const callee = callees.at(-1);
  if (callee === undefined || diedWith(caller, away) !== null) return null;
  const first = caller.endedBy === "self" ? caller : callee.endedBy === "self" ? callee : null;
  // A caller who gives up also releases a ringing callee.
  if (first === null) {
    if (caller.cancelledAtMs === null || caller.answeredAtMs !== null) return null;
    const rangUntil = callee.cancelledAtMs ?? callee.finalAtMs ?? callee.endedAtMs;
    return rangUntil === null ? Infinity : Math.max(0, rangUntil - caller.cancelledAtMs);
  }
  const other = first === caller ? callee : caller;
  if (other.answeredAtMs === null) return null;
  return other.endedAtMs === null ? Infinity : Math.max(0, other.endedAtMs - (first.endedAtMs ?? 0));
}

/** When Asterisk was killed during this call; null if it was not. The next Asterisk may accept the INVITE. */
const diedWith = (caller: LegSeen, away: readonly Away[]): number | null =>
  away.find(
    ({ fromMs }) =>
      caller.invitedAtMs <= fromMs && endOf(caller) >= fromMs && (caller.takenAtMs ?? 0) <= fromMs + inviteMs,
  )?.fromMs ?? null;

/** When the call ended for the caller; `Infinity` if it did not. */
const endOf = ({ answeredAtMs, endedAtMs, finalAtMs }: LegSeen): number =>
  endedAtMs ?? (answeredAtMs === null ? finalAtMs : null) ?? Number.POSITIVE_INFINITY;

function talkErrorOf(caller: LegSeen, record: RecordSeen): number | null {
  if (caller.answeredAtMs === null || caller.endedAtMs === null) return null;
  return record.talkSeconds - (caller.endedAtMs - caller.answeredAtMs) / 1000;
}

function problemOf({ caller, callees }: CallSeen, record: RecordSeen, limits: Limits): string | null {
  const killed = diedWith(caller, limits.asteriskAway);
  const { status, reason, talkSeconds } = record;
  const said = `${status}${reason === null ? "" : ` (${reason})`}`;
  if (killed !== null) {
    // The callee's decision may not have reached the caller in time.
    const decided = statusesOf[callees.at(-1)?.finalCode ?? 0] ?? [];
    const wanted = caller.answeredAtMs === null ? ["cancelled", "failed", ...decided] : ["answered"];
    if (!wanted.includes(status)) return `${said} for a call that died with Asterisk`;
    if (caller.answeredAtMs === null) return null;
    const truth = (killed - caller.answeredAtMs) / 1000;
    return talkSeconds > truth + limits.talkSeconds ||
      talkSeconds < Math.max(0, truth - lastSignOfLifeSeconds) - limits.talkSeconds
      ? `${talkSeconds} s of talk, and Asterisk died after ${truth.toFixed(1)} s`
      : null;
  }
  const allowed = caller.finalCode === null ? ["cancelled"] : (statusesOf[caller.finalCode] ?? []);
  // The caller gave up during the announcement.
  if (caller.cancelledAtMs !== null && refusals.includes(status) && talkSeconds === 0) return null;
  if (!allowed.includes(status))
    return `${said}, and the caller got ${caller.finalCode ?? "no final response"}`;
  const error = talkErrorOf(caller, record);
  // Records have whole seconds.
  if (status === "answered" && error !== null && Math.abs(Math.round(error)) > limits.talkSeconds)
    return `${talkSeconds} s of talk, ${error.toFixed(1)} s more than the caller saw`;
  const ended = enderProblemOf({ caller, callees }, record, limits.linesAway);
  if (ended !== null) return ended;
  const lateMs = record.startedAtMs - caller.invitedAtMs;
  if (status === "answered" && Math.abs(lateMs) > startMs)
    return `began ${(lateMs / 1_000).toFixed(0)} s after the INVITE`;
  return status !== "answered" && talkSeconds > 0 ? `${said} with ${talkSeconds} s of talk` : null;
}

/** A conversation was ended by the party that sent BYE; if none did, by Asterisk; if both did at once, by either. */
function enderProblemOf(
  { caller, callees }: CallSeen,
  { status, reason, endedBy }: RecordSeen,
  linesAway: readonly Away[],
): string | null {
  if (status !== "answered") return null;
  const wanted = [
    ...(caller.endedBy === "self" ? ["caller"] : []),
    ...(callees.at(-1)?.endedBy === "self" ? ["callee"] : []),
  ];
  if (wanted.length === 0) wanted.push("system");
  if (endedBy !== null && wanted.includes(endedBy)) return null;
  const endedAtMs = endOf(caller);
  const unknowable = linesAway.some(({ fromMs, untilMs }) => endedAtMs >= fromMs && endedAtMs <= untilMs);
  if (unknowable && reason === "interrupted") return null;
  return `ended by ${endedBy ?? "an unknown party"} (${reason ?? "no reason"}), and SIP shows the ${wanted.join(" or the ")}`;
}
