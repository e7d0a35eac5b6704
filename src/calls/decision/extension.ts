import { callStatuses, statusReasons, type CallStatus, type StatusReason } from "../../values/callRecord.ts";
import { isPhoneNumber, type PhoneNumber } from "../../values/phoneNumber.ts";
import type { Announcement, Connect, Refuse } from "./decide.ts";

/**
 * A decision travels to the dialplan as one extension, because `continue` takes no variables. Asterisk reports the
 * extension of every channel, so a restarted controller reads the facts of a call from it.
 *
 * Context `connect`: `REAL*PROXY*NUMBER*TRUNKS`. NUMBER is the fixed number of the mapping, or empty. TRUNKS has three
 * characters for each trunk in turn: its position from 1, the endpoint of a split trunk or `-`, and what it shows.
 * Context `refuse`: `STATUS*REASON*CAUSE*ANNOUNCEMENT*REAL*PROXY`, the last two if the number was found.
 * See `asterisk/extensions.conf`.
 */
export const contexts = { connect: "connect", refuse: "refuse", fallback: "fallback" } as const;

/** An extension of Asterisk has at most 79 characters. */
const mostTrunks = 9;

/** What a trunk shows: the proxy number, the caller's, NUMBER or else the trunk's fixed number, or nothing. */
type Shows = "d" | "c" | "n" | "a";

/** One attempt on a trunk, as written in the extension. */
export interface Turn {
  /** Position in the list of trunks, from 0. */
  readonly index: number;
  /** The endpoint of a split trunk; null for a whole one. */
  readonly way: number | null;
  readonly shows: Shows;
}

/** The facts of a call that Asterisk is connecting or has connected. */
export interface Connecting {
  readonly realNumber: PhoneNumber;
  readonly proxyNumber: PhoneNumber;
  readonly number: PhoneNumber | null;
  readonly turns: readonly Turn[];
}

/** @param wayOf chooses the endpoint of a split trunk, 0 to 9; null for a whole one. */
export function connecting(decision: Connect, wayOf: (index: number) => number | null): Connecting {
  const { realNumber, proxyNumber, number } = decision;
  const turns = decision.turns
    .slice(0, mostTrunks)
    .map(({ index, policy }): Turn => ({ index, way: wayOf(index), shows: letters[policy.kind] }));
  return { realNumber, proxyNumber, number, turns };
}

const letters = { proxy: "d", caller: "c", fixed: "n", anonymous: "a" } as const;

export function connectExtension({ realNumber, proxyNumber, number, turns }: Connecting): string {
  const trunks = turns.map(({ index, way, shows }) => `${index + 1}${way ?? "-"}${shows}`).join("");
  return `${realNumber}*${proxyNumber}*${number ?? ""}*${trunks}`;
}

/** null for anything else than an extension of the context `connect`. */
export function readConnect(extension: string): Connecting | null {
  const fields = /^(\d+)\*(\d+)\*(\d*)\*((?:[1-9][0-9-][dcna])+)$/.exec(extension);
  if (fields === null) return null;
  const [, realNumber = "", proxyNumber = "", number = "", trunks = ""] = fields;
  if (!isPhoneNumber(realNumber) || !isPhoneNumber(proxyNumber)) return null;
  return {
    realNumber,
    proxyNumber,
    number: isPhoneNumber(number) ? number : null,
    turns: Array.from(trunks.matchAll(/(.)(.)(.)/g), ([, index, way, shows]) => ({
      index: Number(index) - 1,
      way: way === "-" ? null : Number(way),
      shows: showsIn(shows),
    })),
  };
}

const showsIn = (letter: string | undefined): Shows =>
  letter === "c" || letter === "n" || letter === "a" ? letter : "d";

export function refuseExtension(refusal: Refuse): string {
  const { status, reason, cause, announcement, realNumber, proxyNumber } = refusal;
  return `${status}*${reason ?? ""}*${cause}*${announcement ?? ""}*${realNumber ?? ""}*${proxyNumber ?? ""}`;
}

/** null for anything else than an extension of the context `refuse`. */
export function readRefuse(extension: string): Omit<Refuse, "kind"> | null {
  const [status, reason = "", cause = "", announcement = "", realNumber = "", proxyNumber = "", ...more] =
    extension.split("*");
  const known = callStatuses.find((one): one is CallStatus => one === status);
  if (known === undefined || more.length > 0 || !/^\d+$/.test(cause)) return null;
  return {
    status: known,
    reason: statusReasons.find((one): one is StatusReason => one === reason) ?? null,
    cause: Number(cause),
    announcement: announcements.find((one) => one === announcement) ?? null,
    realNumber: isPhoneNumber(realNumber) ? realNumber : null,
    proxyNumber: isPhoneNumber(proxyNumber) ? proxyNumber : null,
  };
}

const announcements = ["unknown", "disabled", "expired", "failed"] as const satisfies readonly Announcement[];
