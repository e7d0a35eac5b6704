import { numberFormatOf } from "./numberFormat.ts";
import type { NumberFormat } from "./numberFormat.ts";
import type { XmlHandler } from "./xml.ts";

/** Formats that every workbook has without saying so: dates, and dates of East Asian calendars. */
function isBuiltInDate(id: number): boolean {
  return (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
}

/** As long as Excel allows. */
const maxFormatCharacters = 255;

/** Whether a format such as `[$-419]d mmmm yyyy;@` shows a date. Times of day without a date do not count. */
export function isDateFormat(code: string): boolean {
  const bare = code
    .slice(0, maxFormatCharacters)
    .replace(/"[^"]*"/g, "")
    .replace(/\[[^\]]*\]/g, "")
    .replace(/[\\_*]./gs, "");
  return /[yd]/i.test(bare) && !/[0#?]/.test(bare.replace(/\.0+/g, ""));
}

/** How a style of cells shows numbers. */
export interface CellStyle {
  readonly isDate: boolean;
  /** null: it shows what the cell contains. */
  readonly format: NumberFormat | null;
}

const plain: CellStyle = { isDate: false, format: null };

/** Collects the styles of cells in their order. */
export function createStylesHandler(styles: CellStyle[]): XmlHandler {
  const custom = new Map<number, CellStyle>();
  let inCellStyles = false;
  return {
    open(name, attributes) {
      const code = attributes["formatCode"] ?? "";
      if (name === "numFmt")
        custom.set(Number(attributes["numFmtId"]), {
          isDate: isDateFormat(code),
          format: numberFormatOf(code),
        });
      if (name === "cellXfs") inCellStyles = true;
      if (name === "xf" && inCellStyles) {
        const id = Number(attributes["numFmtId"] ?? 0);
        styles.push(custom.get(id) ?? { ...plain, isDate: isBuiltInDate(id) });
      }
    },
    close(name) {
      if (name === "cellXfs") inCellStyles = false;
    },
  };
}
