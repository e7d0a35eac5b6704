import type { CallStatus, StatusReason } from "../../src/values/callRecord.ts";
import type { CallPath } from "./callPaths.ts";

/** The cause that Asterisk derives from the callee's refusal. */
const bySipCode: Readonly<Record<number, number>> = {
  402: 127,
  403: 21,
  404: 1,
  407: 21,
  408: 18,
  410: 22,
  480: 19,
  484: 28,
  486: 17,
  500: 38,
  502: 27,
  503: 34,
  504: 102,
  600: 17,
  603: 21,
  604: 1,
};

const byReason: Partial<Record<StatusReason, number>> = {
  invalid_number: 28,
  redirect_refused: 21,
  ring_timeout: 19,
  max_length: 16,
  callee_hung_up: 16,
  // Asterisk does not learn why a caller cancels.
  caller_hung_up: 127,
};

const byStatus: Partial<Record<CallStatus, number>> = {
  unknown_number: 1,
  disabled: 21,
  expired: 22,
  quarantined: 22,
  loop: 25,
};

interface Outcome {
  readonly status: CallStatus;
  readonly reason: StatusReason | null;
  /** The code with which the callee refused. */
  readonly calleeSip?: number;
}

/** The Q.850 cause in the record; null where this path does not know that of a hangup. */
export function expectedCause({ status, reason, calleeSip }: Outcome, path: CallPath): number | null {
  if (status === "answered" && reason === "caller_hung_up" && path !== "bridge") return 16;
  if (path === "bridge" && (reason === "caller_hung_up" || reason === "callee_hung_up")) return null;
  const known =
    bySipCode[calleeSip ?? 0] ?? (reason === null ? undefined : byReason[reason]) ?? byStatus[status];
  if (known === undefined) throw new Error(`Which cause has ${status}, ${reason ?? "no reason"}?`);
  return known;
}
