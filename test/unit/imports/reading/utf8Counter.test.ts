import { isUtf8 } from "node:buffer";
import { expect } from "chai";
import fc from "fast-check";
import { Utf8Counter } from "../../../../src/imports/reading/utf8Counter.ts";

const countsOf = (bytes: Uint8Array, cuts: readonly number[] = []) => {
  const counter = new Utf8Counter();
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((one, other) => one - other)];
  for (const [index, from] of places.entries())
    counter.add(bytes.subarray(from, places[index + 1] ?? bytes.length));
  return counter.end();
};

describe("The UTF-8 counter", () => {
  it("finds no invalid bytes exactly if Node accepts the text as UTF-8", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.string({ unit: "grapheme" }).map((s) => Buffer.from(s)),
        ),
        (bytes) => {
          expect(countsOf(bytes).bad === 0).to.equal(isUtf8(bytes));
        },
      ),
    );
  });

  it("does not depend on where the file is split", () => {
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(bytes, fc.array(fc.nat()), (all, cuts) => {
        expect(countsOf(all, cuts)).to.deep.equal(countsOf(all));
      }),
    );
  });

  it("counts multibyte characters, and bytes that belong to none", () => {
    expect(countsOf(Buffer.from("a Я € 🙂"))).to.deep.equal({ good: 3, bad: 0 });
    expect(countsOf(Buffer.from([0xcf, 0xe8, 0x41, 0xc3, 0xa9]))).to.deep.equal({ good: 1, bad: 2 });
  });
});
