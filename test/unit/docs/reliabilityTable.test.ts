import { expect } from "chai";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { faultMatrix } from "../../support/faults/matrix.ts";

const read = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url)), "utf8");

const cellsOf = (line: string): string[] =>
  line
    .split(/(?<!\\)\|/u)
    .slice(1, -1)
    .map((cell) => cell.trim());

const rowsOf = (text: string): string[][] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map(cellsOf);

const names = faultMatrix(60).map(({ name }) => name);
/** `fault | calls | answered | findings | silence | release | error`, in sections with names of their own. */
const reported = new Map(
  read("reports/faults.md")
    .split(/^## /mu)
    .flatMap((section) => {
      const isInTheMiddle = section.includes("killed in the middle");
      return rowsOf(section).map(([name = "", ...figures]): [string, string[]] => [
        (/ for /u.test(name) ? name : `${name} for 60 s, 10 calls/s`) +
          (isInTheMiddle ? ", controller killed in the middle" : ""),
        figures,
      ]);
    }),
);
/** `fault | records | silence / release / error | rerun` */
const lines = rowsOf(read("reliability.md")).flatMap(([fault = "", , figures = "", rerun = ""]) => {
  const pattern = /^`"(.+)"`$/u.exec(rerun)?.[1];
  return pattern === undefined ? [] : [{ fault, figures, pattern: pattern.replaceAll("\\|", "|") }];
});

describe("The survival table of docs/reliability.md", () => {
  it("has the figures of a report about every fault, without findings", () => {
    for (const name of names) expect(reported.get(name)?.[2], name).to.equal("0");
  });

  it("names tests that exist, and each of them at least once", () => {
    const named = new Set<string>();
    for (const { fault, pattern } of lines) {
      const matching = matches(pattern);
      expect(matching, fault).not.to.deep.equal([]);
      for (const name of matching) named.add(name);
    }
    expect(names.filter((name) => !named.has(name))).to.deep.equal([]);
  });

  for (const { fault, figures, pattern } of lines)
    it(`has the largest figures of its tests: ${fault}`, () => {
      const columns = [3, 4, 5].map((column) =>
        Math.max(...matches(pattern).map((name) => Number(reported.get(name)?.[column]))),
      );
      expect(figures.split(" / ").map(Number)).to.deep.equal(columns);
    });
});

/** As mocha finds them: by the title of the suite and the test. */
function matches(pattern: string): string[] {
  const grep = new RegExp(pattern, "u");
  return names.filter((name) => grep.test(`calls and their records during faults, seed 1 ${name}`));
}
