import { expect } from "chai";
import { Pairs } from "../../../../src/numbers/mappings/pairs.ts";

/** What was asked, in order. */
function aPairs(fail = false): { readonly pairs: Pairs<string, string>; readonly asked: string[] } {
  const asked: string[] = [];
  const answer = async <T>(question: string, value: T): Promise<T> => {
    asked.push(question);
    if (fail) throw new Error("The database is unavailable.");
    return value;
  };
  const pairs = new Pairs<string, string>({
    one: (key) => answer(key, `one ${key}`),
    other: (key) => answer(key, `other ${key}`),
    both: (one, other) => answer(`${one}+${other}`, [`one ${one}`, `other ${other}`] as const),
  });
  return { pairs, asked };
}

describe("Questions in pairs", () => {
  it("ask for both parties of each call at once, if they are asked in one turn", async () => {
    const { pairs, asked } = aPairs();
    const answers = [pairs.one("a"), pairs.other("b"), pairs.other("d"), pairs.one("c"), pairs.one("e")];
    expect(await Promise.all(answers)).to.deep.equal(["one a", "other b", "other d", "one c", "one e"]);
    expect(asked).to.deep.equal(["a+b", "c+d", "e"]);
  });

  it("ask alone what is asked alone", async () => {
    const { pairs, asked } = aPairs();
    await pairs.one("a");
    await pairs.other("b");
    expect(asked).to.deep.equal(["a", "b"]);
  });

  it("fail both if their statement fails, and answer the next ones", async () => {
    const { pairs } = aPairs(true);
    const outcomes = await Promise.allSettled([pairs.one("a"), pairs.other("b"), pairs.one("c")]);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(["rejected", "rejected", "rejected"]);
  });
});
