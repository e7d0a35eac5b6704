import { expect } from "chai";
import { readCallerIdPolicy } from "../../../../src/imports/rows/callerIdCell.ts";
import { readExpiry } from "../../../../src/imports/rows/expiryCell.ts";
import { readJoinedNumber } from "../../../../src/imports/rows/joinedNumber.ts";
import { readCellText } from "../../../../src/imports/rows/textCell.ts";
import { likenessToNumber } from "../../../../src/imports/reading/columnContents.ts";
import { meaningOfHeader } from "../../../../src/imports/reading/headerNames.ts";
import { findDialect, firstRows } from "../../../../src/imports/reading/csv/dialect.ts";
import { kindOfFile } from "../../../../src/imports/reading/fileKind.ts";
import { defaultLimits } from "../../../../src/imports/reading/limits.ts";
import { columnOf, rowOf } from "../../../../src/imports/reading/xlsx/reference.ts";
import { isDateFormat } from "../../../../src/imports/reading/xlsx/styles.ts";
import { decodeEscapes } from "../../../../src/imports/reading/xlsx/xml.ts";
import { countryPlan } from "../../../../src/values/countryPlan.ts";
import { readDialled } from "../../../../src/values/dialledNumber.ts";
import { parseDialled, parsePhoneNumber } from "../../../../src/values/phoneNumber.ts";

const russia = { defaultCountry: "RU" };
const csv = { delimiter: ";", quote: '"', separatorLine: false } as const;

/** Every way in which a text from outside meets a regular expression of the import. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  "a phone number": (text) => parsePhoneNumber(text, russia),
  "a dialled number": (text) => [parseDialled(text, russia), readDialled(text, countryPlan("RU"))],
  "parts of a number": (text) =>
    readJoinedNumber(
      [text, text, text, text],
      { realNumber: 0, countryCode: 1, areaCode: 2, extension: 3 },
      russia,
    ),
  "a cell of an unknown column": (text) => likenessToNumber(text, russia),
  "an expiry": (text) => readExpiry(text, "Europe/Moscow"),
  "a label": (text) => readCellText(text, 200),
  "a caller ID policy": (text) => readCallerIdPolicy(text, russia),
  "a header": (text) => meaningOfHeader(text),
  "a CSV dialect": (text) => findDialect(text, {}, russia, defaultLimits),
  "CSV rows": (text) => firstRows(text, csv, defaultLimits, true),
  "CSV rows with backslashes": (text) => firstRows(text, { ...csv, escape: "\\" }, defaultLimits, true),
  "wrapped CSV rows": (text) => firstRows(text, { ...csv, wrapped: true }, defaultLimits, true),
  "the kind of a file": (text) => {
    try {
      return kindOfFile(Buffer.from(text));
    } catch {
      return null;
    }
  },
  "a format of numbers": (text) => isDateFormat(text),
  "a text of a workbook": (text) => decodeEscapes(text),
  "a reference of a cell": (text) => {
    try {
      return [rowOf(text), columnOf(text)];
    } catch {
      return null;
    }
  },
};

const pieces = [
  ...Array.from(" \t\r\n09aZя'\"\\=+-.,:;|/()[]<>_#*~T\u00a0\u200b\uff10"),
  "0 ",
  "1.",
  "31.12.2030 ",
  "12:00 ",
  "79001112233 ",
  "+7 (900) ",
  '";"',
  '\\"',
  "'a',",
  '=""',
  "(a)",
  "aA",
  "_x0041",
  "</",
  "fixed: ",
];

const characters = 50_000;
/** What grows with the square of the length takes minutes. */
const deadlineMs = 30_000;

describe("A text of any length", () => {
  for (const [name, read] of Object.entries(readers)) {
    it(`is read as ${name} in time that grows with its length`, () => {
      const begun = performance.now();
      for (const piece of pieces) {
        const long = piece.repeat(Math.ceil(characters / piece.length));
        for (const text of [long, `x${long}`, `${long}x`, `7${long}7`, `"${long}`, `31.12.2030${long}!`])
          read(text);
        expect(performance.now() - begun, JSON.stringify(piece)).to.be.below(deadlineMs);
      }
    }).timeout(60_000);
  }
});
