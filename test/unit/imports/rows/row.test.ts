import { expect } from "chai";
import fc from "fast-check";
import { interpretRow } from "../../../../src/imports/rows/row.ts";
import type { ColumnPlaces, RawRow, RowReading } from "../../../../src/imports/rows/row.ts";
import { isPhoneNumber } from "../../../../src/values/phoneNumber.ts";

const places: ColumnPlaces = {
  realNumber: 0,
  label: 1,
  reference: 2,
  expiry: 3,
  pool: 4,
  callerIdPolicy: 5,
  proxyNumber: 6,
};
const reading: RowReading = {
  places,
  width: 7,
  numbers: { defaultCountry: "RU" },
  otherNumbers: { defaultCountry: "RU" },
  timeZone: "Europe/Moscow",
};

function interpret(cells: readonly string[], more: Partial<RawRow> = {}, how = reading): unknown {
  const result = interpretRow({ row: 2, cells, ...more }, how);
  return result.ok ? result.row : [result.code, result.field];
}

const number = "79001112233";
const bare = {
  realNumber: number,
  label: null,
  reference: null,
  expiresAtMs: null,
  pool: null,
  callerIdPolicy: null,
  proxyNumber: null,
};

describe("A row of an import", () => {
  it("is refused if a used cell has the error of a formula", () => {
    expect(interpret(["#REF!", "Anna"])).to.deep.equal(["FORMULA_WITHOUT_RESULT", "realNumber"]);
    expect(interpret([number, "#ИМЯ?"])).to.deep.equal(["FORMULA_WITHOUT_RESULT", "label"]);
    expect(interpret([number, "", "", "#WERT!"])).to.deep.equal(["FORMULA_WITHOUT_RESULT", "expiry"]);
    expect(interpret([number, "", "", "", "", "", "", "#REF!"], {}, { ...reading, width: 8 })).to.deep.equal({
      ...bare,
    });
    expect(interpret([number, "#1!"])).to.deep.equal({ ...bare, label: "#1!" });
  });

  it("is refused if a text was read in another encoding than it was written in", () => {
    for (const text of ["Анна", "Müller, Jörg", "王小明", "Їжакевич"])
      for (const encoding of ["windows-1251", "windows-1252"]) {
        const garbled = new TextDecoder(encoding).decode(Buffer.from(text));
        expect(interpret([number, garbled]), garbled).to.deep.equal(["BROKEN_CHARACTERS", "label"]);
      }
    for (const text of ["Рим", "СССР № 5", "Сірий", "РЁ", "Ça va", "Ñandú", "Ó Raifeartaigh"])
      expect(interpret([number, text]), text).to.deep.equal({ ...bare, label: text });
  });

  it("is converted to the stored values", () => {
    expect(
      interpret([
        "8 (900) 111-22-33",
        " Иванов ",
        "Д-17",
        "31.12.2030",
        "Москва",
        "anonymous",
        "8 495 111-22-33",
      ]),
    ).to.deep.equal({
      realNumber: number,
      label: "Иванов",
      reference: "Д-17",
      expiresAtMs: Date.UTC(2030, 11, 31, 21),
      pool: "Москва",
      callerIdPolicy: { kind: "anonymous" },
      proxyNumber: "74951112233",
    });
  });

  it("needs only the number", () => {
    expect(interpret([number])).to.deep.equal(bare);
    expect(interpret([number, "", " ", "", "\u00a0", ""])).to.deep.equal(bare);
    const alone: ColumnPlaces = {
      realNumber: 1,
      label: null,
      reference: null,
      expiry: null,
      pool: null,
      callerIdPolicy: null,
      proxyNumber: null,
    };
    expect(interpret(["x", number], {}, { ...reading, places: alone })).to.deep.equal(bare);
  });

  it("is rejected with the invalid field", () => {
    expect(interpret(["7.9E+10", "a"])).to.deep.equal(["SCIENTIFIC_NOTATION", "realNumber"]);
    expect(interpret(["", "a"])).to.deep.equal(["EMPTY", "realNumber"]);
    expect(interpret([number, "a".repeat(201)])).to.deep.equal(["LABEL_TOO_LONG", "label"]);
    expect(interpret([number, "a\nb"])).to.deep.equal(["LABEL_CONTROL_CHARACTERS", "label"]);
    expect(interpret([number, "a\u2028b"])).to.deep.equal(["LABEL_CONTROL_CHARACTERS", "label"]);
    expect(interpret([number, "a\ufffdb"])).to.deep.equal(["BROKEN_CHARACTERS", "label"]);
    expect(interpret([number, "a\ud83db"])).to.deep.equal(["BROKEN_CHARACTERS", "label"]);
    expect(interpret([number, "", "r".repeat(201)])).to.deep.equal(["REFERENCE_TOO_LONG", "reference"]);
    expect(interpret([number, "", "r\u0007"])).to.deep.equal(["REFERENCE_CONTROL_CHARACTERS", "reference"]);
    expect(interpret([number, "", "", "завтра"])).to.deep.equal(["EXPIRY_UNREADABLE", "expiry"]);
    expect(interpret([number, "", "", "01/02/2030"])).to.deep.equal(["EXPIRY_AMBIGUOUS", "expiry"]);
    expect(interpret([number, "", "", "", "п".repeat(101)])).to.deep.equal(["POOL_UNREADABLE", "pool"]);
    expect(interpret([number, "", "", "", "", "как-то"])).to.deep.equal([
      "CALLER_ID_UNREADABLE",
      "callerIdPolicy",
    ]);
  });

  it("is rejected as a whole if it is blank or could not be parsed", () => {
    expect(interpret([])).to.deep.equal(["BLANK_ROW", null]);
    expect(interpret(["", " ", "\u00a0"])).to.deep.equal(["BLANK_ROW", null]);
    expect(interpret([number], { fault: "STRAY_QUOTE" })).to.deep.equal(["STRAY_QUOTE", null]);
    expect(interpret([], { fault: "UNCLOSED_QUOTE" })).to.deep.equal(["UNCLOSED_QUOTE", null]);
  });

  it("is rejected if a delimiter has split a text, but not for empty cells at its end", () => {
    const cut = [number, "Иванов", "", "", "", "", "", "Пётр"];
    expect(interpret(cut)).to.deep.equal(["EXTRA_CELLS", null]);
    expect(interpret([number, "", "", "", "", "", "", "", " "])).to.deep.equal(bare);
    expect(interpret(cut, {}, { ...reading, width: null })).to.deep.equal({ ...bare, label: "Иванов" });
  });

  it("counts the characters of a label like a database", () => {
    expect(interpret([number, "😀".repeat(200)])).to.have.property("label", "😀".repeat(200));
    expect(interpret([number, "😀".repeat(201)])).to.deep.equal(["LABEL_TOO_LONG", "label"]);
  });

  it("removes only the prefix that keeps a label from being run as a formula", () => {
    const labels = ["'=SUM(A1)", "'+7", "'-", "'@x", '="00123"', "'Ромашка'", "=x", "''=x"];
    expect(labels.map((label) => (interpret([number, label]) as { label: string }).label)).to.deep.equal([
      "=SUM(A1)",
      "+7",
      "-",
      "@x",
      "00123",
      "'Ромашка'",
      "=x",
      "'=x",
    ]);
  });

  it("has no label where a program wrote that there is none, and keeps names that look alike", () => {
    const labelOf = (text: string) => (interpret([number, text]) as { label: string | null }).label;
    for (const text of ["NULL", "null", "\\N", "nan", "NaN", "nil", "#Н/Д"])
      expect(labelOf(text), text).to.equal(null);
    for (const text of ["Nan", "Nil"]) expect(labelOf(text)).to.equal(text);
  });

  it("may name the proxy number that it has already, and is rejected if that is unclear", () => {
    const proxy = (text: string): unknown => interpret([number, "", "", "", "", "", text]);
    expect(proxy("+7 (495) 111-22-33")).to.deep.equal({ ...bare, proxyNumber: "74951112233" });
    // Only pools decide which there are.
    expect(proxy("70001000001")).to.deep.equal({ ...bare, proxyNumber: "70001000001" });
    expect(proxy("NULL")).to.deep.equal(bare);
    for (const text of ["8 (495) 111-22-3", "7.5E+10", "74951112233, 74951112234", "1002", "n.a."])
      expect(proxy(text), text).to.deep.equal(["PROXY_UNREADABLE", "proxyNumber"]);
  });

  it("says that it never expires only in a word", () => {
    const never = (text: string): unknown => interpret([number, "", "", text]);
    for (const text of ["бессрочно", "Never", " никогда "])
      expect(never(text), text).to.deep.equal({ ...bare, neverExpires: true });
    for (const text of ["", "-", "нет", "NULL", "0000-00-00"]) expect(never(text), text).to.deep.equal(bare);
  });

  it("shows the number of its caller ID policy", () => {
    const policy = (text: string) =>
      (interpret([number, "", "", "", "", text]) as typeof bare).callerIdPolicy;
    expect(policy("Proxy")).to.deep.equal({ kind: "proxy" });
    expect(policy("номер  звонящего")).to.deep.equal({ kind: "caller" });
    expect(policy("СКРЫТ")).to.deep.equal({ kind: "anonymous" });
    expect(policy("+7 900 555-00-00")).to.deep.equal({ kind: "fixed", number: "79005550000" });
    expect(policy("fixed:79005550000")).to.deep.equal({ kind: "fixed", number: "79005550000" });
  });

  it("never throws and never stores what the database could not hold", () => {
    const cell = fc.string({
      unit: fc.constantFrom(...Array.from("0123456789+-.:/TZЭэ'=\"\n\u0000\ufffd😀 ")),
      maxLength: 20,
    });
    const good = fc.constantFrom(number, "+7 900 111-22-34", "31.12.2030", "proxy", "");
    fc.assert(
      fc.property(fc.array(fc.oneof(cell, good), { maxLength: 8 }), (cells) => {
        const result = interpretRow({ row: 1, cells }, reading);
        if (!result.ok) return;
        expect(isPhoneNumber(result.row.realNumber)).to.equal(true);
        for (const text of [result.row.label, result.row.reference, result.row.pool]) {
          if (text !== null) expect(text).to.match(/^[^\p{Cc}\ufffd]+$/u);
        }
        const { expiresAtMs } = result.row;
        if (expiresAtMs !== null) expect(new Date(expiresAtMs).getUTCFullYear()).to.be.within(1999, 2200);
      }),
      { numRuns: 5000 },
    );
  });
});
