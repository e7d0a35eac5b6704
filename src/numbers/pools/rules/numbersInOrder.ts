import { type NumberRange, rangeSize } from "../../../values/numberRange.ts";
import { isPhoneNumber, type PhoneNumber } from "../../../values/phoneNumber.ts";
import { type Permutation, permutation } from "./permutation.ts";

/**
 * The numbers of a range in the order in which a pool allocates them: one number for each place from 0 to
 * size − 1, always the same for the same key.
 */
export function numbersInOrder(range: NumberRange, key: string): (place: number) => PhoneNumber {
  const first = Number(range.first);
  const permute: Permutation = permutation(rangeSize(range), key);
  return (place) => {
    const number = String(first + permute(place));
    if (!isPhoneNumber(number)) throw new Error("The range contains an invalid phone number.");
    return number;
  };
}
