import { expect } from "chai";
import fc from "fast-check";
import { exceededBound } from "../../../src/http/server/jsonBounds.ts";

const exceeded = (text: string, depth = 3, values = 10) =>
  exceededBound(Buffer.from(text), { depth, values });

function shapeOf(value: unknown): { readonly depth: number; readonly values: number } {
  if (typeof value !== "object" || value === null) return { depth: 0, values: 1 };
  const parts = Object.values(value).map(shapeOf);
  return {
    depth: 1 + Math.max(0, ...parts.map(({ depth }) => depth)),
    values: 1 + parts.reduce((sum, part) => sum + part.values, 0),
  };
}

describe("The limits of a JSON text", () => {
  it("accept texts within them, not counting brackets and commas in strings", () => {
    for (const text of [
      "",
      "1",
      '{"a":[{"b":1}]}',
      '"[[[[[[[[,,,,,,,,,,,,,,"',
      '{"a":"\\"[[[[[[["}',
      '{"a\\\\":"[[[[","b":"\\\\\\"[[[["}',
      '"never closed [[[[[[[[',
    ])
      expect(exceeded(text), text).to.equal(null);
  });

  it("name the exceeded limit", () => {
    expect(exceeded('{"a":[{"b":[]}]}')).to.equal("depth");
    expect(exceeded('["\\\\",[[[')).to.equal("depth");
    expect(exceeded("[1,2,3,4,5,6,7,8,9,10,11]")).to.equal("values");
    expect(exceeded(`{${Array.from({ length: 11 }, (_, key) => `"${key}":0`).join(",")}}`)).to.equal(
      "values",
    );
  });

  it("reject every value that is too deep or has too many values, and accept every flat one", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.boolean(), (value, spaced) => {
        const { depth, values } = shapeOf(value);
        const bytes = Buffer.from(JSON.stringify(value, null, spaced ? 2 : 0));
        const generous = { depth: 100, values: 1_000_000 };
        expect(exceededBound(bytes, generous)).to.equal(null);
        expect(exceededBound(bytes, { ...generous, depth })).to.equal(null);
        if (depth > 0) expect(exceededBound(bytes, { ...generous, depth: depth - 1 })).to.equal("depth");
        if (values > 1)
          expect(exceededBound(bytes, { ...generous, values: values / 2 - 1 })).to.equal("values");
      }),
    );
  });
});
