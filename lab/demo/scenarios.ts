import type { CallStatus } from "../../src/values/callRecord.ts";
import { realNumberOf } from "../sipp/callees.ts";

/** What the caller does. Times are in milliseconds. */
export type DemoCaller =
  /** Once answered, talks and hangs up. */
  | { readonly kind: "talks"; readonly talkMs: number }
  /** Waits until the call ends. */
  | { readonly kind: "waits" }
  /** Cancels the call `afterMs` after the first 180. */
  | { readonly kind: "cancels"; readonly after: 180; readonly afterMs: number };

/** One call of the demo and its expected outcome. */
export interface DemoScenario {
  readonly name: string;
  /** The real number of the dialled proxy number, from the sample CSV; null if the dialled number is unknown. */
  readonly realNumber: string | null;
  readonly caller: DemoCaller;
  /** Final SIP code received by the caller. */
  readonly sip: number;
  /** Status in the call record. */
  readonly status: CallStatus;
}

/** Short, so that the demo does not take a minute longer. */
export const RING_TIMEOUT_SECONDS = 3;

/** Proxy numbers of the demo's pool. */
export const PROXY_NUMBERS = { first: "74993210000", last: "74993219998" } as const;
/** Routed to us like the others, but in no pool. */
export const UNKNOWN_NUMBER = "74993219999";

const waits: DemoCaller = { kind: "waits" };

/** The last three digits of the numbers in sample-numbers.csv determine how the callees behave. */
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
