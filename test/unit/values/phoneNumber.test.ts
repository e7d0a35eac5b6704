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
  ["8 (495) 123-45-67", "74951234567"],
  ["4951234567", "74951234567"],
  ["+49 1511 2345678", "4915112345678"],
  ["4915112345678", "4915112345678"],
  ["810 49 15112345678", "4915112345678"],
  ["+1 (212) 555-2368", "12125552368"],
  ["380501234567", "380501234567"],
];

const refused: readonly (readonly [input: string, code: PhoneNumberRefusal])[] = [
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
  ["+70001112233", "INVALID_NUMBER"],
];

describe("A phone number", () => {
  for (const [input, number] of read) {
    it(`is read from ${JSON.stringify(input)}`, () => {
      expect(parsePhoneNumber(input, russia)).to.deep.equal({ ok: true, number });
    });
  }

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
      number: "79001112233",
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
