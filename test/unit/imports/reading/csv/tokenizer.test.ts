import { parseString } from "fast-csv";
import { expect } from "chai";
import fc from "fast-check";
import type { RawRow } from "../../../../../src/imports/rows/row.ts";
import { CsvTokenizer } from "../../../../../src/imports/reading/csv/tokenizer.ts";
import { delimiters } from "../../../../../src/imports/reading/types.ts";
import type { CsvDialect } from "../../../../../src/imports/reading/types.ts";

const comma: CsvDialect = { delimiter: ",", quote: '"', separatorLine: false };
const limits = { rowCharacters: 1000, columns: 50 };

function rowsOf(text: string, dialect = comma, allowed = limits, pieces: readonly number[] = []): RawRow[] {
  const tokenizer = new CsvTokenizer(dialect, allowed);
  const rows: RawRow[] = [];
  let at = 0;
  for (const length of pieces) {
    rows.push(...tokenizer.write(text.slice(at, at + length)));
    at += length;
  }
  return [...rows, ...tokenizer.write(text.slice(at)), ...tokenizer.end()];
}

function cellsOf(text: string, dialect = comma): (readonly string[])[] {
  return rowsOf(text, dialect).map(({ cells }) => cells);
}

function faultsOf(text: string, allowed = limits): string[] {
  return rowsOf(text, comma, allowed).map(({ row, fault, cells }) => `${row} ${fault ?? cells.join("|")}`);
}

describe("The CSV tokenizer", () => {
  it("ends rows at CR, LF, or CRLF, and the last one at the end of the text", () => {
    expect(cellsOf("a,b\r\nc\rd\n\ne")).to.deep.equal([["a", "b"], ["c"], ["d"], [], ["e"]]);
    expect(cellsOf("a\n")).to.deep.equal([["a"]]);
    expect(cellsOf("a\r")).to.deep.equal([["a"]]);
    expect(cellsOf("\r\n\r\n")).to.deep.equal([[], []]);
    expect(cellsOf("")).to.deep.equal([]);
  });

  it("keeps empty cells, including the last one", () => {
    expect(cellsOf(",a,,\n,\n")).to.deep.equal([
      ["", "a", "", ""],
      ["", ""],
    ]);
    expect(cellsOf('"",""\n"x",')).to.deep.equal([
      ["", ""],
      ["x", ""],
    ]);
  });

  it("reads delimiters, line ends, and doubled quotes within quotes", () => {
    expect(cellsOf('"a,b","c\r\nd","e""f"""\n1')).to.deep.equal([["a,b", "c\r\nd", 'e"f"'], ["1"]]);
  });

  it("treats a quote that is not at the start of a cell as text", () => {
    expect(cellsOf('a"b,c "d"\ne')).to.deep.equal([['a"b', 'c "d"'], ["e"]]);
  });

  it("ignores blanks after a closing quote", () => {
    expect(cellsOf('"a" ,"b"\t\n"c"  ')).to.deep.equal([["a", "b"], ["c"]]);
  });

  it("reads a row as one cell without a delimiter, and quotes as text without a quote character", () => {
    expect(cellsOf('a,b;c\n"d,e"', { ...comma, delimiter: null })).to.deep.equal([["a,b;c"], ["d,e"]]);
    expect(cellsOf('"a,b"\n"', { ...comma, quote: null })).to.deep.equal([['"a', 'b"'], ['"']]);
  });

  it("skips a sep= line, and numbers rows after it", () => {
    const rows = rowsOf("sep=,\r\na,b\n", { ...comma, separatorLine: true });
    expect(rows).to.deep.equal([{ row: 1, cells: ["a", "b"] }]);
  });

  it("skips one line with a quote that is never closed, and continues", () => {
    expect(faultsOf('a,b\n1,"x\n2,y\n3,z\n')).to.deep.equal(["1 a|b", "2 UNCLOSED_QUOTE", "3 2|y", "4 3|z"]);
    expect(faultsOf('1,"')).to.deep.equal(["1 UNCLOSED_QUOTE"]);
  });

  it("skips one line with a quote that is closed too far below", () => {
    const filler = Array.from({ length: 200 }, (_, at) => `${at},abc`);
    const rows = faultsOf(`1,"x\n${filler.join("\n")}\n2,"y"\n`);
    expect(rows).to.deep.equal([
      "1 UNCLOSED_QUOTE",
      ...filler.map((line, at) => `${at + 2} ${line.replace(",", "|")}`),
      "202 2|y",
    ]);
  });

  it("skips one line with a quote that is not doubled within quotes", () => {
    expect(faultsOf('1,"a "b" c"\n2,"d"\n')).to.deep.equal(["1 STRAY_QUOTE", "2 2|d"]);
    expect(faultsOf('1,"a\n2,"b"\n3,c\n')).to.deep.equal(["1 STRAY_QUOTE", "2 2|b", "3 3|c"]);
  });

  it("skips only the row that is too long or too wide", () => {
    const small = { rowCharacters: 10, columns: 3 };
    expect(faultsOf("1,2,3\n12345678901\n1,2,3,4\n1234567890", small)).to.deep.equal([
      "1 1|2|3",
      "2 ROW_TOO_LONG",
      "3 TOO_MANY_COLUMNS",
      "4 1234567890",
    ]);
    expect(faultsOf(`"12345678901"\n1,2,"3",4\n"${"x".repeat(5000)}\n2`, small)).to.deep.equal([
      "1 ROW_TOO_LONG",
      "2 TOO_MANY_COLUMNS",
      "3 ROW_TOO_LONG",
      "4 2",
    ]);
  });

  const character = fc.constantFrom(...Array.from('ab,;"\n\r \t\0я😀'));
  const anyText = fc.string({ unit: character, maxLength: 80, size: "max" });
  const anyPieces = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60, size: "max" });
  const anyDialect = fc.record({
    delimiter: fc.constantFrom(...delimiters, null),
    quote: fc.constantFrom('"' as const, "'" as const, null),
    separatorLine: fc.boolean(),
  });

  it("does not depend on where the text is split", () => {
    const small = { rowCharacters: 12, columns: 4 };
    fc.assert(
      fc.property(anyText, anyDialect, anyPieces, (text, dialect, pieces) => {
        expect(rowsOf(text, dialect, small, pieces)).to.deep.equal(rowsOf(text, dialect, small));
      }),
      { numRuns: 5000 },
    );
  });

  it("numbers rows of any text without gaps", () => {
    fc.assert(
      fc.property(anyText, anyDialect, (text, dialect) => {
        const rows = rowsOf(text, { ...dialect, separatorLine: false }, { rowCharacters: 12, columns: 4 });
        expect(rows.map(({ row }) => row)).to.deep.equal(rows.map((_, at) => at + 1));
      }),
      { numRuns: 5000 },
    );
  });

  it("reads back any rows written with quotes", () => {
    const table = fc.array(
      fc.array(fc.string({ unit: character, maxLength: 12 }), { minLength: 1, maxLength: 6 }),
    );
    const end = fc.constantFrom("\n", "\r\n", "\r");
    fc.assert(
      fc.property(
        table,
        fc.constantFrom(...delimiters),
        end,
        anyPieces,
        (rows, delimiter, lineEnd, pieces) => {
          const text = rows
            .map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter) + lineEnd)
            .join("");
          const read = rowsOf(text, { ...comma, delimiter }, { rowCharacters: 10_000, columns: 50 }, pieces);
          expect(read.map(({ cells }) => cells)).to.deep.equal(rows);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it("reads well-formed text like fast-csv", async () => {
    const cell = fc.oneof(
      fc.stringMatching(/^(?:[ab0-9я][ab0-9 я]{0,4})?$/),
      fc.string({ unit: character, maxLength: 8 }).map((text) => `"${text.replaceAll('"', '""')}"`),
    );
    const row = fc.array(cell, { minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 6 }), async (rows) => {
        const text = `${rows.map((cells) => cells.join(",")).join("\n")}\n`;
        const theirs: string[][] = [];
        for await (const cells of parseString(text, { headers: false })) theirs.push(cells as string[]);
        expect(cellsOf(text)).to.deep.equal(theirs);
      }),
      { numRuns: 300 },
    );
  });
});
