import type { CallStatus } from "../../src/values/callRecord.ts";
import { realNumberOf } from "../sipp/callees.ts";

/** What the caller of the demo does. Times are milliseconds. */
export type DemoCaller =
  /** Once answered, talks and hangs up. */
  | { readonly kind: "talks"; readonly talkMs: number }
  /** Waits for whatever comes. */
  | { readonly kind: "waits" }
  /** Gives up so long after the first sound of ringing. */
  | { readonly kind: "cancels"; readonly after: 180; readonly afterMs: number };

/** One call of the demo and what has to become of it. */
export interface DemoScenario {
  readonly name: string;
  /** The real number behind the dialled one, from the sample CSV; null: the dialled number is unknown. */
  readonly realNumber: string | null;
  readonly caller: DemoCaller;
  /** Final SIP code that the caller gets. */
  readonly sip: number;
  /** Status in the call's record. */
  readonly status: CallStatus;
}

/** Ring timeout; short, so that the demo does not take a minute longer. */
export const RING_TIMEOUT_SECONDS = 3;

/** Proxy numbers that the demo gives out. */
export const PROXY_NUMBERS = { first: "74993210000", last: "74993219998" } as const;
/** Routed to us as the others are, but never given out. */
export const UNKNOWN_NUMBER = "74993219999";

const waits: DemoCaller = { kind: "waits" };

/** The callees of sample-numbers.csv do what the last three digits of their numbers say. */
export const demoScenarios: readonly DemoScenario[] = [
  {
    name: "answered",
    realNumber: realNumberOf("ringsThenAnswers", 5550),
    caller: { kind: "talks", talkMs: 2_000 },
    sip: 200,
    status: "answered",
  },
  { name: "busy", realNumber: realNumberOf("ringsThenBusy", 5551), caller: waits, sip: 486, status: "busy" },
  {
    name: "no answer",
    realNumber: realNumberOf("ringsForEver", 5552),
    caller: waits,
    sip: 480,
    status: "no_answer",
  },
  { name: "unknown number", realNumber: null, caller: waits, sip: 404, status: "unknown_number" },
  {
    name: "caller gives up",
    realNumber: realNumberOf("ringsForEver", 5553),
    caller: { kind: "cancels", after: 180, afterMs: 1_000 },
    sip: 487,
    status: "cancelled",
  },
];
