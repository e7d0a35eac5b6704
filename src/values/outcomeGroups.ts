import { callStatuses } from "./callRecord.ts";
import type { CallStatus } from "./callRecord.ts";

/** The kinds of outcome that the dashboard shows separately. */
export const outcomeGroups = ["answered", "noAnswer", "busy", "cancelled", "failed", "refused"] as const;
export type OutcomeGroup = (typeof outcomeGroups)[number];

/**
 * `failed`: the call could not be put through, which deserves attention. `refused`: the callee or one of our own
 * rules did not want it.
 */
const groupOf: Readonly<Record<CallStatus, OutcomeGroup>> = {
  answered: "answered",
  no_answer: "noAnswer",
  busy: "busy",
  cancelled: "cancelled",
  unallocated: "failed",
  congestion: "failed",
  loop: "failed",
  overload: "failed",
  handed_back: "failed",
  failed: "failed",
  rejected: "refused",
  unknown_number: "refused",
  disabled: "refused",
  expired: "refused",
  quarantined: "refused",
  own_number: "refused",
  limited: "refused",
};

export const statusesOf = (group: OutcomeGroup): readonly CallStatus[] =>
  callStatuses.filter((status) => groupOf[status] === group);
