import { expect } from "chai";
import { getCountries } from "libphonenumber-js/max";
import { countries, isCountry } from "../../../src/values/countries.ts";

describe("The countries of phone numbers", () => {
  it("are those with known numbering plans", () => {
    expect([...countries]).to.have.members(getCountries());
    expect(isCountry("RU")).to.equal(true);
    expect(isCountry("RU AD")).to.equal(false);
  });
});
