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

/** Collects, for each style of cells in its order, whether it shows a date. */
export function createStylesHandler(dateStyles: boolean[]): XmlHandler {
  const custom = new Map<number, boolean>();
  let inCellStyles = false;
  return {
    open(name, attributes) {
      if (name === "numFmt")
        custom.set(Number(attributes["numFmtId"]), isDateFormat(attributes["formatCode"] ?? ""));
      if (name === "cellXfs") inCellStyles = true;
      if (name === "xf" && inCellStyles) {
        const id = Number(attributes["numFmtId"] ?? 0);
        dateStyles.push(custom.get(id) ?? isBuiltInDate(id));
      }
    },
    close(name) {
      if (name === "cellXfs") inCellStyles = false;
    },
  };
}
