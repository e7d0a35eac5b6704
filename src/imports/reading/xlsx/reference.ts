import { UnreadableFileError } from "../errors.ts";

/** `A1` is 0, `AB12` is 27. */
export function columnOf(reference: string): number {
  let column = 0;
  for (let at = 0; at < reference.length; at += 1) {
    const letter = reference.charCodeAt(at) & 0xdf;
    if (letter < 0x41 || letter > 0x5a || at > 3) break;
    column = column * 26 + (letter - 0x40);
  }
  if (column === 0) throw new UnreadableFileError("FILE_DAMAGED");
  return column - 1;
}

/** Row of `AB12`: 12. NaN if it is not a reference. */
export const rowOf = (reference: string): number => Number(/^[A-Za-z]{1,3}(\d{1,7})$/.exec(reference)?.[1]);
