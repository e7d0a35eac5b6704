/** Digits, or dots for hidden ones. A caller may also be a name. */
const phone = /^\d[\d \u2022]*$/;

/** A phone number in a file: with a plus sign, so that every program reads it as it is meant. */
export function phoneCell<Text extends string | null>(number: Text): Text | string {
  return number !== null && phone.test(number) ? `+${number}` : number;
}
