import type { CallerIdPolicy } from "../../values/mapping.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";

/** What the dialplan can show: a caller may also be a name. */
const isShowable = (text: string): boolean => /^\d{1,20}$/.test(text);

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
      return call.callerNumber !== null && isShowable(call.callerNumber) ? call.callerNumber : null;
    case "fixed":
      return policy.number;
    case "anonymous":
      return null;
  }
}
