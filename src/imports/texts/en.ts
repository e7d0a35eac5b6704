import type { ImportTexts } from "./codes.ts";

const asDigits =
  "In Excel, format the column as Number without decimals (Ctrl+1), widen it until all digits show and save " +
  "again; or upload the .xlsx itself, which still holds all digits.";
const asOneNumber = "Leave one number in the cell; put further numbers in rows of their own.";
const asFullNumber = "Write the number in full, with country code, e.g. +7 and ten digits.";
const asQuoted =
  "Save the file again from the spreadsheet program, or double each quote within a quoted text.";
const asDate = "Write the date as 2027-02-01 or 01.02.2027, if needed with the time: 2027-02-01 18:00.";
const asXlsx = "Open it in the program that it was made with and save it as .xlsx or CSV (UTF-8).";

export const importTextsEn: ImportTexts = {
  EMPTY: { message: "The cell for the number is empty.", remedy: "Fill in the number or delete the row." },
  SCIENTIFIC_NOTATION: {
    message: "A spreadsheet program has cut digits off the number, as in 7.9E+10; they are not in this file.",
    remedy: asDigits,
  },
  SEVERAL_NUMBERS: { message: "There is more than one number in the cell.", remedy: asOneNumber },
  EXTENSION: {
    message: "The number has an extension, which cannot be dialled through a trunk.",
    remedy: "Give a direct number without extension.",
  },
  LETTERS: {
    message: "There are letters in the cell for the number.",
    remedy: "Leave only the number; names belong in another column.",
  },
  UNREADABLE: {
    message: "The cell for the number holds characters that no phone number has.",
    remedy: asFullNumber,
  },
  SHORT_NUMBER: {
    message: "Too few digits: an emergency, service or local number, which is never masked.",
    remedy: asFullNumber,
  },
  TOO_LONG: {
    message: "Too many digits: a phone number has at most 15.",
    remedy: "Look for a doubled or joined number.",
  },
  UNKNOWN_COUNTRY: { message: "No country has the code that the number begins with.", remedy: asFullNumber },
  INVALID_NUMBER: {
    message: "The numbering plan of its country has no such number: digits are missing, doubled or wrong.",
    remedy: "Compare the number with its source.",
  },
  ROW_TOO_LONG: {
    message: "The row is longer than any that we read.",
    remedy: "Check the row for text that does not belong there, and that rows end with a line break.",
  },
  TOO_MANY_COLUMNS: {
    message: "The row has more columns than we read.",
    remedy: "Delete the columns that are not needed.",
  },
  UNCLOSED_QUOTE: { message: "A quote opens in this row and does not close.", remedy: asQuoted },
  STRAY_QUOTE: {
    message: "There is a quote within a quoted text, so it cannot be told where the text ends.",
    remedy: asQuoted,
  },
  RELEASED_MAPPING: {
    message: "The mapping of this row of an export was released.",
    remedy: "Nothing needs to be done.",
  },
  BLANK_ROW: { message: "The row is blank.", remedy: "Nothing needs to be done." },
  EXTRA_CELLS: {
    message: "The row has more cells than the file has columns: a delimiter within a text has cut it.",
    remedy: "Put quotes around texts that contain the delimiter, or save the file again as .xlsx.",
  },
  BROKEN_CHARACTERS: {
    message:
      "Characters of the row are lost: they came as replacement characters or do not fit the encoding.",
    remedy: "Save the file again as CSV (UTF-8) or .xlsx, or choose the right encoding in the preview.",
  },
  LABEL_TOO_LONG: { message: "The label is longer than 200 characters.", remedy: "Shorten it." },
  LABEL_CONTROL_CHARACTERS: {
    message: "The label contains line breaks or control characters.",
    remedy: "Write it in one line. If it holds following rows, a quote was not closed.",
  },
  REFERENCE_TOO_LONG: { message: "The reference is longer than 200 characters.", remedy: "Shorten it." },
  REFERENCE_CONTROL_CHARACTERS: {
    message: "The reference contains line breaks or control characters.",
    remedy: "Write it in one line. If it holds following rows, a quote was not closed.",
  },
  EXPIRY_UNREADABLE: { message: "The expiry is not a date that we can read.", remedy: asDate },
  EXPIRY_AMBIGUOUS: {
    message: "In the expiry, day, month and year cannot be told apart.",
    remedy: asDate,
  },
  POOL_UNREADABLE: {
    message: "The name of the pool is too long or contains control characters.",
    remedy: "Write the name as it stands under Pools, or leave the cell empty.",
  },
  CALLER_ID_UNREADABLE: {
    message: "The caller-ID policy is not one that we know.",
    remedy: "Write proxy, caller, anonymous or the number to show, or leave the cell empty.",
  },
  EXPIRY_PASSED: { message: "The expiry lies in the past.", remedy: "Give a later date or leave it empty." },
  DUPLICATE_IN_FILE: {
    message: "The same number stands in an earlier row, which counts.",
    remedy: "Nothing needs to be done, unless the rows differ in label or expiry.",
  },
  POOL_UNKNOWN: {
    message: "There is no pool of this name.",
    remedy: "Write the name as it stands under Pools, or create the pool first.",
  },
  POOL_MISSING: {
    message: "The row names no pool, and there is no default pool for such rows.",
    remedy: "Fill in the pool, or make one the default pool, then import the same file again.",
  },
  POOL_EXHAUSTED: {
    message: "The pool has no free number left.",
    remedy: "Extend the pool or release numbers, then import the same file again.",
  },
  REAL_NUMBER_IS_PROXY: {
    message: "This is a proxy number of ours: a call to it would come straight back.",
    remedy: "Give the person's own number.",
  },
  FILE_EMPTY: { message: "The file is empty.", remedy: "Save it again and check that it has content." },
  FILE_BINARY: {
    message: "This is not a table but a picture, a document, a program or other binary data.",
    remedy: "Upload a CSV file or an .xlsx workbook.",
  },
  FILE_ARCHIVE: { message: "This is an archive.", remedy: "Unpack it and upload the file inside." },
  FILE_OLD_EXCEL: {
    message: "This is a workbook in the old format of Excel 97–2003 (.xls).",
    remedy: "Open it in Excel and save it as .xlsx.",
  },
  FILE_PASSWORD: {
    message: "The file is protected by a password.",
    remedy: "Open it, take the password off (File, Info, Protect Workbook) and save it again.",
  },
  FILE_OTHER_SPREADSHEET: {
    message: "This is a document of a kind that we do not read.",
    remedy: asXlsx,
  },
  FILE_DAMAGED: {
    message: "The file is damaged or was cut off on the way.",
    remedy: "Upload it again; if that does not help, open it and save it anew.",
  },
  FILE_UNPACKS_TOO_LARGE: {
    message: "The workbook unpacks to more data than an honest list of numbers has.",
    remedy: "Save only the sheet with the numbers, as CSV (UTF-8).",
  },
  FILE_TOO_MANY_ROWS: {
    message: "The file has more rows than we read at once.",
    remedy: "Split it into several files.",
  },
  FILE_ENCODING: {
    message: "The text has an encoding that we do not read.",
    remedy: "Save the file as CSV (UTF-8) or as .xlsx.",
  },
  FILE_UNREADABLE: {
    message: "The file could not be read from the disk of the server.",
    remedy: "Upload it again; if that does not help, ask the administrator to check the disk.",
  },
  NUMBER_COLUMN_MISSING: {
    message: "It is not clear which column holds the phone numbers.",
    remedy: "Choose the column below.",
  },
  NO_ROWS: {
    message: "There are no rows with data.",
    remedy: "Check that the right file or sheet is chosen.",
  },
  SEVERAL_NUMBER_COLUMNS: {
    message: "Several columns hold phone numbers; one of them was chosen, the others are ignored.",
    remedy: "Check that it is the right one.",
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
    message:
      "The first row was taken for a header because it holds no number, though we know none of its names.",
    remedy: "If it is data, say that there is no header.",
  },
  ROWS_ABOVE_HEADER: {
    message: "There are rows above the header; they are not imported.",
    remedy: "Check that the right row was taken for the header.",
  },
  DUPLICATE_HEADERS: {
    message: "Several columns have the same header; the first that fits was chosen.",
    remedy: "Check which columns are imported.",
  },
  ENCODING_UNSURE: {
    message: "The file does not say which encoding it has; we guessed.",
    remedy: "Check that names are spelt right in the first rows, else choose another encoding.",
  },
  BROKEN_TEXT: {
    message: "Some characters do not fit the encoding of the file; rows that need them will be refused.",
    remedy: "Save the file again as CSV (UTF-8) or .xlsx.",
  },
  OTHER_SHEETS: {
    message: "The workbook has further sheets; only one is read.",
    remedy: "Check that it is the right one, else choose another.",
  },
  HIDDEN_ROWS: {
    message: "The sheet has hidden or filtered rows; they are imported too.",
    remedy: "If they should not be, delete them or copy the visible rows to a new sheet.",
  },
  ROWS_REFUSED: {
    message: "Among the first rows there are some that cannot be imported.",
    remedy: "See the reason at each row.",
  },
};
