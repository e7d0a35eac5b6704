import { recordSources } from "../values/callRecord.ts";
import type { CallRecord, CallStatus, StatusReason } from "../values/callRecord.ts";
import { callStatuses } from "../values/callRecord.ts";
import { parsePhoneNumber } from "../values/phoneNumber.ts";
import type { PhoneNumberOptions } from "../values/phoneNumber.ts";
import { readTime } from "./readTime.ts";

/** A row of their `call_logs`; times as text. */
export interface LegacyCall {
  readonly id: number;
  readonly fakePhone: string | null;
  readonly realPhone: string | null;
  readonly callerId: string | null;
  readonly callTimestamp: string | null;
  readonly callDuration: string | null;
  readonly callStatus: string | null;
}

/** Why a call of the other system is not brought in. */
export type CallRefusal =
  | "CALL_NUMBER_UNREADABLE"
  | "CALL_TIME_UNREADABLE"
  | "CALL_DURATION_UNREADABLE"
  | "CALL_STATUS_UNKNOWN";

interface CallReading {
  readonly name: string;
  readonly numbers: PhoneNumberOptions;
  readonly timeZone: string;
  readonly callTime: "start" | "end";
  readonly statuses: ReadonlyMap<string, CallStatus>;
}

type ReadCall =
  | { readonly ok: true; readonly record: CallRecord }
  | { readonly ok: false; readonly code: CallRefusal };

interface Ending {
  readonly status: CallStatus;
  readonly reason?: StatusReason;
}

/** Lower case, and underscores between words: `NO ANSWER`, `no-answer`, and `No_Answer` are one. */
export const plainStatus = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, "_");

/** Values of `DIALSTATUS`, dispositions of Asterisk's CDR, and our own. Any other needs `--status`. */
const endings: ReadonlyMap<string, Ending> = new Map<string, Ending>([
  ...callStatuses.map((status) => [status, { status }] as const),
  ["answer", { status: "answered" }],
  ["noanswer", { status: "no_answer" }],
  ["cancel", { status: "cancelled" }],
  ["canceled", { status: "cancelled" }],
  ["chanunavail", { status: "congestion", reason: "trunk_unavailable" }],
  ["dontcall", { status: "rejected" }],
  ["invalidargs", { status: "failed" }],
]);

/**
 * The record of a call. Their `call_duration` is the talk time of an answered call, and the length of any other: how long
 * an answered call rang is unknown. A caller without a single digit, such as `anonymous`, was withheld.
 */
export function readCall(row: LegacyCall, reading: CallReading): ReadCall {
  const { name, numbers, timeZone, callTime, statuses } = reading;
  const proxyNumber = numberOf(row.fakePhone, numbers);
  const realNumber = numberOf(row.realPhone, numbers);
  if (proxyNumber === null || proxyNumber === "" || realNumber === null)
    return { ok: false, code: "CALL_NUMBER_UNREADABLE" };
  const atMs = readTime(row.callTimestamp, timeZone);
  if (atMs === null) return { ok: false, code: "CALL_TIME_UNREADABLE" };
  const plain = plainStatus(row.callStatus ?? "");
  const told = statuses.get(plain);
  const ending = told === undefined ? endings.get(plain) : { status: told };
  if (ending === undefined) return { ok: false, code: "CALL_STATUS_UNKNOWN" };
  const isAnswered = ending.status === "answered";
  const seconds = secondsOf(row.callDuration, isAnswered);
  if (seconds === null) return { ok: false, code: "CALL_DURATION_UNREADABLE" };
  const lengthMs = seconds * 1000;
  return {
    ok: true,
    record: {
      callId: `legacy-${name}-${row.id}`,
      source: recordSources.inferred,
      direction: "in",
      proxyNumber,
      realNumber: realNumber === "" ? null : realNumber,
      shownNumber: null,
      callerId: callerOf(row.callerId ?? "", numbers),
      startedAtMs: callTime === "start" ? atMs : atMs - lengthMs,
      answeredAtMs: null,
      endedAtMs: callTime === "start" ? atMs + lengthMs : atMs,
      ringSeconds: null,
      talkSeconds: isAnswered ? seconds : 0,
      status: ending.status,
      statusReason: ending.reason ?? null,
      endedBy: null,
      sipCode: null,
      cause: null,
      inboundTrunk: "",
      outboundTrunk: null,
      asterisk: "",
      node: "",
      timeline: null,
    },
  };
}

/** In E.164 if it is certainly a number, otherwise the digits as they are. null: neither; empty: nothing there. */
function numberOf(text: string | null, numbers: PhoneNumberOptions): string | null {
  const plain = (text ?? "").trim();
  if (plain === "") return "";
  const read = parsePhoneNumber(plain, { ...numbers, acceptPremium: true });
  if (read.ok) return read.number;
  return /^\+?\d{1,20}$/.test(plain) ? plain.replace("+", "") : null;
}

/** An answered call without a length has no talk time that could be recorded. null: not a length. */
function secondsOf(text: string | null, isAnswered: boolean): number | null {
  const plain = (text ?? "").trim();
  if (plain === "") return isAnswered ? null : 0;
  return /^\d{1,7}(?:\.0*)?$/.test(plain) ? Math.trunc(Number(plain)) : null;
}

const longestCaller = 50;

/** `"Ivan" <+79161234567>` is the number in brackets. */
function callerOf(text: string, numbers: PhoneNumberOptions): string {
  const plain = (/<([^<>]*)>\s*$/.exec(text)?.[1] ?? text).trim();
  const read = parsePhoneNumber(plain, { ...numbers, acceptPremium: true });
  if (read.ok) return read.number;
  return /\d/.test(plain) ? plain.slice(0, longestCaller) : "";
}
