import type { CallerIdPolicy } from "../../values/mapping.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";

/**
 * The number that the callee's phone shows, null for none. A caller who withholds his number (`callerNumber` is
 * null then) stays anonymous under the policy that would have shown it.
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

/** Where a caller can ask that nobody sees his number, as the dialplan passes it on. */
interface CallerPrivacy {
  /** What Asterisk made of P-Asserted-Identity and Remote-Party-ID, e.g. `allowed_not_screened`, `prohib`. */
  readonly presentation: string;
  /** Letters of the Privacy header (RFC 3323, RFC 3325), e.g. `id`, `userid`; empty without one. */
  readonly privacy: string;
  /** Letters of the From address. */
  readonly from: string;
}

/**
 * Whether the caller withholds his number. The network tells it to us all the same, in P-Asserted-Identity. What
 * cannot be read counts as withheld: a number shown by mistake is not taken back.
 */
export const isWithheld = ({ presentation, privacy, from }: CallerPrivacy): boolean =>
  !presentation.startsWith("allowed") || (privacy !== "" && privacy !== "none") || from.includes("anonymous");
