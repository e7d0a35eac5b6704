import { expect } from "chai";
import fc from "fast-check";
import { cellText } from "../../../../src/imports/reading/xlsx/cellValue.ts";
import { StringTable } from "../../../../src/imports/reading/xlsx/stringTable.ts";
import { numberFormatOf } from "../../../../src/imports/reading/xlsx/numberFormat.ts";
import { isDateFormat } from "../../../../src/imports/reading/xlsx/styles.ts";

describe("A workbook's table of texts", () => {
  it("returns each text by its index, and nothing for other indexes", () => {
    const text = fc.oneof(fc.string({ unit: "grapheme", maxLength: 40 }), fc.constant("я".repeat(300_000)));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 30, size: "max" }), (texts) => {
        const table = new StringTable();
        for (const one of texts) table.add(one);
        expect(texts.map((_, at) => table.at(at))).to.deep.equal(texts);
        for (const other of [-1, 0.5, texts.length, Number.NaN]) expect(table.at(other)).to.equal(undefined);
      }),
      { numRuns: 50 },
    );
  });

  it("grows beyond its first thousand", () => {
    const table = new StringTable();
    for (let at = 0; at < 5000; at += 1) table.add(`text ${at}`);
    expect([table.at(0), table.at(1024), table.at(4999), table.size]).to.deep.equal([
      "text 0",
      "text 1024",
      "text 4999",
      5000,
    ]);
  });
});

describe("A workbook's number format", () => {
  const formats: readonly (readonly [code: string, isDate: boolean])[] = [
    ["dd.mm.yyyy", true],
    ["[$-419]d mmmm yyyy;@", true],
    ["yyyy\\-mm\\-dd hh:mm:ss.000", true],
    ["m/d/yy", true],
    ["h:mm", false],
    ["[h]:mm:ss", false],
    ["General", false],
    ["0", false],
    ["0.00E+00", false],
    ['#,##0 "days"', false],
    ["[Red]0.0", false],
    ["\\d0", false],
    ["+0 (000) 000-00-00", false],
    ["@", false],
  ];
  for (const [code, isDate] of formats) {
    it(`${code} shows ${isDate ? "a date" : "no date"}`, () => {
      expect(isDateFormat(code)).to.equal(isDate);
    });
  }
});

describe("A workbook's phone format", () => {
  const read = (code: string, value: string, type = ""): string =>
    cellText(
      { type, style: 0, value, inlineText: "" },
      {
        strings: new StringTable(),
        styles: [{ isDate: false, format: numberFormatOf(code) }],
        date1904: false,
      },
    );
  const cells: readonly (readonly [code: string, value: string, text: string])[] = [
    ['"+1 "(000) 000-0000', "4155552671", "+1 (415) 555-2671"],
    ["\\+\\1\\ \\(000\\)\\ 000\\-0000", "4155552671", "+1 (415) 555-2671"],
    ["+7 (000) 000-00-00", "9001112233", "+7 (900) 111-22-33"],
    ["+7 (000) 000-00-00", "79001112233", "+79001112233"],
    ["+7 (000) 000-00-00", "89001112233", "+79001112233"],
    ["+0 (000) 000-00-00", "14155552671", "+1 (415) 555-26-71"],
    ["8 (000) 000-00-00", "9001112233", "8 (900) 111-22-33"],
    ["8 (000) 000-00-00", "79001112233", "79001112233"],
    ['"+49 "0', "3012345678", "+49 3012345678"],
    ["+0", "4951234567", "+4951234567"],
    ["+#,##0", "4155552671", "+4155552671"],
    ["+0;-0", "49", "49"],
    ["0", "4155552671", "4155552671"],
    ["0.00E+00", "4155552671", "4155552671"],
    ["#,##0.00", "4155552671", "4155552671"],
    ["[$+1] 000-000-0000", "4155552671", "+1 415-555-2671"],
    ["[$+1-409]000-000-0000", "4155552671", "+1415-555-2671"],
    ["[$-419]0", "4155552671", "4155552671"],
    ['"+1 "General', "4155552671", "+1 4155552671"],
    ['"тел. +1 "0', "4155552671", "тел. +1 4155552671"],
    ['00"1"0000000000', "4155552671", "0014155552671"],
    ['"00"0', "4155552671", "004155552671"],
    ['"+1 (415) "000-0000', "5552671", "+1 (415) 555-2671"],
    ['"+1 (415) "000-0000', "4155552671", "+1 (415) 415555-2671"],
    ['"+1 (415) "000-0000', "14155552671", "+14155552671"],
    ['"+49 "(000) 0000000', "49311234567", "+49 (4931) 1234567"],
    // The section that applies to the number.
    ["[<=9999999]###-####;+7 (000) 000-00-00", "9001112233", "+7 (900) 111-22-33"],
    ["[<=9999999]###-####;(###) ###-####", "9001112233", "9001112233"],
    ["[>9999999999]+0;+1 0", "4155552671", "+1 4155552671"],
    ["[>9999999999]+0;+1 0", "14155552671", "+14155552671"],
    ["+0 (000) 000-00-00", "4155552671", "+0 (415) 555-26-71"],
    ["[>=10000000000]+0 000 000 00 00;8 000 000 00 00", "9001112233", "8 900 111 22 33"],
    ["0;+1 0", "4155552671", "4155552671"],
    ["[Red]+1 0;[Blue]0", "4155552671", "+1 4155552671"],
  ];
  for (const [code, value, text] of cells)
    it(`${code} shows ${value} as ${text}`, () => {
      expect(read(code, value)).to.equal(text);
    });

  it("shows a text likewise, if it has a section for texts", () => {
    expect(read('"+1 "@', "4155552671", "str")).to.equal("+1 4155552671");
    expect(read('0;-0;0;"+1 "@', "4155552671", "str")).to.equal("+1 4155552671");
    expect(read('"+1 "0', "4155552671", "str")).to.equal("4155552671");
    expect(read('"+1 "@', "Anna", "str")).to.equal("Anna");
  });
});

describe("A workbook's cell", () => {
  const context = {
    strings: new StringTable(),
    styles: [
      { isDate: false, format: null },
      { isDate: true, format: null },
    ],
    date1904: false,
  };
  const number = (value: string, style = 0) => cellText({ type: "", style, value, inlineText: "" }, context);

  it("keeps all digits of a number, however it is written", () => {
    expect(number("79001112233")).to.equal("79001112233");
    expect(number("7.9001112233E10")).to.equal("79001112233");
    expect(number("7.9001112233000002E+10")).to.equal("79001112233");
    expect(number("79001112233.0")).to.equal("79001112233");
    expect(number("12345678901234567890")).to.equal("12345678901234567890");
    expect(number("1E20")).to.equal("100000000000000000000");
    expect(number("0.5")).to.equal("0.5");
    expect(number(" ")).to.equal("");
    expect(number("abc")).to.equal("abc");
    expect(number("1E999")).to.equal("1E999");
  });

  it("keeps every number of up to 15 digits unchanged", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999_999_999 }), (value) => {
        expect(number(String(value))).to.equal(String(value));
        expect(number(value.toExponential())).to.equal(String(value));
      }),
    );
  });

  it("shows days as dates where the format does", () => {
    expect(number("47848", 1)).to.equal("2030-12-31");
    expect(number("47848.75", 1)).to.equal("2030-12-31T18:00:00");
    expect(number("47848.999988425923", 1)).to.equal("2030-12-31T23:59:59");
    expect(number("61", 1)).to.equal("1900-03-01");
    expect(number("0.75", 1)).to.equal("0.75");
    expect(number("79001112233", 1)).to.equal("79001112233");
    const mac = cellText(
      { type: "", style: 1, value: "46386", inlineText: "" },
      { ...context, date1904: true },
    );
    expect(mac).to.equal("2030-12-31");
  });

  it("returns strings, booleans, and errors unchanged", () => {
    const cell = (type: string, value: string, inlineText = "") =>
      cellText({ type, style: -1, value, inlineText }, context);
    expect(cell("inlineStr", "", "a_x000A_b")).to.equal("a\nb");
    expect(cell("str", "x")).to.equal("x");
    expect(cell("b", "1")).to.equal("TRUE");
    expect(cell("b", "0")).to.equal("FALSE");
    expect(cell("e", "#N/A")).to.equal("#N/A");
    expect(cell("d", "2030-12-31T00:00:00.000Z")).to.equal("2030-12-31");
    expect(cell("d", "2030-12-31T18:00:00")).to.equal("2030-12-31T18:00:00");
    expect(cell("s", "")).to.equal("");
  });
});
