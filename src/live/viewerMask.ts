import { maskNumber } from "../values/masking.ts";
import type { LiveCall } from "./browserMessages.ts";

const maskedOrNull = (number: string | null): string | null => (number === null ? null : maskNumber(number));

/** The call with the numbers of callee and caller masked. */
export const masked = (call: LiveCall): LiveCall => ({
  ...call,
  real: maskedOrNull(call.real),
  caller: maskedOrNull(call.caller),
});
