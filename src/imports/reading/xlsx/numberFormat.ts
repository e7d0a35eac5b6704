/** The place of a digit, with what stands there if the number has fewer. */
interface Place {
  readonly filling: string;
}

interface Section {
  readonly holds: (value: number) => boolean;
  /** For cells of text, or for any cell if no other section is there. */
  readonly isForText: boolean;
  readonly pieces: readonly (string | Place)[];
}

/** A number format that shows digits or a plus sign of its own. */
export type NumberFormat = readonly Section[];

/** As long as Excel allows. */
const maxFormatCharacters = 255;

/** A text in quotes or behind a backslash, a currency, any other bracket, a blank or filling, or one character. */
const token = /"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[([^\]]*)\]|[_*].|(General|.)/gisu;
const condition = /^(<=|>=|<>|<|>|=)(-?\d{1,15})$/;
const comparisons: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  "<": (value, limit) => value < limit,
  "<=": (value, limit) => value <= limit,
  ">": (value, limit) => value > limit,
  ">=": (value, limit) => value >= limit,
  "=": (value, limit) => value === limit,
  "<>": (value, limit) => value !== limit,
};

/** Decimals, exponents, and fractions: what follows are no digits of the whole number. */
const endsWhole = /^[.e%/]$/i;

/** A format such as `"+1 "(000) 000-0000`; null if it shows no digit or plus sign beside what a cell contains. */
export function numberFormatOf(code: string): NumberFormat | null {
  const sections = sectionsOf(code.slice(0, maxFormatCharacters));
  return sections.some(({ pieces }) => addedBy(pieces) !== "") ? sections : null;
}

const isPlace = (piece: string | Place): piece is Place => typeof piece !== "string";

/** Digits and plus signs that stand in the format itself. */
const addedBy = (pieces: Section["pieces"]): string =>
  pieces
    .map((piece) => (isPlace(piece) ? "" : piece))
    .join("")
    .replace(/[^\d+]/g, "");

function sectionsOf(code: string): readonly Section[] {
  const sections: Section[] = [];
  // A section without a condition is for positive numbers, as all phone numbers are, or for those that no other is for.
  let [pieces, holds, isForText, isWhole]: [(string | Place)[], Section["holds"], boolean, boolean] = [
    [],
    () => true,
    false,
    true,
  ];
  const end = (): void => {
    sections.push({ holds, isForText, pieces });
    [pieces, holds, isForText, isWhole] = [[], () => true, false, true];
  };
  for (const [, quoted, escaped, currency, bracket, one] of code.matchAll(token)) {
    const literal = quoted ?? escaped ?? currency;
    const [, sign = "", limit] = condition.exec(bracket ?? "") ?? [];
    const holdsFor = comparisons[sign];
    if (holdsFor !== undefined) holds = (value) => holdsFor(value, Number(limit));
    else if (literal !== undefined) pieces.push(literal);
    else if (one === ";") end();
    else if (one === undefined || one === "," || !isWhole) continue;
    else if (endsWhole.test(one)) isWhole = false;
    else if (/^(?:[0#?@]|General)$/i.test(one)) {
      pieces.push({ filling: one === "0" ? "0" : "" });
      isForText ||= one === "@";
    } else pieces.push(one);
  }
  end();
  return sections;
}

/** The number of a cell as a person sees it if its format adds digits or a plus sign; otherwise its digits. */
export function shownNumber(digits: string, format: NumberFormat, isText: boolean): string {
  const section =
    format.find((one) => one.isForText === isText && (isText || one.holds(Number(digits)))) ??
    (isText ? undefined : format.find(({ isForText }) => isForText));
  if (section === undefined) return digits;
  const places = section.pieces.filter(isPlace).length;
  const added = addedBy(section.pieces);
  if (places === 0 || added === "") return digits;
  // A single place stands for all digits. Beyond several, the country code may be among the digits already.
  if (places > 1 && digits.length > places) {
    if (!added.includes("+")) return digits;
    const code = added.replace("+", "");
    if (digits.length === places + code.length && digits.startsWith(code)) return `+${digits}`;
    // The Russian national prefix in place of the code.
    if (code === "7" && digits.length === places + 1 && digits.startsWith("8")) return `+7${digits.slice(1)}`;
  }
  return filled(section.pieces, places, digits).trim();
}

/** The last digit is in the last place. Digits that have no place are in front of the others. */
function filled(pieces: Section["pieces"], places: number, digits: string): string {
  let next = digits.length - places;
  let isFirst = true;
  return pieces
    .map((piece) => {
      if (!isPlace(piece)) return piece;
      const from = isFirst ? 0 : Math.max(0, next);
      const text = next < 0 ? piece.filling : digits.slice(from, next + 1);
      isFirst = false;
      next += 1;
      return text;
    })
    .join("");
}
