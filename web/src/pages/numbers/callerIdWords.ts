import { formatPhone } from "../../format/phone.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { draftOf } from "../../ui/CallerIdField.tsx";

/** Which number the callee sees. `inherited`: the words for a mapping or a pool without a policy of its own. */
export function callerIdInWords(
  callerId: string | null,
  inherited = numbersTexts.value.callerId.inherit,
): string {
  const { kind } = draftOf(callerId);
  if (kind === "") return inherited;
  return kind === "fixed"
    ? formatPhone(callerId?.slice("fixed:".length) ?? "")
    : numbersTexts.value.callerId[kind];
}
