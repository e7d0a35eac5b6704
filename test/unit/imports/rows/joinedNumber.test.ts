import { expect } from "chai";
import { readJoinedNumber } from "../../../../src/imports/rows/joinedNumber.ts";

const places = { realNumber: 0, countryCode: 1, areaCode: 2, extension: 3 };

function read(...cells: readonly string[]): string {
  const { number } = readJoinedNumber(cells, places, { defaultCountry: "RU" });
  return number.ok ? number.number : number.code;
}

describe("A number whose parts have columns of their own", () => {
  const cases: readonly (readonly [cells: readonly string[], expected: string])[] = [
    [["4155552671", "1"], "14155552671"],
    [["30901820", "49"], "4930901820"],
    [["030901820", "+49"], "4930901820"],
    [["030/901820", "0049"], "4930901820"],
    [["+4930901820", "49"], "4930901820"],
    [["4930901820", "49"], "4930901820"],
    [["030901820", "DE"], "4930901820"],
    [["9001112233", "7"], "79001112233"],
    [["79001112233", "7"], "79001112233"],
    [["8 900 111-22-33", "(7)"], "79001112233"],
    [["9001112233", ""], "79001112233"],
    [["9001112233", "NULL"], "79001112233"],
    [["8343123456", "7"], "PREFIX_UNCLEAR"],
    [["+79001112233", "49"], "COUNTRY_CODE_UNREADABLE"],
    [["9001112233", "999"], "COUNTRY_CODE_UNREADABLE"],
    [["9001112233", "Россия"], "COUNTRY_CODE_UNREADABLE"],
    [["123-45-67", "", "495"], "74951234567"],
    [["123-45-67", "7", "(495)"], "74951234567"],
    [["123-45-67", "", "8495"], "74951234567"],
    [["8 495 123-45-67", "", "495"], "74951234567"],
    [["8 812 123-45-67", "", "495"], "AREA_CODE_UNCLEAR"],
    [["8 812 495-12-34", "", "495"], "AREA_CODE_UNCLEAR"],
    [["812 495-12-34", "", "495"], "AREA_CODE_UNCLEAR"],
    [["8 412 412-12-34", "", "812"], "AREA_CODE_UNCLEAR"],
    [["+7 495 123-45-67", "", "8495"], "74951234567"],
    [["+7 812 495-12-34", "", "495"], "AREA_CODE_UNCLEAR"],
    [["4155552671", "", "+1"], "14155552671"],
    [["30901820", "", "+49"], "4930901820"],
    [["30901820", "", "49"], "AREA_CODE_UNCLEAR"],
    [["4155552671", "", "1"], "AREA_CODE_UNCLEAR"],
    [["+4930901820", "7"], "COUNTRY_CODE_UNREADABLE"],
    [["123-45-6", "", "495"], "INVALID_NUMBER"],
    [["123-45-67", "", "Москва"], "AREA_CODE_UNCLEAR"],
    [["8 495 123-45-67", "", "", "101"], "EXTENSION"],
    [["8 495 123-45-67", "", "", "доб. 5"], "EXTENSION"],
    [["8 495 123-45-67", "", "", "-"], "74951234567"],
    [["8 495 123-45-67", "", "", "0"], "74951234567"],
    [["", "7", "495"], "EMPTY"],
    [["NULL"], "EMPTY"],
  ];
  for (const [cells, expected] of cases) {
    it(`is ${expected} for ${cells.join(" | ")}`, () => {
      expect(read(...cells)).to.equal(expected);
    });
  }
});
