import type { CallerIdPolicy } from "../../values/mapping.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";

/**
 * The number shown to the callee; null for none. A withheld number (`callerNumber` is null) stays anonymous under
 * the policy that would have shown it.
 */
export function presentedNumber(
  policy: CallerIdPolicy,
  call: { readonly proxyNumber: PhoneNumber | null; readonly callerNumber: string | null },
): string | null {
  switch (policy.kind) {
    case "proxy":
      return call.proxyNumber;
    case "caller":
      return call.callerNumber;
    case "fixed":
      return policy.number;
    case "anonymous":
      return null;
  }
}

/** The places where a caller can withhold the number, as passed on by the dialplan. */
interface CallerPrivacy {
  /**
   * The presentation that Asterisk derives from P-Asserted-Identity and Remote-Party-ID, e.g.
   * `allowed_not_screened`, `prohib`.
   */
  readonly presentation: string;
  /** Letters of the Privacy header (RFC 3323, RFC 3325), e.g. `id`, `userid`; empty without one. */
  readonly privacy: string;
  /** Letters of the From address. */
  readonly from: string;
}

/**
 * Whether the caller withholds the number. The network sends it to us anyway, in P-Asserted-Identity. Unreadable
 * values count as withheld, because showing a number by mistake cannot be undone.
 */
export const isWithheld = ({ presentation, privacy, from }: CallerPrivacy): boolean =>
  !presentation.startsWith("allowed") || (privacy !== "" && privacy !== "none") || from.includes("anonymous");
