import type { CallRecord, CallStatus } from "../../values/callRecord.ts";
import { minDigits, phoneNumberOrNull, type PhoneNumber } from "../../values/phoneNumber.ts";

/** The owner of a real number, with its proxy number. */
export interface Owner {
  readonly proxyNumber: PhoneNumber;
  readonly realNumber: PhoneNumber;
}

/** The newest call between an owner and another party through the owner's proxy number. */
export interface NewestCall {
  readonly callId: string;
  readonly startedAtMs: number;
  /** null if withheld, erased, or not a number that can be called. */
  readonly party: PhoneNumber | null;
}

/** The outcomes of calls that were meant to reach the other party; in `PROXY_LOOKUP` of `func_odbc.conf` as well. */
export const statusesOfReach: readonly CallStatus[] = [
  "answered",
  "busy",
  "no_answer",
  "cancelled",
  "rejected",
  "unallocated",
  "congestion",
  "failed",
];

type CallOfOwner = Pick<CallRecord, "direction" | "proxyNumber" | "realNumber" | "callerId" | "status">;

/** null for calls that were not meant to reach a party. */
export function ownerOf({ direction, proxyNumber, realNumber, callerId, status }: CallOfOwner): Owner | null {
  if (!statusesOfReach.includes(status)) return null;
  const proxy = phoneNumberOrNull(proxyNumber);
  const owner = phoneNumberOrNull(direction === "return" ? callerId : realNumber);
  return proxy === null || owner === null ? null : { proxyNumber: proxy, realNumber: owner };
}

/** The other party: the caller or, in a return call, the callee. An emergency number shown by a caller is none. */
export function partyOf({
  direction,
  realNumber,
  callerId,
}: Pick<CallRecord, "direction" | "realNumber" | "callerId">): PhoneNumber | null {
  const number = phoneNumberOrNull(direction === "return" ? realNumber : callerId);
  return number !== null && number.length >= minDigits ? number : null;
}
