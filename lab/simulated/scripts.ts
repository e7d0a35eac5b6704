/** What the parties and providers on both ends do, in the terms of the SIPp scenarios. */

export type CalleeStep = { readonly afterMs?: number } & (
  | { readonly does: "rings" | "progresses" | "answers" | "hangsUp" | "holds" | "resumes" }
  | { readonly does: "refuses"; readonly code: number }
  | { readonly does: "redirects"; readonly to: string }
  | { readonly does: "presses"; readonly digit: string }
);

export interface CalleeScript {
  /** One after another, each `afterMs` after the one before. */
  readonly steps: readonly CalleeStep[];
  /** `answer`: its 200 crosses the CANCEL (RFC 5407 3.1.2). */
  readonly onCancel?: "obey" | "answer";
  /** The provider sends the call back to this number, like a call that the callee forwards. */
  readonly forwardsTo?: string;
  /** Not even 100: an INVITE without a response ends after 32 s. */
  readonly silent?: boolean;
}

/** The short form: all times in milliseconds from the INVITE, `hangsUpAfter` from the answer. */
export interface CalleeOptions {
  readonly rings?: number;
  readonly earlyMedia?: number;
  readonly answers?: number;
  readonly hangsUpAfter?: number;
  readonly refuses?: number;
  /** When it refuses or redirects; at once by default. */
  readonly after?: number;
  readonly redirects?: string;
  readonly onCancel?: "obey" | "answer";
  readonly forwardsTo?: string;
  readonly silent?: boolean;
}

export function calleeScript(options: CalleeOptions): CalleeScript {
  const timed: { atMs: number; step: CalleeStep }[] = [];
  const { rings, earlyMedia, answers, refuses, redirects, after = 0 } = options;
  if (rings !== undefined) timed.push({ atMs: rings, step: { does: "rings" } });
  if (earlyMedia !== undefined) timed.push({ atMs: earlyMedia, step: { does: "progresses" } });
  if (answers !== undefined) timed.push({ atMs: answers, step: { does: "answers" } });
  if (answers !== undefined && options.hangsUpAfter !== undefined)
    timed.push({ atMs: answers + options.hangsUpAfter, step: { does: "hangsUp" } });
  if (refuses !== undefined) timed.push({ atMs: after, step: { does: "refuses", code: refuses } });
  if (redirects !== undefined) timed.push({ atMs: after, step: { does: "redirects", to: redirects } });
  timed.sort((one, other) => one.atMs - other.atMs);
  let beforeMs = 0;
  const steps = timed.map(({ atMs, step }) => {
    const afterMs = atMs - beforeMs;
    beforeMs = atMs;
    return { ...step, afterMs };
  });
  const { onCancel, forwardsTo, silent } = options;
  return {
    steps,
    ...(onCancel && { onCancel }),
    ...(forwardsTo !== undefined && { forwardsTo }),
    ...(silent !== undefined && { silent }),
  };
}

const ringsMs = 600;
const talksMs = 600;
const ringsLongMs = 2_000;
const foreignNumber = "79995550100";

const rings: CalleeStep = { does: "rings" };
const progresses: CalleeStep = { does: "progresses" };
const answers: CalleeStep = { does: "answers" };
const late = (step: CalleeStep): CalleeStep => ({ ...step, afterMs: ringsMs });
const refusing = (code: number): { digits: string; script: CalleeScript } => ({
  digits: String(code),
  script: { steps: [{ does: "refuses", code }] },
});

/** By name, with the last three digits of the number that select it, as for the SIPp callees of the lab. */
const behaviours = {
  answers: { digits: "001", script: { steps: [rings, answers] } },
  ringsThenAnswers: { digits: "002", script: { steps: [rings, late(answers)] } },
  answersThenHangsUp: {
    digits: "003",
    script: { steps: [rings, answers, { does: "hangsUp", afterMs: talksMs }] },
  },
  earlyMediaThenAnswers: { digits: "004", script: { steps: [progresses, late(answers)] } },
  answersWithoutRinging: { digits: "005", script: { steps: [answers] } },
  ringsForEver: { digits: "006", script: { steps: [rings] } },
  earlyMediaForEver: { digits: "007", script: { steps: [progresses] } },
  triesForEver: { digits: "008", script: { steps: [] } },
  ignores: { digits: "009", script: { steps: [], silent: true } },
  ringsThenBusy: { digits: "010", script: { steps: [rings, late({ does: "refuses", code: 486 })] } },
  earlyMediaThenUnallocated: {
    digits: "011",
    script: { steps: [progresses, late({ does: "refuses", code: 404 })] },
  },
  ringsThenUnavailable: { digits: "012", script: { steps: [rings, late({ does: "refuses", code: 480 })] } },
  /** Asterisk declines the REFER (allow_transfer=no), so it has no effect. */
  answersThenRefers: { digits: "013", script: { steps: [rings, answers] } },
  answersOnCancel: { digits: "014", script: { steps: [rings], onCancel: "answer" } },
  answersThenHolds: {
    digits: "015",
    script: { steps: [rings, answers, { does: "holds" }, { does: "resumes", afterMs: talksMs }] },
  },
  /** Its own headers are not trusted (trust_id_inbound=no), so they have no effect. */
  tellsItsNumber: { digits: "016", script: { steps: [rings, progresses, answers] } },
  answersThenPressesKey: {
    digits: "017",
    script: { steps: [rings, answers, { does: "presses", digit: "7" }] },
  },
  ringsLongThenAnswers: {
    digits: "018",
    script: { steps: [rings, { ...answers, afterMs: ringsLongMs }] },
  },
  declinesWithItsNumber: { digits: "019", script: { steps: [rings, { does: "refuses", code: 603 }] } },
  redirects: { digits: "302", script: { steps: [{ does: "redirects", to: foreignNumber }] } },
  badRequest: refusing(400),
  forbidden: refusing(403),
  notFound: refusing(404),
  requestTimeout: refusing(408),
  gone: refusing(410),
  unavailable: refusing(480),
  loopDetected: refusing(482),
  tooManyHops: refusing(483),
  addressIncomplete: refusing(484),
  busy: refusing(486),
  notAcceptable: refusing(488),
  serverError: refusing(500),
  badGateway: refusing(502),
  serviceUnavailable: refusing(503),
  paymentRequired: refusing(402),
  wantsLogin: refusing(407),
  gatewayTimeout: refusing(504),
  busyEverywhere: refusing(600),
  declines: refusing(603),
  doesNotExist: refusing(604),
} as const satisfies Record<string, { readonly digits: string; readonly script: CalleeScript }>;

export type CalleeBehaviour = keyof typeof behaviours;
export const calleeBehaviours = Object.keys(behaviours) as CalleeBehaviour[];

export const calleeNamed = (behaviour: CalleeBehaviour): CalleeScript => behaviours[behaviour].script;

/** A number whose last three digits select this behaviour of the callee. Unknown digits get 404. */
export const realNumberOf = (behaviour: CalleeBehaviour, serial = 0): string =>
  `7900${String(serial).padStart(4, "0")}${behaviours[behaviour].digits}`;

const byDigits: ReadonlyMap<string, CalleeScript> = new Map(
  Object.values(behaviours).map(({ digits, script }) => [digits, script]),
);

export const calleeOfDigits = (number: string): CalleeScript =>
  byDigits.get(number.slice(-3)) ?? behaviours.notFound.script;

/** The progress of a call: SIP codes that the caller has received, and steps of Asterisk. */
export type CallStep =
  | "arrived"
  | "stasis"
  | "created"
  | "calleeInStasis"
  | "bridged"
  | "dialled"
  | 180
  | 183
  | 200;

export interface CallerScript {
  /** Hangs up this long after the step, which cancels an unanswered call. */
  readonly hangsUp?: { readonly on: CallStep; readonly afterMs?: number };
}
