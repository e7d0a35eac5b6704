import type { BareForm } from "../../values/bareForms.ts";
import { parsePhoneNumber } from "../../values/phoneNumber.ts";
import type { PhoneNumberOptions } from "../../values/phoneNumber.ts";

/** This many complete numbers show how a column writes them. */
const fewestWhole = 3;

/**
 * How a column writes numbers, if its cells show it. `8343123456` is complete in a column whose other numbers have ten digits,
 * and lacks one in a column whose numbers begin with 8 or 7. null: unclear.
 */
export function bareFormOf(cells: readonly string[], options: PhoneNumberOptions): BareForm | null {
  const lengths = new Map<number, number>();
  let unclear = 0;
  for (const cell of cells) {
    const parsed = parsePhoneNumber(cell, options);
    if (!parsed.ok && parsed.code === "PREFIX_UNCLEAR") unclear += 1;
    if (!parsed.ok || /[^\d]/.test(cell)) continue;
    lengths.set(cell.length, (lengths.get(cell.length) ?? 0) + 1);
  }
  if (unclear === 0) return null;
  const [whole = 0, ...others] = [...lengths]
    .toSorted(([one], [other]) => one - other)
    .map(([, count]) => count);
  return others.length === 0 && whole >= Math.max(fewestWhole, unclear / 20) && isShort(lengths)
    ? "national"
    : null;
}

/** All as long as numbers without a prefix. */
const isShort = (lengths: ReadonlyMap<number, number>): boolean =>
  [...lengths.keys()].every((length) => length <= 10);
