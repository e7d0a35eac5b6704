import {
  goTo,
  goToIf,
  label,
  matchHeader,
  matchMessage,
  pause,
  receiveRequest,
  receiveResponse,
  request,
  respond,
  respondTagged,
  scenario,
  SDP_HEADER,
  sdp,
} from "./scenario.ts";

/** How long a callee rings before it acts, and talks before it hangs up or acts again. */
const CALLEE_RINGS_MS = 600;
const CALLEE_TALKS_MS = 600;
/** Long enough for something to happen during ringing, but shorter than the tests' ring timeout. */
export const CALLEE_RINGS_LONG_MS = 3_500;
/** The target of callees that redirect or transfer. */
export const FOREIGN_NUMBER = "79995550100";

/** The real number, which a provider may write in any header and in the SDP. */
const NUMBER = "[$user]";
const CONTACT = `Contact: "${NUMBER}" <sip:${NUMBER}@[local_ip]:[local_port]>`;
const withSdp = (headers: readonly string[] = []): { headers: readonly string[]; body: string } => ({
  headers: [CONTACT, ...headers, SDP_HEADER],
  body: sdp(NUMBER),
});

const NAMES = [
  `P-Asserted-Identity: "${NUMBER}" <sip:${NUMBER}@[local_ip]>`,
  `Remote-Party-ID: "${NUMBER}" <sip:${NUMBER}@[local_ip]>;party=called;privacy=off;screen=yes`,
  `P-Called-Party-ID: <sip:${NUMBER}@[local_ip]>`,
  `Diversion: <sip:${NUMBER}@[local_ip]>;reason=unconditional;counter=1`,
  `History-Info: <sip:${NUMBER}@[local_ip]?Reason=SIP%3Bcause%3D302>;index=1`,
  `Call-Info: <sip:${NUMBER}@[local_ip]>;purpose=info`,
];
/** All headers with which a provider names the callee. */
const IDENTITY = [...NAMES, `Reason: SIP;cause=302;text="${NUMBER}"`];
/** The same in a BYE, whose reason Asterisk takes for the hangup cause. */
const LEAVING = [...NAMES, `Reason: Q.850;cause=16;text="${NUMBER}"`];

const trying = respond("100 Trying");
const ringing = (headers: readonly string[] = []): string =>
  respondTagged("180 Ringing", { headers: [CONTACT, ...headers] });
const earlyMedia = respondTagged("183 Session Progress", withSdp());
const answer = (headers: readonly string[] = []): string =>
  respondTagged("200 OK", { ...withSdp(headers), cseq: "[$cseq]" }, { retransmitMs: 500 });
const refuse = (status: string, headers: readonly string[] = []): string =>
  respondTagged(status, { headers, cseq: "[$cseq]" }, { retransmitMs: 500 }) + receiveRequest("ACK");

/** Rings for this long; a CANCEL ends the call. */
const ringFor = (milliseconds: number, then: string): string =>
  receiveRequest("CANCEL", { timeoutMs: milliseconds, onTimeout: then, next: "cancelled" }) + label(then);
const ringForEver = receiveRequest("CANCEL", { next: "cancelled" });

const talk = receiveRequest("ACK") + goTo("talk");
const hangUp =
  request("callee", "BYE", 900, { headers: [CONTACT, ...LEAVING] }) + receiveResponse("200") + goTo("end");

/** A request within the dialog. The response is recorded and not checked. */
const ask = (method: string, cseq: number, content: { headers?: readonly string[]; body?: string }): string =>
  request("callee", method, cseq, content) +
  receiveResponse("1..", { optional: true }) +
  receiveResponse("[2-6]..");

const reInvite = (cseq: number, headers: readonly string[], direction: "sendrecv" | "sendonly"): string =>
  ask("INVITE", cseq, { headers: [CONTACT, ...headers, SDP_HEADER], body: sdp(NUMBER, direction) }) +
  request("callee", "ACK", cseq, { headers: [CONTACT] });

interface Behaviour {
  /** The last three digits of the called number select the behaviour. */
  readonly digits: string;
  readonly steps: (name: string) => readonly string[];
}

const rejecting = (status: string, headers: readonly string[] = []): Behaviour => ({
  digits: status.slice(0, 3),
  steps: () => [trying, refuse(status, headers), goTo("end")],
});

/** Behaviours of callees by name. */
const behaviours = {
  /** Rings, answers at once, waits for BYE. */
  answers: { digits: "001", steps: () => [ringing(), answer(), talk] },
  /** Rings for a while, answers, waits for BYE. */
  ringsThenAnswers: {
    digits: "002",
    steps: (name) => [trying, ringing(), ringFor(CALLEE_RINGS_MS, name), answer(), talk],
  },
  /** Answers and hangs up after a while. */
  answersThenHangsUp: {
    digits: "003",
    steps: () => [ringing(), answer(), receiveRequest("ACK"), pause(CALLEE_TALKS_MS), hangUp],
  },
  /** 183 with SDP, answers after a while, waits for BYE. */
  earlyMediaThenAnswers: {
    digits: "004",
    steps: (name) => [trying, earlyMedia, ringFor(CALLEE_RINGS_MS, name), answer(), talk],
  },
  /** 200 without a provisional response. */
  answersWithoutRinging: { digits: "005", steps: () => [answer(), talk] },
  /** 180 without end; 487 on CANCEL. */
  ringsForEver: { digits: "006", steps: () => [trying, ringing(), ringForEver] },
  /** 183 with SDP without end; 487 on CANCEL. */
  earlyMediaForEver: { digits: "007", steps: () => [trying, earlyMedia, ringForEver] },
  /** Only 100; 487 on CANCEL. */
  triesForEver: { digits: "008", steps: () => [trying, ringForEver] },
  /** No response at all, not even to CANCEL. */
  ignores: { digits: "009", steps: () => [receiveRequest("BYE")] },
  /** Rings for a while, then is busy: the callee declines. */
  ringsThenBusy: {
    digits: "010",
    steps: (name) => [
      trying,
      ringing(),
      ringFor(CALLEE_RINGS_MS, name),
      refuse("486 Busy Here"),
      goTo("end"),
    ],
  },
  /** Early media (the provider's announcement), then 404. */
  earlyMediaThenUnallocated: {
    digits: "011",
    steps: (name) => [
      trying,
      earlyMedia,
      ringFor(CALLEE_RINGS_MS, name),
      refuse("404 Not Found"),
      goTo("end"),
    ],
  },
  /** Rings for a while, then the provider gives up: 480. */
  ringsThenUnavailable: {
    digits: "012",
    steps: (name) => [
      trying,
      ringing(),
      ringFor(CALLEE_RINGS_MS, name),
      refuse("480 Temporarily Unavailable"),
      goTo("end"),
    ],
  },
  /** 302 to FOREIGN_NUMBER. */
  redirects: {
    digits: "302",
    steps: () => [
      refuse("302 Moved Temporarily", [`Contact: <sip:${FOREIGN_NUMBER}@[local_ip]:[local_port]>`]),
    ],
  },
  /** Answers, then asks by REFER to be replaced by FOREIGN_NUMBER, then waits for BYE. */
  answersThenRefers: {
    digits: "013",
    steps: () => [
      ringing(),
      answer(),
      receiveRequest("ACK"),
      ask("REFER", 901, {
        headers: [
          CONTACT,
          `Refer-To: <sip:${FOREIGN_NUMBER}@[local_ip]>`,
          "Referred-By: <sip:[$user]@[local_ip]>",
        ],
      }),
      goTo("talk"),
    ],
  },
  /** Rings; on CANCEL, still answers the INVITE with 200, as if the two had crossed (RFC 5407, 3.1.2). */
  answersOnCancel: {
    digits: "014",
    steps: () => [trying, ringing(), receiveRequest("CANCEL"), respond("200 OK"), answer(), talk],
  },
  /** Answers, holds, resumes, waits for BYE. */
  answersThenHolds: {
    digits: "015",
    steps: () => [
      ringing(),
      answer(),
      receiveRequest("ACK"),
      reInvite(901, [], "sendonly"),
      pause(CALLEE_TALKS_MS),
      reInvite(902, [], "sendrecv"),
      goTo("talk"),
    ],
  },
  /** Reveals its real number in every possible header of 180, 200, UPDATE, and re-INVITE; waits for BYE. */
  tellsItsNumber: {
    digits: "016",
    steps: () => [
      trying,
      respondTagged("181 Call Is Being Forwarded", { headers: [CONTACT, ...IDENTITY] }),
      ringing(IDENTITY),
      respondTagged("183 Session Progress", withSdp(IDENTITY)),
      answer(IDENTITY),
      receiveRequest("ACK"),
      ask("UPDATE", 901, { headers: [CONTACT, ...IDENTITY] }),
      reInvite(902, IDENTITY, "sendrecv"),
      ask("INFO", 903, {
        headers: [...IDENTITY, "Content-Type: application/dtmf-relay"],
        body: "Signal=5\nDuration=160\n",
      }),
      goTo("talk"),
    ],
  },
  /** Answers, presses key 7 by INFO after a while, waits for BYE. */
  answersThenPressesKey: {
    digits: "017",
    steps: () => [
      ringing(),
      answer(),
      receiveRequest("ACK"),
      pause(CALLEE_TALKS_MS),
      ask("INFO", 901, {
        headers: [CONTACT, "Content-Type: application/dtmf-relay"],
        body: "Signal=7\nDuration=160\n",
      }),
      goTo("talk"),
    ],
  },
  /** Rings for `CALLEE_RINGS_LONG_MS`, answers, waits for BYE. */
  ringsLongThenAnswers: {
    digits: "018",
    steps: (name) => [trying, ringing(), ringFor(CALLEE_RINGS_LONG_MS, name), answer(), talk],
  },
  /** Reveals its real number while it rings, and declines in the same way. */
  declinesWithItsNumber: {
    digits: "019",
    steps: () => [trying, ringing(IDENTITY), refuse(`603 ${NUMBER}`, [CONTACT, ...IDENTITY]), goTo("end")],
  },
  badRequest: rejecting("400 Bad Request"),
  paymentRequired: rejecting("402 Payment Required"),
  wantsLogin: rejecting("407 Proxy Authentication Required", [
    'Proxy-Authenticate: Digest realm="provider", nonce="1", algorithm=MD5',
  ]),
  forbidden: rejecting("403 Forbidden"),
  notFound: rejecting("404 Not Found"),
  requestTimeout: rejecting("408 Request Timeout"),
  gone: rejecting("410 Gone"),
  unavailable: rejecting("480 Temporarily Unavailable"),
  loopDetected: rejecting("482 Loop Detected"),
  tooManyHops: rejecting("483 Too Many Hops"),
  addressIncomplete: rejecting("484 Address Incomplete"),
  busy: rejecting("486 Busy Here"),
  notAcceptable: rejecting("488 Not Acceptable Here"),
  serverError: rejecting("500 Server Internal Error"),
  badGateway: rejecting("502 Bad Gateway"),
  serviceUnavailable: rejecting("503 Service Unavailable"),
  gatewayTimeout: rejecting("504 Server Time-out"),
  busyEverywhere: rejecting("600 Busy Everywhere"),
  declines: rejecting("603 Decline"),
  doesNotExist: rejecting("604 Does Not Exist Anywhere"),
} as const satisfies Record<string, Behaviour>;

export type CalleeBehaviour = keyof typeof behaviours;
export const calleeBehaviours = Object.keys(behaviours) as CalleeBehaviour[];

/**
 * A real number whose callee has this behaviour: `7900`, the four digits of `serial` (0 to 9999), and the three digits
 * of the behaviour.
 */
export const realNumberOf = (behaviour: CalleeBehaviour, serial = 0): string => {
  if (!Number.isInteger(serial) || serial < 0 || serial > 9999)
    throw new RangeError(`serial must be 0 to 9999, not ${serial}.`);
  return `7900${String(serial).padStart(4, "0")}${behaviours[behaviour].digits}`;
};

/** One scenario for all callees. Numbers without a behaviour get 404. */
export const calleesScenario = (): string => {
  const entries: readonly (readonly [string, Behaviour])[] = Object.entries(behaviours);
  return scenario(
    "callees",
    ["whole", "user", "contactWhole", "contact", "from", "to", "cseq"],
    [
      receiveRequest("OPTIONS", { optional: true, next: "options" }),
      receiveRequest("INVITE", {
        keepRoute: true,
        actions: [
          matchMessage("INVITE sip:([^@]*)@", "whole", "user"),
          matchHeader("Contact", "<(sip:[^>]*)>", "contactWhole", "contact"),
          matchHeader("From", ".*", "from"),
          matchHeader("To", ".*", "to"),
          matchHeader("CSeq", "[0-9]+ INVITE", "cseq"),
          ...entries.map(([name, { digits }]) => matchMessage(`^INVITE sip:[^@]*${digits}@`, `is_${name}`)),
        ],
      }),
      ...entries.map(([name]) => goToIf(`do_${name}`, `is_${name}`)),
      refuse("404 Not Found"),
      goTo("end"),

      ...entries.flatMap(([name, { steps }]) => [label(`do_${name}`), ...steps(`go_${name}`), goTo("end")]),

      label("talk"),
      receiveRequest("INVITE", { optional: true, next: "reinvited" }),
      receiveRequest("(INFO|UPDATE|OPTIONS)", { optional: true, next: "asked" }),
      receiveRequest("BYE"),
      respond("200 OK"),
      goTo("end"),
      label("reinvited"),
      respond("200 OK", withSdp(), { retransmitMs: 500 }),
      receiveRequest("ACK", { next: "talk" }),
      label("asked"),
      respond("200 OK", {}, { next: "talk" }),

      label("cancelled"),
      respond("200 OK"),
      refuse("487 Request Terminated"),
      goTo("end"),

      label("options"),
      respondTagged("200 OK", { headers: ["Contact: <sip:[local_ip]:[local_port]>"] }),
      label("end"),
    ],
  );
};
