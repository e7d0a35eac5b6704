import type { Call, CallEvent } from "./call.ts";
import type { TimelineStep } from "../../../values/callRecord.ts";

/** Every attempt on a trunk is a step of its own, although the state may be the same. */
const isWorthKeeping = (before: Call, after: Call): boolean =>
  before.state !== after.state ||
  before.outboundTrunk !== after.outboundTrunk ||
  before.trunkIndex !== after.trunkIndex;

/** How the call got here. */
export function firstStep(call: Call, cause: "arrived" | "adopted", atMs: number): TimelineStep {
  return [Math.max(0, atMs - call.atMs), cause, call.state];
}

/**
 * The timeline step for a transition; null for a transition without visible change. An event that Asterisk sent
 * earlier but that was read late may be older than our own actions: steps stay in the order in which they were
 * taken.
 */
export function stepOf(
  before: Call,
  after: Call,
  event: CallEvent,
  last: TimelineStep | undefined,
): TimelineStep | null {
  if (!isWorthKeeping(before, after)) return null;
  const afterMs = Math.max(last?.[0] ?? 0, event.atMs - after.atMs);
  return event.type === "calleeLeft" && event.sipCode !== null
    ? [afterMs, event.type, after.state, event.sipCode]
    : [afterMs, event.type, after.state];
}
