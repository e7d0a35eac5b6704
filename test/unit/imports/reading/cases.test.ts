import { join } from "node:path";
import { expect } from "chai";
import { readWhole } from "../../../corpus/readWhole.ts";
import type { ReadingChoices } from "../../../../src/imports/reading/types.ts";

const folder = join(import.meta.dirname, "../../../corpus/cases");

type Row = string | Readonly<Record<string, unknown>>;

/** The rows of the file, or as many refusals and stored rows as `rowsOf` names. */
async function rowsOf(name: string, choices: ReadingChoices = {}): Promise<Readonly<Record<string, Row>>> {
  const whole = await readWhole(join(folder, name), choices);
  if (!("rows" in whole)) throw new Error(`The file is refused: ${whole.refused}`);
  return whole.rows;
}

/** Numbers, and codes of refusals, in the order of the file. */
async function numbersOf(name: string, choices: ReadingChoices = {}): Promise<readonly unknown[]> {
  return Object.values(await rowsOf(name, choices)).map((row) =>
    typeof row === "string" ? row : row["realNumber"],
  );
}

const inOrder = (first: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => String(first + at));

/** Files of the kinds that people report against other systems, with made-up numbers. */
describe("A file that is easily misread", () => {
  it("with a yes or no column has no expiry", async () => {
    expect(Object.values(await rowsOf("valid-column.csv"))).to.deep.equal(
      inOrder(79_001_112_201, 5).map((realNumber) => ({ realNumber })),
    );
    expect(Object.values(await rowsOf("valid-boolean.xlsx"))).to.deep.equal(
      inOrder(79_001_113_011, 2).map((realNumber) => ({ realNumber })),
    );
  });

  it("with the dates of a document has no expiry", async () => {
    const rows = Object.values(await rowsOf("document-expiry.csv"));
    expect(rows).to.have.length(3);
    for (const row of rows) expect(row).to.have.keys("realNumber", "label");
  });

  it("has the end of the day as expiry where midnight is written", async () => {
    const rows = Object.values(await rowsOf("midnight-expiry.csv"));
    expect(rows).to.deep.equal(
      inOrder(79_001_112_701, 4).map((realNumber) => ({ realNumber, expiresAt: "2030-12-31T21:00:00.000Z" })),
    );
  });

  it("has no value where a database wrote that there is none", async () => {
    const rows = Object.values(await rowsOf("null-markers.csv"));
    expect(rows.slice(0, 5)).to.deep.equal(inOrder(79_001_112_821, 5).map((realNumber) => ({ realNumber })));
    expect(rows[5]).to.include({ realNumber: "79001112826", label: "Anna" });
  });

  it("has the time of day as Americans write it, and refuses dates in other words", async () => {
    const rows = await rowsOf("expiry-am-pm.csv");
    expect(rows["2"]).to.include({ expiresAt: "2030-12-31T21:00:00.000Z" });
    expect(rows["5"]).to.include({ expiresAt: "2030-12-31T18:00:00.000Z" });
    for (const row of ["3", "4", "6", "7"]) expect(rows[row]).to.equal("EXPIRY_UNREADABLE");
  });

  it("has the country code in a column of its own", async () => {
    expect(await numbersOf("country-code-column.csv")).to.deep.equal([
      "14155552671",
      "79001112271",
      "4930901820",
    ]);
  });

  it("lacks digits", async () => {
    expect(await numbersOf("missing-digit.csv")).to.deep.equal([
      ...Array.from({ length: 4 }, () => "INVALID_NUMBER"),
      "73431234567",
    ]);
  });

  it("has the extension in a column of its own", async () => {
    expect(await numbersOf("extension-column.csv")).to.deep.equal(["EXTENSION", "EXTENSION", "74957654321"]);
  });

  it("has tax numbers in front, and no header", async () => {
    expect(await numbersOf("inn-first-no-header.csv")).to.deep.equal(inOrder(79_001_112_281, 3));
  });

  it("comes from an exchange, with the caller IDs of its extensions", async () => {
    const rows = Object.values(await rowsOf("fusionpbx-extensions.csv"));
    expect(rows).to.deep.equal(
      inOrder(79_001_112_231, 2).map((realNumber) => ({ realNumber, label: "Sales" })),
    );
  });

  it("has digits of other scripts, and characters that are not seen", async () => {
    expect(await numbersOf("foreign-digits.csv")).to.deep.equal(inOrder(79_001_112_301, 6));
    expect(await numbersOf("invisible-characters.csv")).to.deep.equal(inOrder(79_001_112_401, 15));
  });

  it("has formulas whose results are not in it", async () => {
    expect(await numbersOf("formula-no-cache.xlsx")).to.deep.equal([
      "FORMULA_WITHOUT_RESULT",
      "FORMULA_WITHOUT_RESULT",
      "79001113003",
    ]);
  });

  it("has its lines as a whole in quotes, or backslashes before quotes, or an end mark of DOS", async () => {
    expect(Object.values(await rowsOf("whole-line-quoted.csv"))).to.deep.equal([
      { realNumber: "79001112801", label: "Anna Orlova" },
      { realNumber: "79001112802", label: "Petr Sokolov" },
      { realNumber: "79001112803", label: "Ivan" },
    ]);
    expect(Object.values(await rowsOf("backslash-quotes.csv"))).to.deep.equal([
      { realNumber: "79001112811", label: 'ООО "Ромашка"' },
      { realNumber: "79001112812", label: "Васильки" },
      { realNumber: "79001112813", label: 'ИП "Лютик", склад' },
    ]);
    expect(await numbersOf("dos-eof.csv")).to.deep.equal(inOrder(79_001_112_851, 2));
  });

  it("has labels that are formulas behind a delimiter", async () => {
    expect(await numbersOf("csv-injection-label.csv")).to.deep.equal(inOrder(79_001_112_871, 5));
  });

  it("has slashes behind German area codes", async () => {
    expect(await numbersOf("german-slash.csv", { country: "DE" })).to.deep.equal([
      "49301234567",
      "494312777777",
      "49301234568",
    ]);
  });
});
