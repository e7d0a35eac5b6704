import { expect } from "chai";
import fc from "fast-check";
import { AnswerReader, AnswerTooLargeError } from "../../../src/ari/answerReader.ts";

/** Hands the text over in chunks of these sizes, in turn. */
function read(text: string, sizes: readonly number[], limits = {}): readonly unknown[] | string {
  const reader = new AnswerReader(limits);
  const bytes = Buffer.from(text);
  let turn = 0;
  for (let start = 0; start < bytes.length; turn++) {
    const end = start + (sizes[turn % sizes.length] ?? 1);
    reader.push(bytes.subarray(start, end));
    start = end;
  }
  return reader.end();
}

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

describe("The answer to an HTTP request", () => {
  it("is parsed like JSON.parse does, wherever it is split into chunks", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 2), sizes, (list, indent, cuts) => {
        const text = JSON.stringify(list, null, indent);
        expect(read(text, cuts)).to.deep.equal(JSON.parse(text));
      }),
    );
  });

  it("is text if it is not a list", () => {
    for (const text of ["", '{"channels":[1,2]}', '"[1]"', "<html>"]) expect(read(text, [3])).to.equal(text);
  });

  it("is rejected if a list is incomplete, malformed, or followed by data", () => {
    for (const text of ["[", "[1", '["a', "[1,", "[1,]", "[,1]", "[}", "[1}", "[1]2", "[1][2]", "[{]}"])
      expect(() => read(text, [2]), text).to.throw(SyntaxError);
  });

  it("is rejected as soon as it is too large", () => {
    const limits = { textBytes: 10, listBytes: 20 };
    expect(read(`[${"1".repeat(18)}]`, [7], limits)).to.have.length(1);
    expect(() => read(`[${"1".repeat(20)}`, [7], limits)).to.throw(AnswerTooLargeError);
    expect(() => read("{".repeat(11), [7], limits)).to.throw(AnswerTooLargeError);
  });

  it("is read in small steps, however long the list is", () => {
    const channel = JSON.stringify({ id: "1".repeat(40), name: "x".repeat(900) });
    const reader = new AnswerReader();
    const chunk = Buffer.from(`${channel},`.repeat(60));
    reader.push(Buffer.from("["));
    for (let count = 0; count < 300; count++) reader.push(chunk);
    reader.push(Buffer.from(`${channel}]`));
    expect(reader.end()).to.have.length(18_001);
  });
});
