import {
  goTo,
  initialInvite,
  label,
  matchHeader,
  pause,
  receiveRequest,
  receiveResponse,
  request,
  respond,
  respondTo,
  scenario,
  SDP_HEADER,
  sdp,
  withinInvite,
} from "./scenario.ts";

/** What a caller does. Times are in milliseconds. */
export type CallerScript =
  /** Once answered, talks and hangs up; a refusal ends the call. */
  | { readonly kind: "talks"; readonly talkMs: number }
  /** Once answered, waits until the other side hangs up. */
  | { readonly kind: "waits" }
  /** Once answered, talks until an INFO with the call's Call-ID arrives, from any address; then hangs up. */
  | { readonly kind: "talksUntilTold" }
  /** Sends CANCEL `afterMs` after the first response with this code (100, 180, 183). */
  | { readonly kind: "cancels"; readonly after: 100 | 180 | 183; readonly afterMs: number }
  /** Sends CANCEL after the 200, as if the two had crossed; then ACK and BYE. */
  | { readonly kind: "cancelsAnswered" }
  /** Once answered, holds for `holdMs`, resumes, talks, hangs up. */
  | { readonly kind: "holds"; readonly holdMs: number; readonly talkMs: number }
  /** Once answered, presses a key by INFO, talks, hangs up. */
  | { readonly kind: "pressesKey"; readonly key: string; readonly talkMs: number }
  /** Once answered, sends a REFER to this SIP URI, talks, hangs up. */
  | { readonly kind: "refers"; readonly to: string; readonly talkMs: number }
  /** Once answered, repeats the identifying headers in UPDATE, re-INVITE, and INFO, talks, hangs up. */
  | { readonly kind: "tellsItsNumber"; readonly talkMs: number }
  /**
   * Once answered, waits for a re-INVITE and sends one before responding, so that both are rejected with 491 (RFC 3261,
   * 14.2). Accepts the other side's second attempt, talks, hangs up.
   */
  | { readonly kind: "glares"; readonly talkMs: number };

const NUMBER = "[caller]";
const CONTACT = `Contact: <sip:${NUMBER}@[local_ip]:[local_port]>`;
/** Headers that name the caller at the end of a call. */
const LEAVING = [
  `Reason: Q.850;cause=16;text="${NUMBER}"`,
  `P-Asserted-Identity: <sip:${NUMBER}@[local_ip]>`,
];
const ack = (cseq: number): string => request("caller", "ACK", cseq, { headers: [CONTACT] });

/** Accepts any provisional response. A final refusal ends the call. */
const untilAnswered = [
  label("waiting"),
  receiveResponse("1..", { optional: true, next: "waiting" }),
  receiveResponse("[3-6]..", { optional: true, next: "refused" }),
  receiveResponse("200", { keepRoute: true }),
];

/** Where the other side's requests are answered. */
const responses = [
  label("reinvited"),
  respond("200 OK", { headers: [CONTACT, SDP_HEADER], body: sdp(NUMBER) }, { retransmitMs: 500 }),
  receiveRequest("ACK", { next: "talking" }),
  label("asked"),
  respond("200 OK", {}, { next: "talking" }),
  label("leftAlone"),
  respond("200 OK"),
  goTo("end"),
];

/**
 * Talks for this long, or until the other side hangs up, and responds to its requests. The timeout is on the first of
 * the possible messages, because SIPp waits there.
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
  request("caller", "BYE", 9, { headers: [CONTACT, ...LEAVING] }),
  receiveResponse("[2-6].."),
  goTo("end"),
  ...responses,
];

/** A crowd repeats the INFO for calls that have missed it, so it may arrive twice. */
const talkUntilTold = [
  label("talking"),
  receiveRequest("INVITE", { optional: true, next: "reinvited" }),
  receiveRequest("(UPDATE|OPTIONS|NOTIFY)", { optional: true, next: "asked" }),
  receiveRequest("BYE", { optional: true, next: "leftAlone" }),
  receiveRequest("INFO"),
  request("caller", "BYE", 9, { headers: [CONTACT, ...LEAVING] }),
  label("toldAgain"),
  receiveRequest("INFO", { optional: true, next: "toldAgain" }),
  receiveResponse("[2-6].."),
  goTo("end"),
  ...responses,
];

const reInvite = (cseq: number, direction: "sendrecv" | "sendonly"): string[] => [
  request("caller", "INVITE", cseq, { headers: [CONTACT, SDP_HEADER], body: sdp(NUMBER, direction) }),
  receiveResponse("1..", { optional: true }),
  receiveResponse("[2-6].."),
  ack(cseq),
];

/** A request within the dialog whose answer, whatever it is, is only recorded. */
const ask = (method: string, cseq: number, headers: readonly string[], body = ""): string[] => [
  request("caller", method, cseq, { headers: [CONTACT, ...headers], body }),
  receiveResponse("1..", { optional: true }),
  receiveResponse("[2-6].."),
];

const theirs = { via: "via", from: "from", to: "to", cseq: "cseq" } as const;

const glare = [
  receiveRequest("INVITE", {
    actions: [
      matchHeader("Via", ".*", theirs.via),
      matchHeader("From", ".*", theirs.from),
      matchHeader("To", ".*", theirs.to),
      matchHeader("CSeq", ".*", theirs.cseq),
    ],
  }),
  request("caller", "INVITE", 2, { headers: [CONTACT, SDP_HEADER], body: sdp(NUMBER) }, {}),
  receiveResponse("491"),
  request("caller", "ACK", 2, { headers: [CONTACT], branch: "[branch-2]" }),
  respondTo("491 Request Pending", theirs),
  receiveRequest("ACK"),
  receiveRequest("INVITE"),
  respond("200 OK", { headers: [CONTACT, SDP_HEADER], body: sdp(NUMBER) }, { retransmitMs: 500 }),
  receiveRequest("ACK"),
];

const answered = (
  script: Exclude<CallerScript, { kind: "cancels" }>,
  identityHeaders: readonly string[],
): string[] => {
  switch (script.kind) {
    case "talks":
      return [ack(1), ...talk(script.talkMs)];
    case "waits":
      return [ack(1), ...talk(null)];
    case "talksUntilTold":
      return [ack(1), ...talkUntilTold];
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
    case "refers":
      return [
        ack(1),
        ...ask("REFER", 2, [`Refer-To: <${script.to}>`, "Referred-By: <sip:[caller]@[local_ip]>"]),
        ...talk(script.talkMs),
      ];
    case "tellsItsNumber":
      return [
        ack(1),
        ...ask("UPDATE", 2, identityHeaders),
        ...ask("INVITE", 3, [...identityHeaders, SDP_HEADER], sdp(NUMBER)),
        ack(3),
        ...ask(
          "INFO",
          4,
          [...identityHeaders, "Content-Type: application/dtmf-relay"],
          "Signal=5\nDuration=160\n",
        ),
        ...talk(script.talkMs),
      ];
    case "glares":
      return [ack(1), ...glare, ...talk(script.talkMs)];
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
 * `identityHeaders` are copied into the INVITE. The keys caller, caller_name, rtp_host, and rtp_port are set on the
 * command line.
 */
export const callerScenario = (
  script: CallerScript,
  identityHeaders: readonly string[],
  offersMedia = true,
): string =>
  scenario("caller", script.kind === "glares" ? Object.values(theirs) : [], [
    initialInvite([CONTACT, ...identityHeaders], offersMedia),
    ...(script.kind === "cancels"
      ? cancel(script.after, script.afterMs)
      : [...untilAnswered, ...answered(script, identityHeaders)]),
    label("refused"),
    withinInvite("ACK"),
    label("end"),
  ]);
