/** `79,001,112,233`, as American spreadsheets show it. */
const thousands = /^\d{1,3}(?:,\d{3}){3,4}(?:\.0+)?$/;
/** `79001112233.0` and `79001112233,00`: the zeros are neither digits of the number nor an extension. */
const wholeNumber = /^(\+?\d{7,15})(?:\.0+|,00)$/;

/**
 * Spreadsheets turn numbers into `7.9001112233E+10`, `79001112233.0`, or `79,001,112,233`. If all digits are present, the number is
 * certain; null if digits are lost.
 */
export function expandSpreadsheetNumber(text: string): string | null {
  const scientific = /^(\+?\d)(?:[.,](\d+))?e\+?(\d{1,3})$/i.exec(text);
  if (scientific) {
    const [, first = "", fraction = "", exponent] = scientific;
    return fraction.length === Number(exponent) ? first + fraction : null;
  }
  const digits = thousands.test(text) ? text.replaceAll(",", "") : text;
  return digits.replace(wholeNumber, "$1");
}
