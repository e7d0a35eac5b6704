import fc from "fast-check";
import type { CalleeBehaviour, CallerScript } from "./sipp.ts";
import { scriptFor } from "./callerScripts.ts";

/** A call between two people under any mapping. Only policies that mask, except where an owner calls. */
export interface AnyCall {
  /** The caller has no proxy number, has one, or dials it. */
  readonly caller: "stranger" | "person" | "owner";
  readonly callersState: "active" | "disabled" | "expired";
  readonly policy: "proxy" | "dialled" | "anonymous" | "fixed" | "fixed to the caller" | "caller" | null;
  readonly isPolicyOfPool: boolean;
  readonly behaviour: CalleeBehaviour;
  /** The caller's number in the usual headers, in every header of every message, or withheld. */
  readonly tells: "usual" | "everything" | "withheld";
  /** For an owner, whether the other party of the newest call has a proxy number. */
  readonly isPartyMapped: boolean;
}

const behaviours = [
  "answers",
  "answers",
  "earlyMediaThenAnswers",
  "answersThenHangsUp",
  "answersThenHolds",
  "answersThenRefers",
  "tellsItsNumber",
  "tellsItsNumber",
  "declinesWithItsNumber",
  "redirects",
  "ringsForEver",
] as const satisfies readonly CalleeBehaviour[];

export const anyCall: fc.Arbitrary<AnyCall> = fc
  .record({
    caller: fc.constantFrom("stranger", "person", "person", "owner", "owner"),
    callersState: fc.constantFrom("active", "active", "disabled", "expired"),
    policy: fc.constantFrom(null, "proxy", "dialled", "anonymous", "fixed", "fixed to the caller", "caller"),
    isPolicyOfPool: fc.boolean(),
    behaviour: fc.constantFrom(...behaviours),
    tells: fc.constantFrom("usual", "everything", "everything", "withheld"),
    isPartyMapped: fc.boolean(),
  })
  // The policy "caller" shows callers.
  .map((call): AnyCall =>
    call.policy === "caller" && call.caller !== "owner" ? { ...call, policy: null } : call,
  );

/** Headers by which a provider names the caller; all of them without those that say that the call was forwarded. */
export function identityHeaders({ tells }: AnyCall, from: string, host: string): readonly string[] {
  const asserted = `P-Asserted-Identity: "${from}" <sip:${from}@${host}>`;
  const remote = (privacy: string): string =>
    `Remote-Party-ID: "${from}" <sip:${from}@${host}>;party=calling;privacy=${privacy};screen=yes`;
  if (tells === "withheld") return [asserted, remote("full"), "Privacy: id"];
  const usual = [asserted, remote("off")];
  return tells === "usual"
    ? usual
    : [
        ...usual,
        `P-Preferred-Identity: "${from}" <sip:${from}@${host}>`,
        `Call-Info: <sip:${from}@${host}>;purpose=info`,
        `Referred-By: <sip:${from}@${host}>`,
        `Reason: SIP;cause=302;text="${from}"`,
        `Subject: ${from}`,
      ];
}

/** Callees that send no requests of their own: these could cross those of the caller. */
const passive: readonly CalleeBehaviour[] = ["answers", "earlyMediaThenAnswers"];

export function scriptOf({ behaviour, tells }: AnyCall): CallerScript {
  return tells === "everything" && passive.includes(behaviour)
    ? { kind: "tellsItsNumber", talkMs: 200 }
    : scriptFor(behaviour);
}
