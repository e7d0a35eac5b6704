import type { CallerIdPolicy } from "./mapping.ts";
import type { PhoneNumber } from "./phoneNumber.ts";

/**
 * The number that the callee's phone shows, null for none. A caller who withholds his number stays
 * anonymous under the policy that would have shown it.
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
