import type { Call, CallEvent } from "./call.ts";
import type { TimelineStep } from "../../values/callRecord.ts";

/** Trunks are tried one after the other; each attempt is a step, although the state may be the same. */
const isWorthKeeping = (before: Call, after: Call): boolean =>
  before.state !== after.state ||
  before.outboundTrunk !== after.outboundTrunk ||
  before.trunkIndex !== after.trunkIndex;

/** How the call came here. */
export function firstStep(call: Call, cause: "arrived" | "adopted", atMs: number): TimelineStep {
  return [Math.max(0, atMs - call.atMs), cause, call.state];
}

/**
 * The step that a transition was; null for one that changed nothing which a person would tell. An event of Asterisk
 * that was read late may be older than what we did meanwhile: steps stay in the order in which they were taken.
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
