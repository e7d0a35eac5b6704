/** A phone number in a file: with a plus sign, so that every program reads it as it is meant. */
export function phoneCell<Text extends string | null>(number: Text): Text | string {
  return number !== null && /^\d/.test(number) ? `+${number}` : number;
}
