import { expect } from "chai";
import { newKeyBody, newRuleBody, newUserBody, userPatchBody } from "../../../src/http/access/schema.ts";
import { newPoolBody } from "../../../src/http/pools/fields.ts";
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

describe("A name or a note", () => {
  it("has one line, without control characters", () => {
    const bodies = [
      [newUserBody, "displayName", { username: "anna", role: "operator" }],
      [userPatchBody, "displayName", {}],
      [newKeyBody, "name", { scopes: ["stats.read"] }],
      [newRuleBody, "note", { purpose: "access", network: "10.0.0.0/8" }],
      [newPoolBody(createFields("RU")), "name", {}],
    ] as const;
    for (const [schema, field, others] of bodies)
      for (const [text, isAccepted] of [
        ["Anna Ёлкина", true],
        ["two\nlines", false],
        ["\u001b[31mred", false],
        ["nul\0", false],
        ["\ud800", false],
      ] as const) {
        const { success } = schema.safeParse({ ...others, [field]: text });
        expect(success, `${field}: ${JSON.stringify(text)}`).to.equal(isAccepted);
      }
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
