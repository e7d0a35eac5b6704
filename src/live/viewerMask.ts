import { maskNumber } from "../domain/accessMasking.ts";
import type { LiveCall } from "./messages.ts";

/** The call for those who may not see real numbers. */
export const masked = (call: LiveCall): LiveCall =>
  call.real === null ? call : { ...call, real: maskNumber(call.real) };
