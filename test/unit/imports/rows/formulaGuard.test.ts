import { expect } from "chai";
import fc from "fast-check";
import { csvCell } from "../../../../src/http/formats/csv.ts";
import { guarded, withoutGuard } from "../../../../src/imports/rows/formulaGuard.ts";
import { phoneCell } from "../../../../src/http/formats/phoneCell.ts";

/** As a spreadsheet program splits a file with another delimiter than it has. */
const parts = (text: string): readonly string[] => text.split(/[,;|\t\r\n"]/);
const formula = /^[\s\p{Cf}\p{DI}]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b]/u;

const characters = Array.from("=+-@＝＋－＠﹦﹢﹣﹫'\"|,; \u00a0\u200b\u2060\ufeff\u3164\u202eaЯ1");
const text = fc.array(fc.constantFrom(...characters), { maxLength: 12 }).map((all) => all.join(""));

describe("The guard against formulas", () => {
  it("leaves no part of a cell that a spreadsheet would run, whatever delimiter it splits at", () => {
    fc.assert(
      fc.property(text, (label) => {
        for (const part of parts(guarded(label))) expect(part).not.to.match(formula);
      }),
      { numRuns: 3000 },
    );
    const behindMany = `${"\u200b".repeat(150)}=1+1`;
    expect(guarded(behindMany)).to.equal(`'${behindMany}`);
    for (const label of ["\t=1+1", "\r=1+1", "a\n=1+1", "a\t+1"]) expect(guarded(label)).not.to.equal(label);
  });

  it("is taken off again without changing anything else", () => {
    fc.assert(
      fc.property(text, (label) => {
        expect(withoutGuard(guarded(label))).to.equal(label);
      }),
      { numRuns: 3000 },
    );
  });

  it("quotes a cell for every delimiter that a file may be opened with", () => {
    for (const special of [",", ";", "\t", '"', "\r", "\n"])
      expect(csvCell(`a${special}b`)).to.match(/^".*"$/s);
    expect(csvCell("a|b")).to.equal("a|b");
  });

  it("writes phone numbers with a plus sign and nothing else, and guards what a caller sends in place of one", () => {
    expect(csvCell(phoneCell("79161234567"))).to.equal("+79161234567");
    expect(csvCell(phoneCell("7916•••4567"))).to.equal("+7916•••4567");
    expect(csvCell(phoneCell("=cmd|x"))).to.equal("'=cmd|x");
    expect(csvCell(phoneCell("-5"))).to.equal("'-5");
    expect(csvCell(phoneCell("1st-line"))).to.equal("1st-line");
  });
});
