import { expect } from "chai";
import { parsePhoneNumber } from "../../../src/values/phoneNumber.ts";
import {
  areaCodes,
  isRussian,
  mistakes,
  nationalNumbers,
  seeded,
  spell,
  spellings,
  withMistake,
} from "../../support/numberMistakes.ts";

const russia = { defaultCountry: "RU" };
/** Each kind is one spelling with one mistake. `NUMBERS_PER_KIND=20000` is the long form. */
const perKind = Number(process.env["NUMBERS_PER_KIND"] ?? 300);
const seed = Number(process.env["SEED"] ?? 20_261_127);

function read(text: string): string | null {
  const parsed = parsePhoneNumber(text, russia);
  return parsed.ok ? parsed.number : null;
}

describe("A Russian number of any area code or mobile range", () => {
  const random = seeded(seed);
  let numbers: readonly string[] = [];
  before(() => {
    numbers = nationalNumbers(perKind, random);
  });

  it("has one of the codes that the numbering plan has", () => {
    expect(areaCodes(seeded(seed))).to.include.members(["343", "495", "812", "834", "879", "900", "999"]);
    expect(areaCodes(seeded(seed)).length).to.be.above(150);
  });

  for (const [name, { as, prefix }] of Object.entries(spellings)) {
    it(`is read when written ${name}, unless its ten bare digits may lack one`, () => {
      for (const national of numbers) {
        const mayLackDigit = as === "##########" && national.startsWith("8");
        const text = spell(national, as);
        expect(read(text), text).to.equal(mayLackDigit ? null : `7${national}`);
        expect(parsePhoneNumber(text, { ...russia, bareForm: "national" }), text).to.deep.equal({
          ok: true,
          number: `7${national}`,
        });
      }
    });

    for (const mistake of mistakes) {
      it(`is no other country's number when written ${name} with digits ${mistake}`, () => {
        const isSwap = mistake === "swapped" || mistake === "exchanged";
        // A plus sign is taken at its word: `+1 …` is a whole number, whatever its first digit was meant to be. Where the
        // 7 is missing, the separators show it, and without them nothing does.
        const spared = as === "+7##########" || (prefix === "+7" && isSwap) ? 1 : 0;
        for (const national of numbers) {
          const text = withMistake(spell(national, as), mistake, random, spared);
          const number = read(text);
          if (number === null || number === `7${national}`) continue;
          // Kazakhstan has the code 7 too; exchanging digits far apart can make a whole number of it.
          const mayBeKazakh = prefix === "+7" && mistake === "exchanged" && number.startsWith("77");
          expect(isRussian(number) || mayBeKazakh, `${text} from ${national} is ${number}`).to.equal(true);
          if (!isSwap) expect(prefix, `${text} from ${national} is ${number}`).to.equal("");
        }
      });
    }
  }
});
