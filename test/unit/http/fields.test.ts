import { expect } from "chai";
import { createFields } from "../../../src/http/server/fields.ts";

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
