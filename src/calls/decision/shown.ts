import type { CallerIdPolicy } from "../../values/mapping.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";

/**
 * The number that the callee sees on a trunk: the dialled proxy number, the caller's own proxy number, the caller's
 * real number, the mapping's fixed number, the trunk's fixed number, or nothing. `return`: the dialled proxy number,
 * in a return call.
 */
export const shownKinds = ["dialled", "own", "caller", "mapping", "trunk", "nothing", "return"] as const;
export type Shown = (typeof shownKinds)[number];

/** @param own the caller's own proxy number; null without one. */
export function shownUnder(
  mappingPolicy: CallerIdPolicy | null,
  trunkPolicy: CallerIdPolicy,
  own: PhoneNumber | null,
): Shown {
  const { kind } = mappingPolicy ?? trunkPolicy;
  switch (kind) {
    case "proxy":
      return own === null ? "dialled" : "own";
    case "dialled":
    case "caller":
      return kind;
    case "fixed":
      return mappingPolicy === null ? "trunk" : "mapping";
    case "anonymous":
      return "nothing";
  }
}

/** The numbers that may be shown. */
interface Numbers {
  readonly proxyNumber: PhoneNumber;
  /** The caller's own proxy number, or the mapping's fixed number. */
  readonly number: PhoneNumber | null;
  /** null if withheld. */
  readonly callerNumber: string | null;
  /** The number of a caller who withholds it, if the provider sent it. */
  readonly withheldNumber: PhoneNumber | null;
  readonly trunkPolicy: CallerIdPolicy;
}

/** What the dialplan can show. A caller may also be a name. */
const isShowable = (text: string): boolean => /^\d{1,20}$/.test(text);

/**
 * The number shown to the callee; null for none. A withheld number stays withheld, and only the policy `caller` ever
 * shows a caller's real number.
 */
export function shownNumber(
  shown: Shown,
  { proxyNumber, number, callerNumber, withheldNumber, trunkPolicy }: Numbers,
): string | null {
  const masked = (fixed: PhoneNumber | null): PhoneNumber | null =>
    fixed === callerNumber || fixed === withheldNumber ? null : fixed;
  switch (shown) {
    case "dialled":
    case "return":
      return proxyNumber;
    case "own":
    case "mapping":
      return masked(number);
    case "caller":
      return callerNumber !== null && isShowable(callerNumber) ? callerNumber : null;
    case "trunk":
      return masked(trunkPolicy.kind === "fixed" ? trunkPolicy.number : null);
    case "nothing":
      return null;
  }
}
