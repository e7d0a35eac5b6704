import type { TimelineStep } from "../../values/callRecord.ts";

/**
 * The post-dial delay of a call in milliseconds: from dialling to the first sign of the callee's phone, which is the
 * ringing, or an answer without one. null if there was no such sign, or none was seen.
 */
export function postDialMsOf(timeline: readonly TimelineStep[] | null): number | null {
  const dialled = timeline?.find(([, , state]) => state === "dialling");
  const heard = timeline?.find(([, , state]) => state === "ringing" || state === "talking");
  if (dialled === undefined || heard === undefined) return null;
  return Math.max(0, heard[0] - dialled[0]);
}
