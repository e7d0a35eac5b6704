import type { TimelineStep } from "../../values/callRecord.ts";
import type { ObservedCall } from "../../values/observedCall.ts";

export interface CallOnTrunk extends ObservedCall {
  /** Position of the trunk that is tried. */
  readonly trunkIndex: number;
  /** The number that the callee sees. */
  readonly presentedNumber: string | null;
}

export interface Fact {
  readonly type: string;
  readonly atMs: number;
  /** Final SIP code of the callee's leg. */
  readonly sipCode?: number | null;
}

/** Every attempt on a trunk is a step of its own, although the state may be the same. */
const isWorthKeeping = (before: CallOnTrunk, after: CallOnTrunk): boolean =>
  before.state !== after.state ||
  before.outboundTrunk !== after.outboundTrunk ||
  before.trunkIndex !== after.trunkIndex;

/** How the call got here. */
export function firstStep(call: ObservedCall, cause: "arrived" | "adopted", atMs: number): TimelineStep {
  return [Math.max(0, atMs - call.atMs), cause, call.state];
}

/**
 * The timeline step for a transition; null for a transition without visible change. An event that Asterisk sent
 * earlier but that was read late may be older than our own actions: steps stay in the order in which they were
 * taken.
 */
export function stepOf(
  before: CallOnTrunk,
  after: CallOnTrunk,
  event: Fact,
  last: TimelineStep | undefined,
): TimelineStep | null {
  if (!isWorthKeeping(before, after)) return null;
  const afterMs = Math.max(last?.[0] ?? 0, event.atMs - after.atMs);
  return event.sipCode !== undefined && event.sipCode !== null
    ? [afterMs, event.type, after.state, event.sipCode]
    : [afterMs, event.type, after.state];
}
