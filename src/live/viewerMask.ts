import { maskNumber } from "../values/masking.ts";
import type { LiveCall } from "./browserMessages.ts";

const maskedOrNull = (number: string | null): string | null => (number === null ? null : maskNumber(number));

/** The call for those who may not see real numbers: neither the called person's nor the caller's. */
export const masked = (call: LiveCall): LiveCall => ({
  ...call,
  real: maskedOrNull(call.real),
  caller: maskedOrNull(call.caller),
});
