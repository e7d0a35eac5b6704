import type { CallRecord } from "../../../src/values/callRecord.ts";
import { Random } from "../../simulated/random.ts";
import { UNKNOWN_NUMBER } from "../scenarios.ts";
import type { DemoClient } from "./clients.ts";
import { congested, dialledCourse, recordOf, refused } from "./course.ts";
import type { Course } from "./course.ts";

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** People of the demo live here, and call by day. */
const hoursAheadOfUtc = 3;
const workdayCalls = 520;
const weekendCalls = 300;
/** Share of each hour of the day, in the people's own time. */
const hours = [2, 1, 1, 1, 1, 2, 6, 18, 42, 68, 80, 84, 76, 78, 82, 80, 76, 72, 68, 60, 44, 26, 12, 5];
/** Every thirty days, the provider is away for three hours of the afternoon. */
const outage = { everyDays: 30, onDay: 11, fromHour: 13, toHour: 16 };
const callers = 1_500;

/** The calls that start on one day in UTC, in order. The same day always has the same ones. */
export function callsOfDay(seed: number, day: number, clients: readonly DemoClient[]): readonly CallRecord[] {
  const random = new Random(seed * 31 + day);
  const present = clients.filter(({ joinedDay }) => joinedDay <= day);
  // 1 January 1970 was a Thursday.
  const isWeekend = (day + 4) % 7 === 6 || (day + 4) % 7 === 0;
  const calls = Math.round((isWeekend ? weekendCalls : workdayCalls) * (0.9 + 0.2 * random.next()));
  const starts = Array.from({ length: calls }, () => startOf(random)).sort((one, other) => one - other);
  return starts.map((atMs, index) => {
    const callId = `demo-${day}.${index}`;
    const hour = Math.floor(atMs / hourMs);
    return call({ random, callId, day, hour, startedAtMs: day * dayMs + atMs }, present);
  });
}

/** Milliseconds since midnight in UTC. */
function startOf(random: Random): number {
  let left = random.next() * hours.reduce((sum, share) => sum + share, 0);
  const own = hours.findIndex((share) => (left -= share) < 0);
  const hour = (own - hoursAheadOfUtc + 24) % 24;
  return hour * hourMs + random.from([0, hourMs - 1]);
}

interface Occasion {
  readonly random: Random;
  readonly callId: string;
  readonly day: number;
  /** In UTC. */
  readonly hour: number;
  readonly startedAtMs: number;
}

function call(
  { random, callId, day, hour, startedAtMs }: Occasion,
  clients: readonly DemoClient[],
): CallRecord {
  // Few people get most of the calls.
  const client = clients[Math.floor(clients.length * random.next() ** 2)];
  const caller = `7916${String(Math.floor(callers * random.next() ** 1.5)).padStart(7, "0")}`;
  const inbound = { callId, direction: "in", callerId: caller, outboundTrunk: null } as const;
  if (client === undefined || random.chance(0.012))
    return recordOf(
      refused("unknown_number", random),
      { ...inbound, proxyNumber: UNKNOWN_NUMBER, realNumber: null, shownNumber: null },
      startedAtMs,
    );
  const { proxyNumber, realNumber } = client;
  const course = courseOf(client, { random, day, hour });
  const outboundTrunk = random.chance(0.8) ? "trunk-out" : "trunk-out-2";
  // Clients call back the person who has called them.
  const isReturn = course.dialled && random.chance(0.08);
  return recordOf(
    course,
    isReturn
      ? {
          callId,
          direction: "return",
          callerId: realNumber,
          proxyNumber,
          realNumber: caller,
          shownNumber: proxyNumber,
          outboundTrunk,
        }
      : { ...inbound, proxyNumber, realNumber, shownNumber: proxyNumber, outboundTrunk },
    startedAtMs,
  );
}

function courseOf(
  { leftDay, expiresDay, disabled }: DemoClient,
  { random, day, hour }: Pick<Occasion, "random" | "day" | "hour">,
): Course {
  if (leftDay !== null && day >= leftDay) return refused("quarantined", random);
  if (expiresDay !== null && day >= expiresDay) return refused("expired", random);
  if (disabled) return refused("disabled", random);
  const own = hour + hoursAheadOfUtc;
  const isOutage = day % outage.everyDays === outage.onDay && own >= outage.fromHour && own < outage.toHour;
  return isOutage ? congested(random) : dialledCourse(random);
}
