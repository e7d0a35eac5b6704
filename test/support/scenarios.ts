import type { ObservedState } from "../../src/values/observedCall.ts";
import type { CallStatus, StatusReason } from "../../src/values/callRecord.ts";
import type { CalleeBehaviour } from "../../lab/sipp/callees.ts";
import type { CallerScript } from "../../lab/sipp/caller.ts";

/**
 * What can happen between two people, in words that both the real Asterisk with SIPp on both trunks and the
 * simulated one understand. Both have to go through the same states, write the same record and give the
 * caller the same final answer.
 */
export interface CallScenario {
  readonly name: string;
  readonly callee: CalleeBehaviour;
  readonly caller: CallerScript;
  /** Final SIP code that the caller gets. */
  readonly sip: number;
  /** States in the order in which they are entered, without repetition, where the controller connects the call. */
  readonly states: readonly ObservedState[];
  readonly status: CallStatus;
  readonly reason: StatusReason | null;
  /** The code with which the callee refuses, as the record has it. */
  readonly calleeSip?: number;
  /** The callee's provider sends 183 and no 180. */
  readonly earlyMedia?: true;
}

/** The states where Asterisk connects the call. It does not report early media before the call is over. */
export const statesByDialling = ({ states, earlyMedia }: CallScenario): readonly ObservedState[] =>
  states.filter(
    (state) => state !== "preparing" && state !== "ending" && !(state === "ringing" && earlyMedia === true),
  );

const talks: CallerScript = { kind: "talks", talkMs: 300 };
const waits: CallerScript = { kind: "waits" };

const toDialling = ["lookingUp", "preparing", "dialling"] as const;
const refused = [...toDialling, "ending", "ended"] as const;
const rangRefused = [...toDialling, "ringing", "ending", "ended"] as const;
const answered = [...toDialling, "ringing", "talking", "ending", "ended"] as const;

const refusal = (
  callee: CalleeBehaviour,
  calleeSip: number,
  sip: number,
  status: CallStatus,
): CallScenario => ({
  name: `the callee's provider answers ${calleeSip}`,
  callee,
  caller: waits,
  sip,
  states: refused,
  status,
  reason: null,
  calleeSip,
});

export const callScenarios: readonly CallScenario[] = [
  {
    name: "both talk and the caller hangs up",
    callee: "answers",
    caller: talks,
    sip: 200,
    states: answered,
    status: "answered",
    reason: "caller_hung_up",
  },
  {
    name: "it rings for a while before the callee answers",
    callee: "ringsThenAnswers",
    caller: talks,
    sip: 200,
    states: answered,
    status: "answered",
    reason: "caller_hung_up",
  },
  {
    name: "both talk and the callee hangs up",
    callee: "answersThenHangsUp",
    caller: waits,
    sip: 200,
    states: answered,
    status: "answered",
    reason: "callee_hung_up",
  },
  {
    name: "the caller hears early media before the answer",
    earlyMedia: true,
    callee: "earlyMediaThenAnswers",
    caller: talks,
    sip: 200,
    states: answered,
    status: "answered",
    reason: "caller_hung_up",
  },
  {
    name: "the callee answers without ringing",
    callee: "answersWithoutRinging",
    caller: talks,
    sip: 200,
    states: [...toDialling, "talking", "ending", "ended"],
    status: "answered",
    reason: "caller_hung_up",
  },
  {
    name: "the caller gives up while it rings",
    callee: "ringsForEver",
    caller: { kind: "cancels", after: 180, afterMs: 200 },
    sip: 487,
    states: rangRefused,
    status: "cancelled",
    reason: "caller_hung_up",
  },
  {
    name: "the caller gives up in early media",
    earlyMedia: true,
    callee: "earlyMediaForEver",
    caller: { kind: "cancels", after: 183, afterMs: 200 },
    sip: 487,
    states: rangRefused,
    status: "cancelled",
    reason: "caller_hung_up",
  },
  {
    name: "the caller gives up before anything rings",
    callee: "triesForEver",
    caller: { kind: "cancels", after: 100, afterMs: 1_000 },
    sip: 487,
    states: refused,
    status: "cancelled",
    reason: "caller_hung_up",
  },
  {
    name: "CANCEL and the callee's 200 cross",
    callee: "answersOnCancel",
    caller: { kind: "cancels", after: 180, afterMs: 200 },
    sip: 487,
    states: rangRefused,
    status: "cancelled",
    reason: "caller_hung_up",
  },
  {
    name: "the caller cancels what is answered already",
    callee: "answersWithoutRinging",
    caller: { kind: "cancelsAnswered" },
    sip: 200,
    states: [...toDialling, "talking", "ending", "ended"],
    status: "answered",
    reason: "caller_hung_up",
  },
  {
    name: "the provider does not answer at all",
    callee: "ignores",
    caller: waits,
    sip: 480,
    states: refused,
    status: "no_answer",
    reason: "ring_timeout",
  },
  {
    name: "the callee asks for a transfer, which is refused",
    callee: "answersThenRefers",
    caller: { kind: "talks", talkMs: 1_000 },
    sip: 200,
    states: answered,
    status: "answered",
    reason: "caller_hung_up",
  },
  {
    name: "the callee holds and resumes",
    callee: "answersThenHolds",
    caller: { kind: "talks", talkMs: 1_500 },
    sip: 200,
    states: answered,
    status: "answered",
    reason: "caller_hung_up",
  },
  {
    name: "the callee does not answer within the ring time",
    callee: "ringsForEver",
    caller: waits,
    sip: 480,
    states: rangRefused,
    status: "no_answer",
    reason: "ring_timeout",
  },
  {
    name: "the callee declines after it rang",
    callee: "ringsThenBusy",
    caller: waits,
    sip: 486,
    states: rangRefused,
    status: "busy",
    reason: null,
    calleeSip: 486,
  },
  {
    name: "the provider gives up after it rang",
    callee: "ringsThenUnavailable",
    caller: waits,
    sip: 480,
    states: rangRefused,
    status: "no_answer",
    reason: null,
    calleeSip: 480,
  },
  {
    name: "the provider's announcement ends in 404",
    earlyMedia: true,
    callee: "earlyMediaThenUnallocated",
    caller: waits,
    sip: 404,
    states: rangRefused,
    status: "unallocated",
    reason: null,
    calleeSip: 404,
  },
  {
    name: "the callee redirects elsewhere",
    callee: "redirects",
    caller: waits,
    sip: 403,
    states: refused,
    status: "rejected",
    reason: "redirect_refused",
  },
  refusal("busy", 486, 486, "busy"),
  refusal("busyEverywhere", 600, 486, "busy"),
  refusal("unavailable", 480, 480, "no_answer"),
  refusal("requestTimeout", 408, 408, "no_answer"),
  refusal("notFound", 404, 404, "unallocated"),
  refusal("addressIncomplete", 484, 484, "unallocated"),
  refusal("doesNotExist", 604, 404, "unallocated"),
  refusal("gone", 410, 410, "unallocated"),
  refusal("forbidden", 403, 403, "rejected"),
  refusal("declines", 603, 403, "rejected"),
  refusal("serverError", 500, 503, "congestion"),
  refusal("badGateway", 502, 503, "congestion"),
  refusal("serviceUnavailable", 503, 503, "congestion"),
  refusal("gatewayTimeout", 504, 503, "congestion"),
];
