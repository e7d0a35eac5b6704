import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { readWhole } from "../../../corpus/readWhole.ts";
import type { WholeFile } from "../../../corpus/readWhole.ts";
import { textFiles } from "../../../corpus/textFiles.ts";
import { workbookFiles } from "../../../corpus/workbookFiles.ts";

const corpus = join(import.meta.dirname, "../../../corpus");

describe("The corpus of ugly files", () => {
  const names = [...Object.keys(textFiles), ...Object.keys(workbookFiles)];
  /** Files from other programs, which cannot be generated again. */
  const foreign = ["openpyxl", "xlsxwriter-inline", "xlsxwriter-rich", "exceljs", "hucre"].map(
    (name) => `${name}.xlsx`,
  );

  for (const name of [...names, ...foreign]) {
    it(`reads ${name} as expected`, async () => {
      const expected = JSON.parse(
        await readFile(join(corpus, "expected", `${name}.json`), "utf8"),
      ) as WholeFile;
      expect(await readWhole(join(corpus, "files", name))).to.deep.equal(expected);
    });
  }

  // Archives may differ in their compression, which depends on the version of zlib.
  it("matches its generator, and has an expectation for every file", async () => {
    for (const [name, content] of Object.entries(textFiles)) {
      expect((await readFile(join(corpus, "files", name))).equals(Buffer.from(content)), name).to.equal(true);
    }
    const files = await readdir(join(corpus, "files"));
    const expected = await readdir(join(corpus, "expected"));
    expect(files.sort()).to.deep.equal([...names, ...foreign].sort());
    expect(expected.map((name) => name.replace(/\.json$/, "")).sort()).to.deep.equal(files.sort());
  });
});
