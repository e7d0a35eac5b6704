import { expect } from "chai";
import { getCountries } from "libphonenumber-js/max";
import { countries, isCountry } from "../../../src/values/countries.ts";

describe("the countries that numbers can be of", () => {
  it("are those whose numbering plans are known", () => {
    expect([...countries]).to.have.members(getCountries());
    expect(isCountry("RU")).to.equal(true);
    expect(isCountry("RU AD")).to.equal(false);
  });
});
