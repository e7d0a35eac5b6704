import {
  type CallDirection,
  callStatuses,
  statusReasons,
  type CallStatus,
  type StatusReason,
} from "../../values/callRecord.ts";
import { isPhoneNumber, phoneNumberOrNull, type PhoneNumber } from "../../values/phoneNumber.ts";
import type { Connect, Refuse } from "./decide.ts";
import { announcements } from "./policy.ts";
import { type Shown, shownKinds } from "./shown.ts";

/**
 * A decision travels to the dialplan as one extension, because `continue` takes no variables. Asterisk reports the
 * extension of every channel, so a restarted controller reads the facts of a call from it.
 *
 * Context `connect`: `REAL*PROXY*NUMBER*TRUNKS`. NUMBER is the mapping's fixed number, the caller's own proxy number, or
 * empty. TRUNKS has three characters for each trunk in turn: its position from 1, the endpoint of a split trunk or `-`,
 * and the letter of what it shows.
 * Context `refuse`: `STATUS*REASON*CAUSE*ANNOUNCEMENT*REAL*PROXY`, the last two if the number was found, and `*r` after them
 * for a return call.
 * See `asterisk/extensions.conf`.
 */
export const contexts = { connect: "connect", refuse: "refuse", fallback: "fallback" } as const;

/** An extension of Asterisk has at most 79 characters. */
const mostTrunks = 9;

const letters = {
  dialled: "d",
  own: "o",
  caller: "c",
  mapping: "n",
  trunk: "f",
  nothing: "a",
  return: "r",
} as const satisfies Record<Shown, string>;

/** One attempt on a trunk, as written in the extension. */
interface Turn {
  /** Position in the list of trunks, from 0. */
  readonly index: number;
  /** The endpoint of a split trunk; null for a whole one. */
  readonly way: number | null;
  readonly shown: Shown;
}

/** The facts of a call that Asterisk is connecting or has connected. */
export interface Connecting {
  readonly realNumber: PhoneNumber;
  readonly proxyNumber: PhoneNumber;
  readonly number: PhoneNumber | null;
  readonly turns: readonly Turn[];
}

/** Only the callee of a return call is shown a number as in one. */
export const directionOf = ({ turns }: Connecting): CallDirection =>
  turns[0]?.shown === "return" ? "return" : "in";

/** @param wayOf chooses the endpoint of a split trunk, 0 to 9; null for a whole one. */
export function connecting(decision: Connect, wayOf: (index: number) => number | null): Connecting {
  const { realNumber, proxyNumber, number } = decision;
  const turns = decision.turns
    .slice(0, mostTrunks)
    .map(({ index, shown }): Turn => ({ index, way: wayOf(index), shown }));
  return { realNumber, proxyNumber, number, turns };
}

export function connectExtension({ realNumber, proxyNumber, number, turns }: Connecting): string {
  const trunks = turns.map(({ index, way, shown }) => `${index + 1}${way ?? "-"}${letters[shown]}`).join("");
  return `${realNumber}*${proxyNumber}*${number ?? ""}*${trunks}`;
}

/** null for anything else than an extension of the context `connect`. */
export function readConnect(extension: string): Connecting | null {
  const fields = /^(\d+)\*(\d+)\*(\d*)\*((?:[1-9][0-9-][docnfar])+)$/.exec(extension);
  if (fields === null) return null;
  const [, realNumber = "", proxyNumber = "", number = "", trunks = ""] = fields;
  if (!isPhoneNumber(realNumber) || !isPhoneNumber(proxyNumber)) return null;
  return {
    realNumber,
    proxyNumber,
    number: phoneNumberOrNull(number),
    turns: Array.from(trunks.matchAll(/(.)(.)(.)/g), ([, index, way, letter]) => ({
      index: Number(index) - 1,
      way: way === "-" ? null : Number(way),
      shown: shownKinds.find((kind) => letters[kind] === letter) ?? "nothing",
    })),
  };
}

export function refuseExtension(refusal: Refuse, direction: CallDirection = "in"): string {
  const { status, reason, cause, announcement, realNumber, proxyNumber } = refusal;
  const extension = `${status}*${reason ?? ""}*${cause}*${announcement ?? ""}*${realNumber ?? ""}*${proxyNumber ?? ""}`;
  return direction === "return" ? `${extension}*${letters.return}` : extension;
}

/** null for anything else than an extension of the context `refuse`. */
export function readRefuse(extension: string): Omit<Refuse, "kind"> | null {
  const [status, reason = "", cause = "", announcement = "", realNumber = "", proxyNumber = "", ...more] =
    extension.split("*");
  const known = callStatuses.find((one): one is CallStatus => one === status);
  if (known === undefined || !["", letters.return].includes(more.join("*")) || !/^\d+$/.test(cause))
    return null;
  return {
    status: known,
    reason: statusReasons.find((one): one is StatusReason => one === reason) ?? null,
    cause: Number(cause),
    announcement: announcements.find((one) => one === announcement) ?? null,
    realNumber: phoneNumberOrNull(realNumber),
    proxyNumber: phoneNumberOrNull(proxyNumber),
  };
}
