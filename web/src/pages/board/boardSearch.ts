import type { LiveCall } from "../../../../src/live/browserMessages.ts";
import { searchable } from "../../../../src/values/searchableText.ts";
import { searchedDigits } from "../../../../src/values/searchedDigits.ts";
import type { Notation } from "../../../../src/values/searchedDigits.ts";
import { tidyText } from "../../../../src/values/tidyText.ts";
import type { Owner } from "../../ui/owners.tsx";

/** Finds as the other lists do: any digits of a number, in any notation, and names anywhere in their text. */
export function matching(
  calls: readonly LiveCall[],
  search: string,
  notation: Notation,
  ownerOf: (call: LiveCall) => Pick<Owner, "label" | "reference"> | null,
): readonly LiveCall[] {
  const words = searchable(tidyText(search));
  if (words === "") return calls;
  const digits = searchedDigits(search, notation);
  const hasDigits = (number: string | null): boolean =>
    number !== null &&
    // A trunk may send a caller in another notation; a masked number has a gap.
    number
      .split("•")
      .flatMap((part) => searchedDigits(part, notation))
      .some((written) => digits.some((some) => written.includes(some)));
  const hasWords = (name: string | null | undefined): boolean =>
    typeof name === "string" && searchable(name).includes(words);
  return calls.filter((call) => {
    const { caller, proxy, real, inboundTrunk, outboundTrunk, node, asterisk } = call;
    const owner = ownerOf(call);
    return (
      (digits.length > 0 && [caller, proxy, real].some(hasDigits)) ||
      [owner?.label, owner?.reference, inboundTrunk, outboundTrunk, node, asterisk].some(hasWords)
    );
  });
}
