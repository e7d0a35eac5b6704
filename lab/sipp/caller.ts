import {
  goTo,
  initialInvite,
  label,
  pause,
  receiveRequest,
  receiveResponse,
  request,
  respond,
  scenario,
  SDP_HEADER,
  sdp,
  withinInvite,
} from "./scenario.ts";

/** What a caller does. Times are milliseconds. */
export type CallerScript =
  /** Takes whatever comes; once answered, talks and hangs up. */
  | { readonly kind: "talks"; readonly talkMs: number }
  /** Once answered, waits until the other side hangs up. */
  | { readonly kind: "waits" }
  /** Sends CANCEL `afterMs` after the first response with this code (100, 180, 183). */
  | { readonly kind: "cancels"; readonly after: 100 | 180 | 183; readonly afterMs: number }
  /** Sends CANCEL when the 200 has arrived already, as if they had crossed; then ACK and BYE. */
  | { readonly kind: "cancelsAnswered" }
  /** Once answered, holds for `holdMs`, resumes, talks, hangs up. */
  | { readonly kind: "holds"; readonly holdMs: number; readonly talkMs: number }
  /** Once answered, presses a key by INFO, talks, hangs up. */
  | { readonly kind: "pressesKey"; readonly key: string; readonly talkMs: number };

const CONTACT = "Contact: <sip:[caller]@[local_ip]:[local_port]>";
const ack = (cseq: number): string => request("caller", "ACK", cseq, { headers: [CONTACT] });

/** Any refusal ends the call; any provisional response is taken note of. */
const untilAnswered = [
  label("waiting"),
  receiveResponse("1..", { optional: true, next: "waiting" }),
  receiveResponse("[3-6]..", { optional: true, next: "refused" }),
  receiveResponse("200", { keepRoute: true }),
];

/**
 * Talks for so long (for ever without a time), answering what the other side asks meanwhile. SIPp waits at
 * the first of several possible messages, so that one carries the time-out.
 */
const talk = (talkMs: number | null): string[] => [
  label("talking"),
  receiveRequest("INVITE", {
    optional: true,
    next: "reinvited",
    ...(talkMs === null ? {} : { timeoutMs: Math.max(talkMs, 1), onTimeout: "hangingUp" }),
  }),
  receiveRequest("(INFO|UPDATE|OPTIONS|NOTIFY)", { optional: true, next: "asked" }),
  receiveRequest("BYE", { next: "leftAlone" }),
  label("hangingUp"),
  request("caller", "BYE", 9, { headers: [CONTACT] }),
  receiveResponse("[2-6].."),
  goTo("end"),
  label("reinvited"),
  respond("200 OK", { headers: [CONTACT, SDP_HEADER], body: sdp() }, { retransmitMs: 500 }),
  receiveRequest("ACK", { next: "talking" }),
  label("asked"),
  respond("200 OK", {}, { next: "talking" }),
  label("leftAlone"),
  respond("200 OK"),
  goTo("end"),
];

const reInvite = (cseq: number, direction: "sendrecv" | "sendonly"): string[] => [
  request("caller", "INVITE", cseq, { headers: [CONTACT, SDP_HEADER], body: sdp(direction) }),
  receiveResponse("1..", { optional: true }),
  receiveResponse("[2-6].."),
  ack(cseq),
];

const answered = (script: Exclude<CallerScript, { kind: "cancels" }>): string[] => {
  switch (script.kind) {
    case "talks":
      return [ack(1), ...talk(script.talkMs)];
    case "waits":
      return [ack(1), ...talk(null)];
    case "cancelsAnswered":
      return [withinInvite("CANCEL"), receiveResponse("[2-6].."), ack(1), ...talk(0)];
    case "holds":
      return [
        ack(1),
        ...reInvite(2, "sendonly"),
        pause(script.holdMs),
        ...reInvite(3, "sendrecv"),
        ...talk(script.talkMs),
      ];
    case "pressesKey":
      return [
        ack(1),
        request("caller", "INFO", 2, {
          headers: [CONTACT, "Content-Type: application/dtmf-relay"],
          body: `Signal=${script.key}\nDuration=160\n`,
        }),
        receiveResponse("[2-6].."),
        ...talk(script.talkMs),
      ];
  }
};

const cancel = (after: number, afterMs: number): string[] => [
  label("waiting"),
  receiveResponse(String(after), { optional: true, next: "cancelling" }),
  receiveResponse("1..", { optional: true, next: "waiting" }),
  receiveResponse("[3-6]..", { optional: true, next: "refused" }),
  receiveResponse("200", { next: "tooLate" }),
  label("cancelling"),
  ...(afterMs > 0 ? [pause(afterMs)] : []),
  withinInvite("CANCEL", { retransmitMs: 500 }),
  receiveResponse("200"),
  label("cancelled"),
  receiveResponse("1..", { optional: true, next: "cancelled" }),
  receiveResponse("200", { optional: true, next: "tooLate", keepRoute: true }),
  receiveResponse("[3-6].."),
  withinInvite("ACK"),
  goTo("end"),
  label("tooLate"),
  ack(1),
  ...talk(0),
];

/**
 * `identityHeaders` go into the INVITE as they are; the keys caller, caller_name, rtp_host and rtp_port are
 * given at the command line.
 */
export const callerScenario = (script: CallerScript, identityHeaders: readonly string[]): string =>
  scenario(
    "caller",
    [],
    [
      initialInvite([CONTACT, ...identityHeaders]),
      ...(script.kind === "cancels"
        ? cancel(script.after, script.afterMs)
        : [...untilAnswered, ...answered(script)]),
      label("refused"),
      withinInvite("ACK"),
      label("end"),
    ],
  );
