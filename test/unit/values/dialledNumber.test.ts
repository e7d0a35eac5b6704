import { expect } from "chai";
import fc from "fast-check";
import { countryPlan } from "../../../src/values/countryPlan.ts";
import { readDialled } from "../../../src/values/dialledNumber.ts";
import { isPhoneNumber } from "../../../src/values/phoneNumber.ts";
import { dialledNumbers } from "../../support/dialledNumbers.ts";

const russia = countryPlan("RU");

describe("A dialled number", () => {
  for (const { about, dialled, number, also } of dialledNumbers) {
    it(`${number === null ? "is refused" : "is read"}: ${about}`, () => {
      expect(readDialled(dialled, russia)).to.deep.equal(number === null ? null : { number, also });
    });
  }

  it("is read in other countries", () => {
    const inCountry = (country: string, dialled: string) => {
      const reading = readDialled(dialled, countryPlan(country));
      return reading && [reading.number, reading.also];
    };
    expect(inCountry("DE", "030123456")).to.deep.equal(["4930123456", null]);
    expect(inCountry("DE", "4930123456")).to.deep.equal(["4930123456", null]);
    expect(inCountry("DE", "79161234567")).to.deep.equal(["79161234567", "4979161234567"]);
    expect(inCountry("US", "12025550100")).to.deep.equal(["12025550100", null]);
    expect(inCountry("US", "2025550100")).to.deep.equal(["12025550100", "2025550100"]);
    expect(inCountry("US", "011442079460000")).to.deep.equal(["442079460000", null]);
    expect(inCountry("IT", "0612345678")).to.deep.equal(["390612345678", null]);
    expect(inCountry("BY", "80291234567")).to.deep.equal(["375291234567", "80291234567"]);
    expect(inCountry("XX", "9580000001")).to.deep.equal(["9580000001", null]);
    expect(inCountry("XX", "009580000001")).to.deep.equal(["9580000001", null]);
  });

  it("is never made of anything but its own digits", () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from("0178+;,'\" x${}")) });
    fc.assert(
      fc.property(text, (dialled) => {
        const reading = readDialled(dialled, russia);
        if (reading === null) return;
        const [address = ""] = dialled.split(";");
        expect(address).to.match(/^\+?\d+$/);
        for (const number of [reading.number, reading.also]) {
          if (number === null) continue;
          expect(number).to.satisfy(isPhoneNumber);
          // Nine digits at least are those that were dialled.
          expect(address.endsWith(number.slice(-Math.min(9, number.length)))).to.equal(true);
        }
        expect(reading.also).not.to.equal(reading.number);
      }),
      { numRuns: 5000 },
    );
  });
});

describe("The numbering plan of a country", () => {
  it("comes from libphonenumber", () => {
    expect(russia).to.deep.equal({
      countryCode: "7",
      nationalPrefixes: ["8"],
      nationalLengths: [10],
      internationalPrefixes: ["810", "00"],
      nationalFirst: true,
    });
    expect(countryPlan("BY").nationalPrefixes).to.deep.equal(["80", "0", "8"]);
    expect(countryPlan("AU").internationalPrefixes).to.deep.equal(["0011", "00"]);
    expect(countryPlan("IT").nationalPrefixes).to.deep.equal([]);
    expect(countryPlan("DE")).to.deep.include({ countryCode: "49", nationalFirst: false });
  });

  it("leaves numbers as they are if the country is unknown", () => {
    expect(countryPlan("XX")).to.deep.equal({
      countryCode: "",
      nationalPrefixes: [],
      nationalLengths: [],
      internationalPrefixes: ["00"],
      nationalFirst: false,
    });
  });
});
