import type { ImportTexts } from "./codes.ts";
import { proxyTextsEn } from "./proxyNumberTexts.ts";

const asDigits =
  "In Excel, format the column as Number with no decimals (Ctrl+1), widen it until all digits show, and save " +
  "again. Or upload the .xlsx file, which still has all digits.";
const asOneNumber = "Keep one number in the cell and add a row for each of the others.";
const asFullNumber = "Enter the full number with its country code, such as +7 followed by ten digits.";
const asQuoted =
  "Save the file again in the spreadsheet program, or double each quotation mark inside quoted text.";
const asDate = "Enter the date as 2027-02-01 or 01.02.2027, with a time if needed: 2027-02-01 18:00.";
const asXlsx = "Open it in the program that created it and save it as .xlsx or CSV (UTF-8).";

export const importTextsEn: ImportTexts = {
  ...proxyTextsEn,
  EMPTY: { message: "The number cell is empty.", remedy: "Enter a number or delete the row." },
  SCIENTIFIC_NOTATION: {
    message: "A spreadsheet program dropped digits of the number, as in 7.9E+10. They are not in this file.",
    remedy: asDigits,
  },
  SEVERAL_NUMBERS: { message: "The cell contains more than one number.", remedy: asOneNumber },
  EXTENSION: {
    message: "The number has an extension, which cannot be dialled through a trunk.",
    remedy: "Enter a direct number without an extension.",
  },
  LETTERS: {
    message: "The number cell contains letters.",
    remedy: "Keep only the number; put names in another column.",
  },
  UNREADABLE: {
    message: "The number cell contains characters that are not part of a phone number.",
    remedy: asFullNumber,
  },
  SHORT_NUMBER: {
    message:
      "Too few digits: the number is incomplete, or it is an emergency, service, or local number, which is never masked.",
    remedy: asFullNumber,
  },
  TOO_LONG: {
    message: "Too many digits: a phone number has at most 15.",
    remedy: "Look for a doubled or joined number.",
  },
  UNKNOWN_COUNTRY: { message: "The number begins with an unknown country code.", remedy: asFullNumber },
  INVALID_NUMBER: {
    message: "The numbering plan of its country has no such number: digits are missing, doubled, or wrong.",
    remedy: "Compare the number with its source.",
  },
  PLUS_MISSING: {
    message:
      "This is not a complete number in the default country. Without a plus sign, it could be a foreign number or contain a wrong digit.",
    remedy:
      "Check the number against its source. If it is a foreign number, add + before the country code, or choose in the preview that numbers include the country code.",
  },
  PREFIX_UNCLEAR: {
    message:
      "These digits could be a complete number, or a national prefix such as 8 followed by a number with a digit missing.",
    remedy:
      "Write the number with + and its country code, or choose in the preview that numbers are written without the national prefix.",
  },
  PREMIUM_NUMBER: {
    message: "This is a premium-rate, shared-cost, or satellite number. Calls to it are expensive.",
    remedy:
      "Enter an ordinary number. If you need such numbers, ask the administrator to set ALLOW_PREMIUM_NUMBERS.",
  },
  ROW_TOO_LONG: {
    message: "The row is too long.",
    remedy: "Check the row for text that does not belong there, and that rows end with a line break.",
  },
  TOO_MANY_COLUMNS: {
    message: "The row has too many columns.",
    remedy: "Delete the columns that are not needed.",
  },
  UNCLOSED_QUOTE: { message: "A quotation mark in this row is never closed.", remedy: asQuoted },
  STRAY_QUOTE: {
    message: "A quoted text contains a quotation mark, so it is unclear where the text ends.",
    remedy: asQuoted,
  },
  RELEASED_MAPPING: {
    message: "The mapping in this row of an export was released.",
    remedy: "No action needed.",
  },
  FORMULA_WITHOUT_RESULT: {
    message: "A cell contains a formula that has no result, or an error such as #REF!.",
    remedy:
      "Open the file in Excel or LibreOffice, correct formulas with errors, save it, and upload it again.",
  },
  COUNTRY_CODE_UNREADABLE: {
    message: "The country code column does not contain a country code, or the number has a different one.",
    remedy:
      "Enter a country code such as 7 or 49, or leave the cell empty and write the number with + and its country code.",
  },
  COUNTRY_CODE_UNCLEAR: {
    message: "A column beside the number may contain its country, but this is not certain.",
    remedy:
      "Write the number with + and its country code, or choose for that column below: “Country code”, or ignore it.",
  },
  AREA_CODE_UNCLEAR: {
    message: "The area code column does not contain an area code, or the number has a different one.",
    remedy: "Enter the area code alone, or leave the cell empty and write the full number.",
  },
  BLANK_ROW: { message: "The row is blank.", remedy: "No action needed." },
  EXTRA_CELLS: {
    message:
      "The row has more cells than the file has columns: a text that contains the delimiter was split.",
    remedy: "Put quotes around texts that contain the delimiter, or save the file again as .xlsx.",
  },
  BROKEN_CHARACTERS: {
    message: "Characters of the row are lost: they are replacement characters or do not fit the encoding.",
    remedy: "Save the file again as CSV (UTF-8) or .xlsx, or choose the right encoding in the preview.",
  },
  LABEL_TOO_LONG: { message: "The label is longer than 200 characters.", remedy: "Shorten it." },
  LABEL_CONTROL_CHARACTERS: {
    message: "The label contains line breaks or control characters.",
    remedy: "Write it on one line. If it contains the following rows, a quotation mark was not closed.",
  },
  REFERENCE_TOO_LONG: { message: "The reference is longer than 200 characters.", remedy: "Shorten it." },
  REFERENCE_CONTROL_CHARACTERS: {
    message: "The reference contains line breaks or control characters.",
    remedy: "Write it on one line. If it contains the following rows, a quotation mark was not closed.",
  },
  EXPIRY_UNREADABLE: { message: "The expiry cannot be read as a date.", remedy: asDate },
  EXPIRY_AMBIGUOUS: {
    message: "The expiry is ambiguous: day, month, and year cannot be told apart.",
    remedy: asDate,
  },
  POOL_UNREADABLE: {
    message: "The name of the pool is too long or contains control characters.",
    remedy: "Enter the name exactly as shown under Pools, or leave the cell empty.",
  },
  CALLER_ID_UNREADABLE: {
    message: "Unknown caller ID policy.",
    remedy: "Enter proxy, dialled, caller, anonymous, or the number to show, or leave the cell empty.",
  },
  EXPIRY_PASSED: {
    message: "The expiry is in the past.",
    remedy: "Enter a later date, or leave the cell empty.",
  },
  DUPLICATE_IN_FILE: {
    message: "An earlier row has the same number. That row is used.",
    remedy: "No action needed, unless the rows have different labels or expiry dates.",
  },
  POOL_UNKNOWN: {
    message: "No pool has this name.",
    remedy: "Enter the name exactly as shown under Pools, or create the pool first.",
  },
  POOL_MISSING: {
    message: "The row names no pool, and there is no default pool.",
    remedy: "Enter a pool or set a default pool, then import the same file again.",
  },
  POOL_EXHAUSTED: {
    message: "The pool has no free numbers left.",
    remedy: "Extend the pool or release numbers, then import the same file again.",
  },
  REAL_NUMBER_IS_PROXY: {
    message: "This is one of your proxy numbers. A call to it would loop back.",
    remedy: "Enter the person's own number.",
  },
  FILE_EMPTY: { message: "The file is empty.", remedy: "Save it again and make sure it contains data." },
  FILE_BINARY: {
    message: "This is not a table but an image, a document, a program, or other binary data.",
    remedy: "Upload a CSV file or an .xlsx workbook.",
  },
  FILE_ARCHIVE: { message: "This is an archive.", remedy: "Extract it and upload the file inside." },
  FILE_OLD_EXCEL: {
    message: "This workbook is in the old Excel 97–2003 format (.xls).",
    remedy: "Open it in Excel and save it as .xlsx.",
  },
  FILE_PASSWORD: {
    message: "The file is password-protected.",
    remedy: "Open it, remove the password (File, Info, Protect Workbook), and save it again.",
  },
  FILE_OTHER_SPREADSHEET: {
    message: "This document type is not supported.",
    remedy: asXlsx,
  },
  FILE_DAMAGED: {
    message: "The file is damaged or was cut off during the upload.",
    remedy: "Upload it again. If that does not help, open it and save it again.",
  },
  FILE_UNPACKS_TOO_LARGE: {
    message: "The workbook is too large when unpacked.",
    remedy: "Save only the sheet with the numbers as CSV (UTF-8).",
  },
  FILE_TOO_MANY_ROWS: {
    message: "The file has too many rows.",
    remedy: "Split it into several files.",
  },
  FILE_TOO_SLOW: {
    message: "The file takes too long to inspect.",
    remedy: "Save only the sheet with the numbers as CSV (UTF-8).",
  },
  FILE_ENCODING: {
    message: "The text encoding is not supported.",
    remedy: "Save the file as CSV (UTF-8) or as .xlsx.",
  },
  FILE_UNREADABLE: {
    message: "The server could not read the file from its disk.",
    remedy: "Upload it again. If that does not help, ask the administrator to check the disk.",
  },
  NUMBER_COLUMN_MISSING: {
    message: "Could not tell which column has the phone numbers.",
    remedy: "Choose the column below.",
  },
  NO_ROWS: {
    message: "There are no rows with data.",
    remedy: "Check that the right file or sheet is chosen.",
  },
  SEVERAL_NUMBER_COLUMNS: {
    message: "Several columns contain phone numbers. One is used, the others are ignored.",
    remedy: "Check that it is the right column.",
  },
  NUMBER_COLUMN_UNCLEAR: {
    message: "Several columns contain phone numbers, and it is not clear which one to use.",
    remedy: "Choose the column below.",
  },
  DATE_COLUMN: {
    message:
      "A column contains dates, but it is unclear whether they are expiry dates. They are not imported.",
    remedy: "If they are expiry dates, choose that for the column below.",
  },
  SHORT_NUMBERS: {
    message:
      "A column beside the numbers contains short numbers, which may be their extensions. It is ignored.",
    remedy: "If they are extensions, choose that for the column below; its rows are then refused.",
  },
  POOLS_UNKNOWN: {
    message: "A column looks like a list of pools, but no pool has any of these names. It is ignored.",
    remedy:
      "If it contains pools, choose that for the column below, then correct the names or create the pools.",
  },
  PROXIES_UNCLEAR: {
    message: "A column's header says proxy numbers, but its cells are not phone numbers. It is ignored.",
    remedy:
      "If it contains proxy numbers, choose that for the column below, and correct the rows that are refused.",
  },
  HEADER_ROW_MISSING: {
    message:
      "The row that you chose as the header is not among the first rows of the file as it is read now, so the header was detected.",
    remedy: "Choose another row. Your choice applies again when the file is read as before.",
  },
  COLUMN_MISSING: {
    message: "A column that you matched does not exist in the file as it is read now.",
    remedy: "Match the columns below. Your choice applies again when the file is read as before.",
  },
  HEADER_UNSURE: {
    message: "The first row has no number, so it is treated as the header, although its names are unknown.",
    remedy: "If it is data, choose “no header”.",
  },
  ROWS_ABOVE_HEADER: {
    message: "Rows above the header are not imported.",
    remedy: "Check that the right row is used as the header.",
  },
  DUPLICATE_HEADERS: {
    message: "Several columns have the same header. The first one that fits is used.",
    remedy: "Check which columns are imported.",
  },
  ENCODING_UNSURE: {
    message: "The file does not state its encoding, so it was guessed.",
    remedy: "Check that names look right in the first rows. If not, choose another encoding.",
  },
  BROKEN_TEXT: {
    message: "Some characters do not match the file's encoding. Rows that need them will not be imported.",
    remedy: "Save the file again as CSV (UTF-8) or .xlsx.",
  },
  OTHER_SHEETS: {
    message: "The workbook has several sheets. Only one is read.",
    remedy: "Check that it is the right sheet, or choose another.",
  },
  HIDDEN_ROWS: {
    message: "The sheet has hidden or filtered rows. They are imported too.",
    remedy: "To leave them out, delete them or copy the visible rows to a new sheet.",
  },
  ROWS_REFUSED: {
    message: "Some of the first rows cannot be imported.",
    remedy: "Each row shows the reason.",
  },
};
