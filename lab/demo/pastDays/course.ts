import { recordSources } from "../../../src/values/callRecord.ts";
import type { CallRecord, CallStatus, TimelineStep } from "../../../src/values/callRecord.ts";
import type { Random } from "../../simulated/random.ts";

/** How a call went, in milliseconds; everything else about it is the same for every course. */
export interface Course {
  readonly status: CallStatus;
  readonly reason: CallRecord["statusReason"];
  readonly endedBy: CallRecord["endedBy"];
  readonly sipCode: number | null;
  readonly cause: number | null;
  /** Until the callee's phone rang; null if it did not. */
  readonly rangAfterMs: number | null;
  /** From the start to the answer, or to the end of a call that was not answered. */
  readonly waitedMs: number;
  readonly talkedMs: number;
  readonly dialled: boolean;
}

const notDialled = { rangAfterMs: null, talkedMs: 0, dialled: false, sipCode: null } as const;

/** A call that was refused without dialling. */
export const refused = (status: CallStatus, random: Random): Course => ({
  ...notDialled,
  status,
  reason: null,
  endedBy: "system",
  cause: status === "unknown_number" ? 1 : 27,
  waitedMs: random.from([3_500, 5_200]),
});

/** A call during an outage of the provider. */
export const congested = (random: Random): Course => ({
  ...notDialled,
  status: "congestion",
  reason: "trunk_unavailable",
  endedBy: "system",
  cause: 34,
  dialled: true,
  waitedMs: random.from([150, 900]),
});

/** The shares are those of a busy courier service. */
export function dialledCourse(random: Random): Course {
  const share = random.next();
  const rangAfterMs = 900 + Math.round(2_600 * random.next() ** 2);
  const rings = (most: number): number => rangAfterMs + Math.round(most * random.next() ** 1.6) + 400;
  const dialled = { rangAfterMs, talkedMs: 0, dialled: true, reason: null } as const;
  if (share < 0.66) return answered(random, rangAfterMs, rings(22_000));
  if (share < 0.79)
    return {
      ...dialled,
      status: "no_answer",
      reason: "ring_timeout",
      endedBy: "system",
      sipCode: null,
      cause: 19,
      waitedMs: 45_000,
    };
  if (share < 0.88)
    return {
      ...dialled,
      status: "cancelled",
      reason: "caller_hung_up",
      endedBy: "caller",
      sipCode: null,
      cause: 127,
      waitedMs: rings(30_000),
    };
  if (share < 0.95)
    return {
      ...dialled,
      status: "busy",
      endedBy: "callee",
      sipCode: 486,
      cause: 17,
      rangAfterMs: null,
      waitedMs: rangAfterMs,
    };
  if (share < 0.98)
    return {
      ...dialled,
      status: "rejected",
      endedBy: "callee",
      sipCode: 603,
      cause: 21,
      waitedMs: rings(9_000),
    };
  if (share < 0.993)
    return {
      ...dialled,
      status: "unallocated",
      endedBy: "callee",
      sipCode: 404,
      cause: 1,
      rangAfterMs: null,
      waitedMs: rangAfterMs,
    };
  return {
    ...dialled,
    status: "failed",
    endedBy: "system",
    sipCode: null,
    cause: 38,
    rangAfterMs: null,
    waitedMs: rangAfterMs,
  };
}

/** Most conversations are short; a few take half an hour. */
function answered(random: Random, rangAfterMs: number, waitedMs: number): Course {
  const talkedMs = Math.round(
    1_000 * Math.min(3_600, 4 + 70 * Math.exp(2.4 * (random.next() - 0.5) * 2) ** 0.9),
  );
  const byCaller = random.chance(0.6);
  return {
    status: "answered",
    reason: byCaller ? "caller_hung_up" : "callee_hung_up",
    endedBy: byCaller ? "caller" : "callee",
    sipCode: 200,
    cause: 16,
    rangAfterMs,
    waitedMs,
    talkedMs,
    dialled: true,
  };
}

type Parties = Pick<
  CallRecord,
  "callId" | "direction" | "proxyNumber" | "realNumber" | "shownNumber" | "callerId" | "outboundTrunk"
>;

export function recordOf(course: Course, parties: Parties, startedAtMs: number): CallRecord {
  const { status, waitedMs, talkedMs, dialled } = course;
  const isAnswered = status === "answered";
  return {
    ...parties,
    ...(dialled ? {} : { shownNumber: null, outboundTrunk: null }),
    source: recordSources.asterisk,
    startedAtMs,
    answeredAtMs: isAnswered ? startedAtMs + waitedMs : null,
    endedAtMs: startedAtMs + waitedMs + talkedMs,
    ringSeconds: Math.round(waitedMs / 1000),
    talkSeconds: Math.round(talkedMs / 1000),
    status,
    statusReason: course.reason,
    endedBy: course.endedBy,
    sipCode: course.sipCode,
    cause: course.cause,
    inboundTrunk: "trunk-in",
    asterisk: "lab",
    node: "demo",
    timeline: timelineOf(course),
  };
}

function timelineOf({ status, dialled, rangAfterMs, waitedMs, talkedMs, sipCode }: Course): TimelineStep[] {
  const steps: TimelineStep[] = [
    [0, "arrived", "lookingUp"],
    [6, "lookedUp", dialled ? "dialling" : "announcing"],
  ];
  if (rangAfterMs !== null) steps.push([rangAfterMs, "legRang", "ringing"]);
  if (status === "answered")
    steps.push([waitedMs, "legAnswered", "talking"], [waitedMs + talkedMs, "legLeft", "ended"]);
  else if (status === "cancelled") steps.push([waitedMs, "gone", "ended"]);
  else if (sipCode === null) steps.push([waitedMs, "failed", "ended"]);
  else steps.push([waitedMs, "failed", "ended", sipCode]);
  return steps;
}
