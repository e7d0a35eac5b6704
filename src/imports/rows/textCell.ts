import { guarded, withoutGuard } from "./formulaGuard.ts";
import { isGarbled } from "./garbledText.ts";
import { isNoValue } from "./noValue.ts";
import { tidyText } from "../../values/tidyText.ts";

/** A cell of free text as it will be stored, or why it will not be. null: nothing in it. */
type CellText =
  | { readonly ok: true; readonly text: string | null }
  | { readonly ok: false; readonly problem: "TOO_LONG" | "CONTROL_CHARACTERS" | "BROKEN_CHARACTERS" };

const nothing: CellText = { ok: true, text: null };

/** Control characters, line separators, lone surrogates and the replacement character. */
const troubling = /[\p{Cc}\u2028\u2029\ufffd\ud800-\udfff]/u;
const ascii = /^[\x20-\x7e]*$/;
/** Among the control characters those that no program writes: bytes of another encoding. */
const broken = /[\ufffd\ud800-\udfff\u0080-\u009f]/u;

/** Whether a file can carry the text on one line, so that an export of it can be imported again. */
export const isPlainText = (text: string): boolean => !troubling.test(text);

/** Trims, and removes what spreadsheets and our own export put around a text so that it is not run as a formula. */
export function readCellText(cell: string, maxCharacters: number): CellText {
  const text = unwrap(cell.replaceAll("\t", " ").replaceAll("\ufeff", "").trim());
  if (text === "" || isNoValue(text)) return nothing;
  if (troubling.test(text)) {
    return { ok: false, problem: broken.test(text) ? "BROKEN_CHARACTERS" : "CONTROL_CHARACTERS" };
  }
  if (isGarbled(text)) return { ok: false, problem: "BROKEN_CHARACTERS" };
  const tidy = ascii.test(text) && !text.includes("  ") ? text : tidyText(text);
  if (tidy.length > maxCharacters && countCharacters(tidy) > maxCharacters) {
    return { ok: false, problem: "TOO_LONG" };
  }
  return { ok: true, text: tidy };
}

/** The text as a cell of a workbook, from which it is read unchanged: some texts have marks that the import takes off. */
export const readableCell = (text: string): string => (unwrap(text) === text ? text : guarded(text));

function unwrap(text: string): string {
  if (text.charCodeAt(0) === 0x3d) return text.replace(/^="(.*)"$/s, "$1").trim();
  return withoutGuard(text).trim();
}

/** As databases count: a character outside the basic plane is one, not two. */
function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
