import { expect } from "chai";
import { builtPatterns, sourcePatterns } from "../../support/patterns.ts";
import type { SourcePattern } from "../../support/patterns.ts";
import { CountedPattern } from "../../support/regexSteps.ts";

/** Files that build patterns from other texts when they are loaded. */
const building = [
  "src/imports/reading/encodeText.ts",
  "src/imports/reading/headerNames.ts",
  "src/imports/reading/headerTopics.ts",
  "src/imports/reading/phoneHeaders.ts",
  "src/imports/rows/formulaGuard.ts",
  "src/ops/redact.ts",
];

/**
 * Patterns whose time grows with the square of the text, or faster, and the most characters that they ever meet. A text from
 * outside is cut or refused before it meets one.
 */
const bounded: Readonly<Record<string, readonly [pattern: string, characters: number]>> = {
  "a time of day in a cell": [
    String.raw`^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3})\d*)?)?\s*([ap]\.?m\.?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$`,
    60,
  ],
  "a plus sign within a number": [String.raw`^[^+\d]*\+[^\d(]*(\(?)[^\d]*(\d+)\D`, 100],
  "signs of a number": [String.raw`^[(\-\s]*\+?[\d\s().\-~_']+$`, 100],
  "marks behind a number": [String.raw`['"\s;,]+$`, 100],
  "what looks like a number": [String.raw`^[^\d]*\+|^\D*[78]?\D*9\d{2}\D+\d|[()]|^[78]9\d{9}$`, 100],
  "the format of a cell": [String.raw`\[[^\]]*\]`, 255],
  "the pieces of a format of a cell": [
    String.raw`"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[([^\]]*)\]|[_*].|(General|.)`,
    255,
  ],
  "MySQL's message about a duplicate": [String.raw`for key '(?:.*\.)?(?:uq_\w+__)?(\w+)'$`, 512],
  "the address of an Asterisk in the settings": [String.raw`\/+$`, 200],
};

const short = 60;
/** Far more than a pattern takes whose steps grow with the length. */
const limit = 400_000;
/** Twice the text takes twice the steps where they grow with its length, and four times where they grow with its square. */
const mostGrowth = 2.6;
/** Steps for a character that are few however the text grows. */
const fewSteps = 8;

/** A long text for which the steps grow faster than its length; null if there is none. */
function slowText(pattern: CountedPattern): string | null {
  const longer = [...pattern.longTexts(2 * short)];
  for (const [index, text] of [...pattern.longTexts(short)].entries()) {
    const twice = longer[index] ?? "";
    const steps = pattern.steps(twice, limit);
    if (steps < fewSteps * twice.length) continue;
    if (steps === limit || steps > mostGrowth * pattern.steps(text, limit)) return twice;
  }
  return null;
}

describe("Every regular expression of the application and its pages", () => {
  let built: readonly SourcePattern[];

  before(async () => {
    built = await builtPatterns(building);
  });

  it("takes steps that grow with the length of the text, or meets short texts only", () => {
    const patterns = new Map(
      [...sourcePatterns(), ...built].map((one) => [`/${one.source}/${one.flags}`, one]),
    );
    expect(patterns.size).to.be.greaterThan(250);
    const known = new Set(Object.values(bounded).map(([pattern]) => pattern));
    const slow: string[] = [];
    for (const { source, flags, file } of patterns.values()) {
      const text = slowText(new CountedPattern(source, flags));
      if (text === null) continue;
      if (known.delete(source)) continue;
      slow.push(`${file}: /${source}/${flags} with ${JSON.stringify(text.slice(0, 40))}`);
    }
    expect(slow, "Bound the text and name the pattern in this test, or write another pattern").to.deep.equal(
      [],
    );
    expect([...known], "These are not slow, or no longer there").to.deep.equal([]);
  }).timeout(120_000);

  it("takes few steps with the longest text that it meets", () => {
    for (const [name, [source, characters]] of Object.entries(bounded)) {
      const pattern = new CountedPattern(source, "");
      for (const text of pattern.longTexts(characters))
        expect(pattern.steps(text.slice(0, characters), limit), `${name}: ${text.slice(0, 40)}`).to.be.below(
          400_000,
        );
    }
  }).timeout(60_000);

  it("is judged by its steps", () => {
    const slow = [
      String.raw`^(\d+)*$`,
      String.raw`\s+$`,
      String.raw`a.*b.*c`,
      String.raw`^(?:a|a)*$`,
      String.raw`(x+x+)+y`,
    ];
    for (const source of slow) expect(slowText(new CountedPattern(source, "")), source).not.to.equal(null);
    const quick = [
      String.raw`^\s+`,
      String.raw`^\d+$`,
      "[,;]",
      String.raw`^(?:ab|cd)*$`,
      String.raw`^\d{1,3}(?:\.\d{1,3}){3}$`,
    ];
    for (const source of quick) expect(slowText(new CountedPattern(source, "")), source).to.equal(null);
  });

  it("is found where it is built, too", () => {
    for (const file of building) expect(built.map((one) => one.file)).to.include(file);
  });
});
