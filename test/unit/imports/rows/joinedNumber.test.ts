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
    [["4155552671", "US"], "14155552671"],
    [["89001112233", "DE"], "COUNTRY_CODE_UNREADABLE"],
    [["+79001112233", "DE"], "79001112233"],
    [["9001112233", "7"], "79001112233"],
    [["79001112233", "7"], "79001112233"],
    [["8 900 111-22-33", "(7)"], "79001112233"],
    [["9001112233", ""], "79001112233"],
    [["9001112233", "NULL"], "79001112233"],
    [["8343123456", "7"], "PREFIX_UNCLEAR"],
    [["+79001112233", "49"], "COUNTRY_CODE_UNREADABLE"],
    [["9001112233", "999"], "COUNTRY_CODE_UNREADABLE"],
    [["9001112233", "Россия"], "79001112233"],
    [["9001112233", "РФ"], "79001112233"],
    [["9001112233", "RUS"], "79001112233"],
    [["030901820", "DEU"], "4930901820"],
    [["89001112233", "Казахстан"], "79001112233"],
    [["8 701 123 45 67", "Казахстан"], "77011234567"],
    [["8 701 123 45 67", "Россия"], "INVALID_NUMBER"],
    [["050 123 45 67", "Україна"], "380501234567"],
    [["8 701 123 45 67", "Қазақстан"], "77011234567"],
    [["010-1234-5678", "Южная Корея"], "821012345678"],
    [["4155552671", "США"], "14155552671"],
    [["4155552671", "Соединённые Штаты"], "14155552671"],
    [["4155552671", "Vereinigte Staaten"], "14155552671"],
    [["030901820", "Германия"], "4930901820"],
    [["030901820", "Deutschland"], "4930901820"],
    [["4561890", "Германия"], "SHORT_NUMBER"],
    [["30901820", "DE"], "SHORT_NUMBER"],
    [["4561890", "49"], "494561890"],
    [["+79001112233", "Германия"], "79001112233"],
    [["89001112233", "Германия"], "COUNTRY_CODE_UNREADABLE"],
    [["9001112233", "Атлантида"], "COUNTRY_CODE_UNREADABLE"],
    [["+79001112233", "Атлантида"], "79001112233"],
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
    [["+49 30 901820", "", "030"], "4930901820"],
    [["901820", "49", "30"], "4930901820"],
    [["901820", "DE", "030"], "4930901820"],
    [["0049 30 901820", "49", "030"], "AREA_CODE_UNCLEAR"],
    [["49 30 90182012", "49", "030"], "493090182012"],
    [["1234567", "375", "29"], "375291234567"],
    [["4155552671", "", "1"], "AREA_CODE_UNCLEAR"],
    [["+4930901820", "7"], "COUNTRY_CODE_UNREADABLE"],
    [["123-45-6", "", "495"], "INVALID_NUMBER"],
    [["123-45-67", "", "Москва"], "AREA_CODE_UNCLEAR"],
    [["8 495 123-45-67", "", "", "101"], "EXTENSION"],
    [["8 495 123-45-67", "", "", "доб. 5"], "EXTENSION"],
    [["8 495 123-45-67", "", "", "-"], "74951234567"],
    [["8 495 123-45-67", "", "", "0"], "74951234567"],
    [["8 495 123-45-67", "", "", "0.0"], "74951234567"],
    [["8 495 123-45-67", "", "", "нет"], "74951234567"],
    [["8 495 123-45-67", "", "", "101.0"], "EXTENSION"],
    [["8 495 123-45-67", "", "", "секретарь"], "EXTENSION"],
    [["4155552671.0", "1.0"], "14155552671"],
    [["1234567.0", "7.0", "495.0"], "74951234567"],
    [["123456", "", "495.0"], "INVALID_NUMBER"],
    [["", "7", "495"], "EMPTY"],
    [["NULL"], "EMPTY"],
  ];
  for (const [cells, expected] of cases) {
    it(`is ${expected} for ${cells.join(" | ")}`, () => {
      expect(read(...cells)).to.equal(expected);
    });
  }

  for (const cells of [
    ["901820", "", "30"],
    ["901820", "", "030"],
    ["901820", "DE", "30"],
    ["30901820", "49"],
    ["030901820", "49"],
  ])
    it(`is 4930901820 for ${cells.join(" | ")} in Germany`, () => {
      const { number } = readJoinedNumber(cells, places, { defaultCountry: "DE" });
      expect(number).to.deep.equal({ ok: true, number: "4930901820" });
    });

  it("is not read where a digit may be missing behind the prefix of the country in its column", () => {
    const inGermany = (...cells: readonly string[]) =>
      readJoinedNumber(cells, places, { defaultCountry: "DE" }).number;
    expect(inGermany("8343123456", "7")).to.deep.equal({ ok: false, code: "PREFIX_UNCLEAR" });
    expect(inGermany("9001112233", "7")).to.deep.equal({ ok: true, number: "79001112233" });
    expect(inGermany("7012345678", "7")).to.deep.equal({ ok: true, number: "77012345678" });
  });

  const unsure: readonly (readonly [cells: readonly string[], expected: string])[] = [
    [["4155552671", "1"], "COUNTRY_CODE_UNCLEAR"],
    [["4155552671", "US"], "COUNTRY_CODE_UNCLEAR"],
    [["4155552671", "США"], "COUNTRY_CODE_UNCLEAR"],
    [["4155552671", "840"], "COUNTRY_CODE_UNCLEAR"],
    [["4155552671", "CAN"], "COUNTRY_CODE_UNCLEAR"],
    [["4155552671", "+1"], "14155552671"],
    [["030901820", "49"], "4930901820"],
    [["+79001112233", "1"], "79001112233"],
    [["8 900 111-22-33", "1"], "79001112233"],
    [["9001112233", "7"], "79001112233"],
    [["9001112233", "RU"], "79001112233"],
    [["9001112233", ""], "79001112233"],
    [["9001112233", "-"], "79001112233"],
    [["9001112233", "Р.Ф."], "79001112233"],
  ];
  for (const [cells, expected] of unsure) {
    it(`is ${expected} for ${cells.join(" | ")} where the column only looks like one of countries`, () => {
      const unsurePlaces = { realNumber: 0, countryCode: 1, countryIsUnsure: true };
      const { number } = readJoinedNumber(cells, unsurePlaces, { defaultCountry: "RU" });
      expect(number.ok ? number.number : number.code).to.equal(expected);
    });
  }
});
