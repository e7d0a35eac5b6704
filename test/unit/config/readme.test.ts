import { expect } from "chai";
import { readFileSync } from "node:fs";
import { describeSettings } from "../../../config/describe.ts";

const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");

/** Column widths are the formatter's affair. */
const squeezed = (text: string): string =>
  text.replaceAll(/ {2,}/gu, " ").replaceAll(/-{3,}/gu, "---").trim();

describe("the README", () => {
  it("has the table of settings as the settings describe themselves", () => {
    const table = /<!-- settings: .* -->\n([\s\S]*?)<!-- \/settings -->/u.exec(readme)?.[1] ?? "";
    expect(squeezed(table)).to.equal(squeezed(describeSettings()));
  });

  it("names only commands that there are", () => {
    const scripts: Record<string, string> = JSON.parse(
      readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
    ).scripts;
    const named = [...readme.matchAll(/npm run ([\w:]+)/gu)].map(([, name]) => name ?? "");
    expect(named).not.to.deep.equal([]);
    expect(named.filter((name) => !(name in scripts))).to.deep.equal([]);
  });
});
