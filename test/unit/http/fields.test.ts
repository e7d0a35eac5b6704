import { expect } from "chai";
import { createFields, shortText } from "../../../src/http/server/fields.ts";
import { readCellText } from "../../../src/imports/rows/textCell.ts";

describe("A label with other spaces than single ones", () => {
  const typed = " ООО  «Ёлка»\u00a0 № 5 и\u0306 ";
  const stored = "ООО «Ёлка» № 5 й";

  it("is stored, imported, and searched for with single spaces, so that it is found", () => {
    expect(shortText.parse(typed)).to.equal(stored);
    expect(readCellText(typed, 200)).to.deep.equal({ ok: true, text: stored });
    expect(readCellText("plain  text", 200)).to.deep.equal({ ok: true, text: "plain text" });
    expect(createFields("RU").search.parse(typed).text).to.equal(stored);
    expect(shortText.safeParse("two\nlines").success).to.equal(false);
  });
});

describe("A real number in a request", () => {
  const problemsOf = (text: string, acceptPremium: boolean): readonly string[] =>
    createFields("RU", { acceptPremium })
      .realNumber.safeParse(text)
      .error?.issues.map(({ message }) => message) ?? [];

  it("that is a premium-rate one is refused with the reason and what to do, without the number", () => {
    const [problem = ""] = problemsOf("8 809 505-12-34", false);
    expect(problem)
      .to.match(/PREMIUM_NUMBER/)
      .and.match(/expensive/)
      .and.match(/ALLOW_PREMIUM_NUMBERS/);
    expect(problem.replace(/\D/g, "")).to.equal("");
    expect(problemsOf("8 809 505-12-34", true)).to.deep.equal([]);
    expect(problemsOf("8 900 111-22-3", false).join()).to.match(/^is not a valid phone number \([A-Z_]+\)$/);
  });
});
