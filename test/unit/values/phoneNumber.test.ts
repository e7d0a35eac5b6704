import { expect } from "chai";
import fc from "fast-check";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { isPhoneNumber, parseDialled, parsePhoneNumber } from "../../../src/values/phoneNumber.ts";
import type { PhoneNumberRefusal } from "../../../src/values/phoneNumber.ts";

const russia = { defaultCountry: "RU" };

const read: readonly (readonly [input: string, number: string])[] = [
  ["+7 (900) 111-22-33", "79001112233"],
  ["8 900 111-22-33", "79001112233"],
  ["0079001112233", "79001112233"],
  ["79001112233", "79001112233"],
  ["9001112233", "79001112233"],
  ["(8-900) 111 22 33", "79001112233"],
  ["7.900.111.22.33", "79001112233"],
  ["+7(900)111‑22–33", "79001112233"],
  ["+7\u00a0900\u202f111\u00a022\u00a033", "79001112233"],
  ["\u202a+79001112233\u202c", "79001112233"],
  ["  79001112233\t", "79001112233"],
  ["'79001112233", "79001112233"],
  ['="79001112233"', "79001112233"],
  ["tel:+7-900-111-22-33", "79001112233"],
  ["79001112233;", "79001112233"],
  ["7.9001112233E+10", "79001112233"],
  ["7,9001112233e10", "79001112233"],
  ["79001112233.0", "79001112233"],
  ["79001112233,00", "79001112233"],
  ["79,001,112,233", "79001112233"],
  ["79,001,112,233.00", "79001112233"],
  ["[+7] {900} 111-22-33", "79001112233"],
  ["`79001112233`", "79001112233"],
  ["+38 (050) 123-45-67", "380501234567"],
  ["+38 067 123 45 67", "380671234567"],
  ["+88 01712-345678", "8801712345678"],
  ["8 (495) 123-45-67", "74951234567"],
  ["4951234567", "74951234567"],
  ["+49 1511 2345678", "4915112345678"],
  ["810 49 15112345678", "4915112345678"],
  ["+1 (212) 555-2368", "12125552368"],
];

/** As people write them, and their programs. */
const readAtAGlance: readonly (readonly [input: string, number: string, country: string])[] = [
  ["+٧٩٠٠١١١٢٢٣٣", "79001112233", "RU"],
  ["۸۹۰۰۱۱۱۲۲۳۳", "79001112233", "RU"],
  ["\uff0b\uff17９００１１１２２３３", "79001112233", "RU"],
  ["९००१११२२३३", "79001112233", "RU"],
  ["𝟕𝟗𝟎𝟎𝟏𝟏𝟏𝟐𝟐𝟑𝟑", "79001112233", "RU"],
  ["№ +79001112233", "79001112233", "RU"],
  ["тел.: 8 900 111-22-33", "79001112233", "RU"],
  ["моб. тел. 8 900 111-22-33", "79001112233", "RU"],
  ["☎️ +7 900 111-22-33", "79001112233", "RU"],
  ["8 900 111-22-33 (моб.)", "79001112233", "RU"],
  ["8 495 123-45-67, раб. тел.", "74951234567", "RU"],
  ["Mobil: 0151 12345678", "4915112345678", "DE"],
  ["151 12345678", "4915112345678", "DE"],
  ["30 1234567", "49301234567", "DE"],
  ["’79001112233", "79001112233", "RU"],
  ["ʼ79001112233", "79001112233", "RU"],
  ["«8 900 111-22-33»", "79001112233", "RU"],
  ["8~900~1112233", "79001112233", "RU"],
  ["+7·900·111·22·33", "79001112233", "RU"],
  ["[8] {900} 111〜22〰33", "79001112233", "RU"],
  ["79’001’112’233", "79001112233", "RU"],
  ["8/900/111-22-33", "79001112233", "RU"],
  ["8-10-49-15112345678", "4915112345678", "RU"],
  ["+7 (8) 495 123-45-67", "74951234567", "RU"],
  ["+(7) 900 111-22-33", "79001112233", "RU"],
  ["+49 (0)30 1234567", "49301234567", "RU"],
  ["0049 (0) 30 1234567", "49301234567", "RU"],
  ["+39 (0)6 12345678", "390612345678", "RU"],
  ["030/1234567", "49301234567", "DE"],
  ["04312 / 777 777", "494312777777", "DE"],
  ["+49/30/1234568", "49301234568", "DE"],
  ["49 30 901820", "4930901820", "DE"],
  ["812 581-36-01", "78125813601", "RU"],
  ["+77071234567", "77071234567", "RU"],
  ["8 707 123 45 67", "77071234567", "KZ"],
  ["8 (029) 123-45-67", "375291234567", "BY"],
  ["8 029 123-45-67", "375291234567", "BY"],
];

const refused: readonly (readonly [input: string, code: PhoneNumberRefusal])[] = [
  ["8 (343) 123-45-6", "INVALID_NUMBER"],
  ["(495) 533-89-2", "INVALID_NUMBER"],
  ["(812) 581-36-016", "PLUS_MISSING"],
  ["8 (812) 888-81-565", "INVALID_NUMBER"],
  ["7 (473) 332-58-9", "INVALID_NUMBER"],
  ["683-71-85", "INVALID_NUMBER"],
  ["(834) 234-56-788", "INVALID_NUMBER"],
  ["8343123456", "PREFIX_UNCLEAR"],
  ["7473332589", "INVALID_NUMBER"],
  ["4915112345678", "PLUS_MISSING"],
  ["380501234567", "PLUS_MISSING"],
  ["77071234567", "PLUS_MISSING"],
  ["8 707 123 45 67", "INVALID_NUMBER"],
  ["+ (343) 123-45-67", "INVALID_NUMBER"],
  ["+3 (747) 123-45-67", "INVALID_NUMBER"],
  ["8 809 111-22-33", "PREMIUM_NUMBER"],
  ["+7 803 123-45-67", "PREMIUM_NUMBER"],
  ["+881612345678", "PREMIUM_NUMBER"],
  ["+870773111632", "PREMIUM_NUMBER"],
  ["+979 1 2345 6789", "PREMIUM_NUMBER"],
  ["+44 845 123 4567", "PREMIUM_NUMBER"],
  ["+7900 111 22 33 ::: 8900 111 22 34", "SEVERAL_NUMBERS"],
  ["+7900111223³", "UNREADABLE"],
  ["①9001112233", "UNREADABLE"],
  ["", "EMPTY"],
  ["  ", "EMPTY"],
  ["-", "EMPTY"],
  ["7.9E+10", "SCIENTIFIC_NOTATION"],
  ["7,90011E+10", "SCIENTIFIC_NOTATION"],
  ["9E+9", "SCIENTIFIC_NOTATION"],
  ["89001112233;89001112234", "SEVERAL_NUMBERS"],
  ["89001112233, 89001112234", "SEVERAL_NUMBERS"],
  ["89001112233 89001112234", "SEVERAL_NUMBERS"],
  ["89001112233\n89001112234", "SEVERAL_NUMBERS"],
  ["89001112233 и 89001112234", "SEVERAL_NUMBERS"],
  ["+79001112233+79001112234", "SEVERAL_NUMBERS"],
  ["++79001112233", "UNREADABLE"],
  ["+7+9001112233", "UNREADABLE"],
  ["# +79001112233", "UNREADABLE"],
  ["* 89001112233", "UNREADABLE"],
  ["*21*79001112233#", "UNREADABLE"],
  ["########", "SCIENTIFIC_NOTATION"],
  ["79,001,112,23", "SEVERAL_NUMBERS"],
  ["+3 (805) 012-34-56-7", "INVALID_NUMBER"],
  ["030 1234567 Durchwahl 12", "EXTENSION"],
  ["8 495 123-45-67 доп. 12", "EXTENSION"],
  ["8 900 111-22-33/34", "SEVERAL_NUMBERS"],
  ["8800;8900", "SEVERAL_NUMBERS"],
  ["79001112233,0", "EXTENSION"],
  ["84951234567 доб. 12", "EXTENSION"],
  ["84951234567 ext 12", "EXTENSION"],
  ["+74951234567x12", "EXTENSION"],
  ["84951234567#12", "EXTENSION"],
  ["84951234567;12", "EXTENSION"],
  ["Иванов", "LETTERS"],
  ["8-800-TAXI-NOW", "LETTERS"],
  ["79001112233 Иванов", "LETTERS"],
  ["79001112233?", "UNREADABLE"],
  ["7+9001112233", "UNREADABLE"],
  ["112", "SHORT_NUMBER"],
  ["+7 112", "SHORT_NUMBER"],
  ["03", "SHORT_NUMBER"],
  ["123-456", "SHORT_NUMBER"],
  ["*100#", "SHORT_NUMBER"],
  ["1234567890123456", "TOO_LONG"],
  ["7".repeat(5000), "TOO_LONG"],
  ["+8 900 111 22 33", "UNKNOWN_COUNTRY"],
  ["+9990001112233", "UNKNOWN_COUNTRY"],
  ["790011122334", "INVALID_NUMBER"],
  ["7900111223", "INVALID_NUMBER"],
  ["900111223.0", "INVALID_NUMBER"],
  ["8900111223.0", "INVALID_NUMBER"],
  ["7900111223.0 ", "INVALID_NUMBER"],
  ["890011122.00", "INVALID_NUMBER"],
  ["+70001112233", "INVALID_NUMBER"],
];

/** In the plan of the country, and too long for E.164: with its code, these have 16 digits. */
const longInGermany = ["030123456789012", "0 30123456789012"];

/** Local numbers in which another area code can be seen. */
const local: readonly (readonly [input: string, country: string])[] = [
  ["4561890", "DE"],
  ["5123456", "AT"],
];

describe("A phone number", () => {
  for (const input of longInGermany) {
    it(`is not read from ${input}, which is too long with its country code`, () => {
      expect(parsePhoneNumber(input, { defaultCountry: "DE" }).ok).to.equal(false);
      expect(parseDialled(input, { defaultCountry: "DE" })).to.equal(null);
    });
  }

  for (const [input, country] of local) {
    it(`is not read from ${input} without the area code, in ${country}`, () => {
      expect(parsePhoneNumber(input, { defaultCountry: country })).to.deep.equal({
        ok: false,
        code: "SHORT_NUMBER",
      });
    });
  }
  for (const [input, number] of read) {
    it(`is read from ${JSON.stringify(input)}`, () => {
      expect(parsePhoneNumber(input, russia)).to.deep.equal({ ok: true, number });
    });
  }

  for (const [input, number, defaultCountry] of readAtAGlance) {
    it(`is read from ${JSON.stringify(input)} in ${defaultCountry}`, () => {
      expect(parsePhoneNumber(input, { defaultCountry })).to.deep.equal({ ok: true, number });
    });
  }

  it("is read through every character that Unicode does not show, and every dash of it", () => {
    for (let code = 0x80; code < 0xe1000; code += 1) {
      const one = code >= 0xd800 && code < 0xe000 ? "" : String.fromCodePoint(code);
      if (!/^[\p{DI}\p{Dash}\p{Zs}]$/u.test(one)) continue;
      const text = `${one}+7${one}900${one}1112233${one}`;
      expect(parsePhoneNumber(text, russia), `U+${code.toString(16)}`).to.deep.equal({
        ok: true,
        number: "79001112233",
      });
    }
  });

  it("is read in the decimal digits of every script", () => {
    let scripts = 0;
    for (let zero = 0x30; zero < 0x1fbf1; zero += 1) {
      const text = Array.from("89001112233", (digit) => String.fromCodePoint(zero + Number(digit))).join("");
      if (!/^\p{Nd}+$/u.test(text) || /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) continue;
      scripts += 1;
      expect(parsePhoneNumber(text, russia), text).to.deep.equal({ ok: true, number: "79001112233" });
    }
    expect(scripts).to.be.above(50);
  });

  it("without a plus sign is international only where that was chosen", () => {
    const chosen = { ...russia, bareForm: "international" as const };
    expect(parsePhoneNumber("4915112345678", chosen)).to.deep.equal({ ok: true, number: "4915112345678" });
    expect(parsePhoneNumber("77071234567", chosen)).to.deep.equal({ ok: true, number: "77071234567" });
    expect(parsePhoneNumber("79001112233", chosen)).to.deep.equal({ ok: true, number: "79001112233" });
    expect(parsePhoneNumber("8 900 111-22-33", chosen)).to.deep.equal({ ok: true, number: "79001112233" });
    expect(parsePhoneNumber("9001112233", chosen).ok).to.equal(false);
  });

  it("of a premium rate or a satellite is accepted where that is allowed", () => {
    const allowed = { ...russia, acceptPremium: true };
    expect(parsePhoneNumber("8 809 111-22-33", allowed)).to.deep.equal({ ok: true, number: "78091112233" });
    expect(parsePhoneNumber("+881612345678", allowed)).to.deep.equal({ ok: true, number: "881612345678" });
  });

  for (const [input, code] of refused) {
    it(`is rejected in ${JSON.stringify(input.slice(0, 40))}: ${code}`, () => {
      expect(parsePhoneNumber(input, russia)).to.deep.equal({ ok: false, code });
    });
  }

  it("is read as a number of the default country if both readings are possible", () => {
    expect(parsePhoneNumber("2125552368", { defaultCountry: "US" })).to.deep.include({
      number: "12125552368",
    });
    expect(parsePhoneNumber("030 123456", { defaultCountry: "DE" })).to.deep.include({
      number: "4930123456",
    });
    expect(parsePhoneNumber("89001112233", { defaultCountry: "US" }).ok).to.equal(false);
    expect(parsePhoneNumber("79001112233", { defaultCountry: "US" })).to.deep.include({
      code: "PLUS_MISSING",
    });
  });

  it("may be unassigned, if allowed", () => {
    const options = { ...russia, acceptUnassigned: true };
    expect(parsePhoneNumber("+70001112233", options)).to.deep.equal({ ok: true, number: "70001112233" });
    expect(parsePhoneNumber("+7000111223", options)).to.deep.equal({ ok: false, code: "INVALID_NUMBER" });
  });

  it("is parsed identically by the fast path and the full parser", () => {
    const prefix = fc.constantFrom("+7", "7", "8", "");
    const digits = fc.stringMatching(/^9\d{9}$/);
    fc.assert(
      fc.property(prefix, digits, (start, national) => {
        const full = parsePhoneNumberFromString(start + national, "RU");
        const ours = parsePhoneNumber(start + national, russia);
        expect(ours.ok ? `+${ours.number}` : null).to.equal(full?.isValid() ? full.number : null);
      }),
      { numRuns: 3000 },
    );
  });

  it("is always in storable form, and parses back to itself", () => {
    const character = fc.constantFrom(...Array.from("0123456789+-() .,;E'\"=x#*/доб\u00a0"));
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 30 }), (input) => {
        const result = parsePhoneNumber(input, russia);
        if (!result.ok) return;
        expect(isPhoneNumber(result.number)).to.equal(true);
        expect(parsePhoneNumber(`+${result.number}`, russia)).to.deep.equal(result);
      }),
      { numRuns: 5000 },
    );
  });
});

describe("A dialled number", () => {
  const dialled: readonly (readonly [input: string, number: string | null])[] = [
    ["79580000001", "79580000001"],
    ["+79580000001", "79580000001"],
    ["0079580000001", "79580000001"],
    ["89580000001", "79580000001"],
    ["9580000001", "79580000001"],
    ["+7-958-000-00-01", "79580000001"],
    ["sip:+79580000001@198.51.100.7:5060", "79580000001"],
    ["79580000001;phone-context=+7", "79580000001"],
    ["70001000000", "70001000000"],
    ["4915112345678", "4915112345678"],
    ["1001", "1001"],
    ["", null],
    ["s", null],
    ["*8", null],
    ["0", null],
    ["1234567890123456", null],
  ];
  for (const [input, number] of dialled) {
    it(`${JSON.stringify(input)} is ${number ?? "no number"}`, () => {
      expect(parseDialled(input, russia)).to.equal(number);
    });
  }

  it("is read as its digits if the default country is unknown", () => {
    expect(parseDialled("9580000001", { defaultCountry: "XX" })).to.equal("9580000001");
  });
});
