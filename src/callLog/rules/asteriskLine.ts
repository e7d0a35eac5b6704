import {
  type AsteriskAnswer,
  type AsteriskCall,
  type AsteriskCallStart,
  callPaths,
  dialStatuses,
} from "../../values/asteriskCall.ts";
import {
  type CallDirection,
  callDirections,
  callEnders,
  callStatuses,
  statusReasons,
} from "../../values/callRecord.ts";

/** The layout of the lines, as the dialplan writes it. */
const version = "2";

export type AsteriskLine =
  | { readonly kind: "begin"; readonly start: AsteriskCallStart }
  | { readonly kind: "answer"; readonly start: AsteriskAnswer }
  | { readonly kind: "end"; readonly call: AsteriskCall }
  /** Asterisk has refused the call, because it had as many as it may have. */
  | { readonly kind: "over-limit"; readonly callId: string }
  /** An event that says nothing about our calls. */
  | { readonly kind: "other" };

/**
 * A line of Asterisk's call file; null unless it is one, completely. Values contain no commas.
 *
 *     2,begin,CALL_ID,SYSTEM,STARTED,DIALLED,PROXY,CALLER,TRUNK_IN
 *     2,end,CALL_ID,SYSTEM,STARTED,DIALLED,PROXY,CALLER,TRUNK_IN,PATH,REAL,TRUNK_OUT,SHOWN,STATUS,REASON,ENDED,
 *         DIALLED_AT,ANSWERED_MS,DIALSTATUS,CAUSE,SIP_CODE,ENDED_BY,RING_MS,PROGRESS_MS,LIMIT_SECONDS,
 *         DIRECTION
 *     2,over-limit,CALL_ID,SYSTEM
 *     2,ANSWER,CALL_ID,CHANNEL_ID,ANSWERED,SYSTEM*STARTED*DIALLED*PROXY*CALLER*TRUNK_IN*REAL*TRUNK_OUT*DIRECTION
 *
 * The last one is an event of Asterisk. Others have such lines too: the callees' legs, and calls that are not ours.
 */
export function asteriskLineOf(text: string): AsteriskLine | null {
  const [lineVersion, kind, ...columns] = text.split(",");
  if (lineVersion !== version) return null;
  if (kind !== undefined && /^[A-Z_]+$/u.test(kind)) return eventOf(kind, columns);
  try {
    if (kind === "begin" && columns.length === 7) return { kind, start: startOf(columns) };
    if (kind === "end" && columns.length === 24) return { kind, call: callOf(columns) };
    if (kind === "over-limit" && columns.length === 2) return { kind, callId: callIdOf(columns[0] ?? "") };
    return null;
  } catch (error) {
    if (error instanceof UnreadableError) return null;
    throw error;
  }
}

function eventOf(kind: string, columns: readonly string[]): AsteriskLine {
  const [callId = "", channelId, answered = "", details = ""] = columns;
  const facts = details.split("*");
  if (kind !== "ANSWER" || facts.length !== 9 || callId !== channelId) return { kind: "other" };
  try {
    return { kind: "answer", start: answerOf(callId, answered, facts) };
  } catch (error) {
    // A call of another dialplan has a user field of its own.
    if (error instanceof UnreadableError) return { kind: "other" };
    throw error;
  }
}

/** Thrown by the column readers below. */
class UnreadableError extends Error {}

const callIdOf = (text: string): string => matching(text, /^[!-~]{1,150}$/u);

function startOf(columns: readonly string[]): AsteriskCallStart {
  const [callId = "", asterisk = "", started = "", dialled = "", proxy = "", caller = "", trunk = ""] =
    columns;
  return {
    callId: callIdOf(callId),
    // Empty without a system name in asterisk.conf.
    asterisk: matching(asterisk, /^[ -~]{0,80}$/u),
    startedAtMs: timeOf(started),
    dialled: matching(dialled, /^\d{0,20}$/u),
    proxyNumber: matching(proxy, /^\d{0,20}$/u),
    callerId: matching(caller, /^\+?[\w.-]{0,50}$/u),
    inboundTrunk: matching(trunk, /^[ -~]{0,80}$/u),
  };
}

function answerOf(callId: string, answered: string, facts: readonly string[]): AsteriskAnswer {
  const [real = "", trunk = "", direction = ""] = facts.slice(6);
  return {
    ...startOf([callId, ...facts]),
    answeredAtMs: timeOf(answered),
    realNumber: realNumberOf(real),
    outboundTrunk: trunkOf(trunk),
    direction: directionOf(direction),
  };
}

function callOf(columns: readonly string[]): AsteriskCall {
  const [path = "", real = "", trunk = "", shown = "", status = "", reason = ""] = columns.slice(7);
  const [ended = "", dialled = "", answered = "", dialStatus = "", cause = ""] = columns.slice(13);
  const [sipCode = "", endedBy = "", ring = "", progress = "", limit = "", direction = ""] =
    columns.slice(18);
  return {
    ...startOf(columns),
    direction: directionOf(direction),
    path: orNull(path, (text) => oneOf(callPaths, text)),
    realNumber: realNumberOf(real),
    outboundTrunk: trunkOf(trunk),
    shownNumber: orNull(shown, (text) => matching(text, /^\d{1,20}$/u)),
    status: orNull(status, (text) => oneOf(callStatuses, text)),
    reason: orNull(reason, (text) => oneOf(statusReasons, text)),
    endedAtMs: timeOf(ended),
    dialledAtMs: orNull(dialled, timeOf),
    answeredMs: orNull(answered, wholeNumberOf),
    dialStatus: orNull(dialStatus, (text) => oneOf(dialStatuses, text)),
    cause: orNull(cause === "0" ? "" : cause, wholeNumberOf),
    sipCode: finalCode(orNull(sipCode, wholeNumberOf)),
    endedBy: orNull(endedBy, (text) => oneOf(callEnders, text)),
    ringMs: orNull(ring, wholeNumberOf),
    progressMs: orNull(progress, wholeNumberOf),
    limitSeconds: orNull(limit, wholeNumberOf),
  };
}

const realNumberOf = (text: string): string | null =>
  orNull(text, (digits) => matching(digits, /^\d{1,20}$/u));

const trunkOf = (text: string): string | null => orNull(text, (name) => matching(name, /^[ -~]{1,80}$/u));

const directionOf = (text: string): CallDirection =>
  orNull(text, (name) => oneOf(callDirections, name)) ?? "in";

const orNull = <T>(text: string, read: (text: string) => T): T | null => (text === "" ? null : read(text));

function matching(text: string, form: RegExp): string {
  if (!form.test(text)) throw new UnreadableError();
  return text;
}

function oneOf<T extends string>(known: readonly T[], text: string): T {
  const found = known.find((one) => one === text);
  if (found === undefined) throw new UnreadableError();
  return found;
}

const wholeNumberOf = (text: string): number => Number(matching(text, /^\d{1,10}$/u));

/** Asterisk keeps the last response of a leg, which is provisional if there was no final one. */
const finalCode = (code: number | null): number | null => (code !== null && code >= 200 ? code : null);

/** UTC milliseconds from seconds with a fraction. */
const timeOf = (text: string): number =>
  Math.round(Number(matching(text, /^[1-9]\d{0,10}(?:\.\d{1,6})?$/u)) * 1000);
