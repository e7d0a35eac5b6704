import { expect } from "chai";
import examples from "libphonenumber-js/examples.mobile.json" with { type: "json" };
import { getCountries, getCountryCallingCode, getExampleNumber } from "libphonenumber-js/max";
import { readFileSync } from "node:fs";
import { premiumTable } from "../../../scripts/generate-premium-table.ts";
import { isPremiumNumber } from "../../../src/values/premiumNumber.ts";

const file = readFileSync(new URL("../../../asterisk/extensions.conf", import.meta.url), "utf8");
const written = file.split("\n").filter((line) => /^PREMIUM_\d/.test(line));
const table = new Map(
  written.map((line) => {
    const [name = "", pattern = ""] = line.split(" = ");
    return [name.replace("PREMIUM_", ""), new RegExp(`^(?:${pattern})$`)] as const;
  }),
);

/** As the context [premium] does. */
const isInTable = (digits: string): boolean =>
  [1, 2, 3].some((length) => table.get(digits.slice(0, length))?.test(digits.slice(length)) === true);

/** Numbers with random digits behind each prefix of three. */
function* numbersOf(code: string): Generator<string> {
  let seed = Number(code);
  const digit = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % 10;
  };
  for (let prefix = 0; prefix < 1000; prefix += 1) {
    const length = 5 + (digit() % 7);
    yield code + String(prefix).padStart(3, "0") + Array.from({ length: length - 3 }, digit).join("");
  }
}

describe("The table of premium numbers in the dialplan", () => {
  it("is up to date (if not: npm run premium-table)", () => {
    expect(written).to.deep.equal(premiumTable());
  });

  it("has every number that the application does not accept", () => {
    const missing: string[] = [];
    for (const code of new Set(getCountries().map((country) => getCountryCallingCode(country))))
      for (const number of numbersOf(code)) {
        if (!isInTable(number) && isPremiumNumber(number)) missing.push(number);
      }
    expect(missing).to.deep.equal([]);
  }).timeout(60_000);

  it("has no number of an ordinary phone", () => {
    for (const country of getCountries()) {
      const number = getExampleNumber(country, examples)?.number.slice(1) ?? "";
      expect(number).not.to.equal("");
      expect([number, isInTable(number)]).to.deep.equal([number, isPremiumNumber(number)]);
    }
    for (const number of ["79161234567", "74951234567", "78005553535", "4930123456", "12125550123"])
      expect(isInTable(number), number).to.equal(false);
    for (const number of [
      "78091234567",
      "78031234567",
      "19005551234",
      "881612345678",
      "979123456789",
      "80812345678",
    ])
      expect([isInTable(number), isPremiumNumber(number)], number).to.deep.equal([true, true]);
  });
});
