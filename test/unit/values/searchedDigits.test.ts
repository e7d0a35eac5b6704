import { expect } from "chai";
import { countryPlan } from "../../../src/values/countryPlan.ts";
import { searchedDigits } from "../../../src/values/searchedDigits.ts";

const inRussia = (text: string): readonly string[] => searchedDigits(text, countryPlan("RU"));

describe("The digits that a search looks for", () => {
  it("are those of any part of a number, in any notation", () => {
    expect(inRussia("111-22")).to.deep.equal(["11122"]);
    expect(inRussia("+7 (900) 111")).to.deep.equal(["7900111"]);
    expect(inRussia(" 22 33 ")).to.deep.equal(["2233"]);
  });

  it("are found in what other programs copy: marks that are not seen, other dashes, spaces, and digits", () => {
    expect(inRussia("\u202a+7\u00a0900\u2011111\u2212\u202c")).to.deep.equal(["7900111"]);
    expect(inRussia("\u{feff}111\u00ad22")).to.deep.equal(["11122"]);
    expect(inRussia("（９００）１１１")).to.deep.equal(["900111"]);
    expect(inRussia("٩٠٠ ١١١")).to.deep.equal(["900111"]);
  });

  it("are also those without a national or international prefix", () => {
    expect(inRussia("8 900 111")).to.deep.equal(["8900111", "7900111"]);
    expect(inRussia("810 44 20")).to.include.members(["8104420", "4420"]);
    expect(inRussia("+8900")).to.deep.equal(["8900"]);
    expect(searchedDigits("020 79", countryPlan("GB"))).to.deep.equal(["02079", "442079"]);
  });

  it("may be few, and then have no prefix", () => {
    expect(inRussia("8")).to.deep.equal(["8"]);
    expect(inRussia("8 12")).to.deep.equal(["812"]);
    expect(inRussia("+7 (9")).to.deep.equal(["79"]);
  });

  it("are none in a name or a reference", () => {
    expect(inRussia("Заказ 123456")).to.deep.equal([]);
    expect(inRussia("()")).to.deep.equal([]);
    for (const label of ["дом 12", "номер 7", "12 дом", "раб. 345-67"])
      expect(inRussia(label)).to.deep.equal([]);
    expect(inRussia("моб. 900 111 22 33")).to.deep.equal(["9001112233"]);
  });
});
