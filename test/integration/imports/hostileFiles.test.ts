import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { readWithLittleMemory } from "../../corpus/boundedReader.ts";
import { readWhole } from "../../corpus/readWhole.ts";
import { sheetRow, workbook, workbookParts } from "../../corpus/workbooks.ts";
import { zip } from "../../corpus/zip.ts";

const corpus = join(import.meta.dirname, "../../corpus/files");
const megabyte = 2 ** 20;

describe("Reading a hostile file", function () {
  this.timeout(60_000);
  let folder: string;
  let file: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "reading-"));
    file = join(folder, "upload");
  });
  after(() => rm(folder, { recursive: true }));

  async function readBounded(content: Buffer | string, limits = {}) {
    await writeFile(file, content);
    return readWithLittleMemory(file, limits);
  }

  it("rejects arbitrary bytes with a reason, and never crashes", async () => {
    const start = fc.constantFrom("", "PK\x03\x04", "\ufeff", "79001112233;", '"');
    await fc.assert(
      fc.asyncProperty(start, fc.uint8Array({ maxLength: 3000, size: "max" }), async (prefix, bytes) => {
        await writeFile(file, Buffer.concat([Buffer.from(prefix, "latin1"), bytes]));
        const result = await readWhole(file);
        // Text has a row per line; anything else has an error code.
        if ("refused" in result) expect(result.refused).to.match(/^FILE_[A-Z_]+$/);
        else expect(result.count).to.be.at.most(bytes.length + 1);
      }),
      { numRuns: 150 },
    );
  });

  it("survives every file of the corpus truncated, changed, or padded at any place", async () => {
    const names = (await readdir(corpus)).filter((name) => name !== "windows-1251-late.csv");
    const files = await Promise.all(names.map((name) => readFile(join(corpus, name))));
    const change = fc.record({
      which: fc.nat(files.length - 1),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      kind: fc.constantFrom("cut", "alter", "stuff"),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ which, at, kind, bytes }) => {
        const original = files[which] ?? Buffer.alloc(0);
        const place = Math.floor(at * original.length);
        const rest =
          kind === "cut" ? [] : [bytes, original.subarray(kind === "stuff" ? place : place + bytes.length)];
        await writeFile(file, Buffer.concat([original.subarray(0, place), ...rest]));
        const result = await readWhole(file);
        if ("refused" in result) expect(result.refused).to.match(/^FILE_[A-Z_]+$/);
        else expect(result.count).to.be.at.least(0);
      }),
      { numRuns: 500 },
    );
  });

  it("skips one CSV row with a cell of 10 MB, quoted or not", async () => {
    const huge = "x".repeat(10 * megabyte);
    const rows = { OK: 2, ROW_TOO_LONG: 1 };
    const table = (cell: string) => `phone,name\n79001112233,a\n79001112234,${cell}\n79001112235,b\n`;
    expect(await readBounded(table(huge))).to.deep.equal({ refused: null, rows });
    expect(await readBounded(table(`"${huge}"`))).to.deep.equal({ refused: null, rows });
    expect(await readBounded(table(`"${'""'.repeat(5 * megabyte)}"`))).to.deep.equal({ refused: null, rows });
  });

  it("refuses an expiry of 90 kB or 300 kB, and reads lines that end with CR only", async () => {
    for (const piece of [" ", "1.", "12:00 "]) {
      const expiry = (bytes: number): string => `31${piece.repeat(bytes / piece.length)}x`;
      const table = `phone,expires_at\n79001112233,2099-01-01\n79001112234,${expiry(90_000)}\n79001112235,${expiry(300_000)}\n`;
      expect((await readBounded(table)).rows).to.deep.equal({ OK: 1, EXPIRY_UNREADABLE: 1, ROW_TOO_LONG: 1 });
    }
    const rows = Array.from({ length: 200_000 }, (_, at) => `7900${1_000_000 + at},Name ${at}\r`);
    expect((await readBounded(`phone,name\r${rows.join("")}`)).rows).to.deep.equal({ OK: 200_000 });
  });

  it("skips one CSV row with a million columns", async () => {
    const row = `79001112234${",x".repeat(1_000_000)}`;
    expect(await readBounded(`phone,name\n79001112233,a\n${row}\n79001112235,b\n`)).to.deep.equal({
      refused: null,
      rows: { OK: 2, ROW_TOO_LONG: 1 },
    });
    const narrow = `79001112234${",x".repeat(2000)}`;
    expect(await readBounded(`phone,name\n79001112233,a\n${narrow}\n79001112235,b\n`)).to.deep.equal({
      refused: null,
      rows: { OK: 2, TOO_MANY_COLUMNS: 1 },
    });
  });

  it("reads a file that is one endless line, or only line ends or quotes", async () => {
    const size = 2 * megabyte;
    expect((await readBounded("7".repeat(size))).rows).to.deep.equal({ "?": 1 });
    expect((await readBounded("\n".repeat(size))).rows).to.deep.equal({ "?": size });
    expect((await readBounded('"\n'.repeat(size / 2))).refused).to.equal(null);
    expect((await readBounded(",".repeat(size))).rows).to.deep.equal({ "?": 1 });
  });

  it("keeps none of 300,000 rows in memory", async () => {
    await writeFile(file, "phone,name\n");
    for (let block = 0; block < 30; block += 1) {
      const rows = Array.from(
        { length: 10_000 },
        (_, at) => `7900${1_000_000 + block * 10_000 + at},Имя ${at}\n`,
      );
      await appendFile(file, rows.join(""));
    }
    expect(await readWithLittleMemory(file)).to.deep.equal({ refused: null, rows: { OK: 300_000 } });
  });

  it("rejects a workbook with a compression ratio of a thousand before unpacking it", async () => {
    const bomb = workbook([{ name: "Лист1", data: " ".repeat(16 * megabyte) }]);
    expect(bomb.length).to.be.below(megabyte / 32);
    expect((await readBounded(bomb)).refused).to.equal("FILE_UNPACKS_TOO_LARGE");
    const strings = workbook([{ name: "Лист1", data: sheetRow(1, [79001112233]) }], {
      sharedStrings: "<si><t>x</t></si>".repeat(megabyte),
    });
    expect((await readBounded(strings)).refused).to.equal("FILE_UNPACKS_TOO_LARGE");
    const relations = workbookParts([{ name: "Лист1", data: "" }]).map((part) =>
      part.name === "xl/_rels/workbook.xml.rels" ? { ...part, content: " ".repeat(20 * megabyte) } : part,
    );
    expect((await readBounded(zip(relations))).refused).to.equal("FILE_UNPACKS_TOO_LARGE");
  });

  it("uses little memory even if a zip bomb is accepted", async () => {
    const limits = { ratio: 1e9 };
    const blanks = workbook([{ name: "Лист1", data: " ".repeat(16 * megabyte) }]);
    expect((await readBounded(blanks, limits)).refused).to.equal("FILE_UNPACKS_TOO_LARGE");
    const tags = workbook([{ name: "Лист1", data: "<x>".repeat(megabyte) }]);
    expect((await readBounded(tags, limits)).refused).to.equal("FILE_DAMAGED");
    const rows = workbook([
      { name: "Лист1", data: `${sheetRow(1, [79001112233])}${"<row/>".repeat(megabyte / 2)}` },
    ]);
    expect((await readBounded(rows, limits)).rows).to.deep.equal({ OK: 1, BLANK_ROW: megabyte / 2 });
    const attributes = Array.from({ length: 200_000 }, (_, at) => `a${at}="1"`).join(" ");
    const tag = workbook([{ name: "Лист1", data: `<row r="1" ${attributes}></row>` }]);
    expect((await readBounded(tag, limits)).refused).to.equal("FILE_UNPACKS_TOO_LARGE");
    const short = workbook([{ name: "Лист1", data: sheetRow(1, [79001112233]) }], {
      sharedStrings: "<si><t>short</t></si>".repeat(megabyte / 2),
    });
    expect((await readBounded(short, limits)).rows).to.deep.equal({ OK: 1 });
  });

  it("rejects a workbook whose texts would use too much memory, because they are long or many", async () => {
    const data = sheetRow(1, [79001112233]);
    const limits = { sharedStringMemoryBytes: 4 * megabyte, ratio: 1e9 };
    const long = `<si><t>${"x".repeat(90_000)}</t></si>`.repeat(60);
    const many = "<si/>".repeat(600_000);
    for (const sharedStrings of [long, many]) {
      const result = await readBounded(workbook([{ name: "Лист1", data }], { sharedStrings }), limits);
      expect(result.refused).to.equal("FILE_UNPACKS_TOO_LARGE");
    }
  });

  it("skips one row of a workbook with a cell of 900,000 characters or half a million columns", async () => {
    const many = Array.from({ length: 500_000 }, () => "<c><v>1</v></c>").join("");
    const shared = `<si><t>${"y".repeat(900_000)}</t></si>`;
    const data =
      sheetRow(1, [79001112233]) +
      sheetRow(2, [79001112234, "x".repeat(900_000)]) +
      '<row r="3"><c r="A3"><v>79001112235</v></c><c r="B3" t="s"><v>0</v></c></row>' +
      `<row r="4">${many}</row>` +
      sheetRow(5, [79001112236]);
    expect(
      await readBounded(workbook([{ name: "Лист1", data }], { sharedStrings: shared }), { ratio: 1e9 }),
    ).to.deep.equal({
      refused: null,
      rows: { OK: 2, ROW_TOO_LONG: 3 },
    });
  });

  it("rejects a workbook with a cell of 10 MB, which no program can write", async () => {
    const data = sheetRow(1, [79001112233]) + sheetRow(2, ["x".repeat(10 * megabyte)]);
    const result = await readBounded(workbook([{ name: "Лист1", data }]), { ratio: 1e9 });
    expect(result.refused).to.equal("FILE_UNPACKS_TOO_LARGE");
  });

  it("rejects a workbook with 200,000 sheets, or twenty references to one large part", async () => {
    const sheet = { name: "One", data: `${sheetRow(1, [79001112233])}${"<row/>".repeat(megabyte)}` };
    const withSheets = (count: number, ofOnePart: boolean): Buffer =>
      zip(
        workbookParts([sheet]).map((part) => {
          const many = (text: (at: number) => string): string =>
            Array.from({ length: count }, (_, at) => text(at)).join("");
          if (part.name === "xl/workbook.xml") {
            const sheets = many(
              (at) => `<sheet name="S${at}" sheetId="${at}" r:id="rId${ofOnePart ? 1 : at + 1}"/>`,
            );
            return {
              ...part,
              content: String(part.content).replace(/<sheets>.*<\/sheets>/, `<sheets>${sheets}</sheets>`),
            };
          }
          if (part.name === "xl/_rels/workbook.xml.rels" && !ofOnePart) {
            const [one = ""] = /<Relationship Id="rId1".*?\/>/.exec(String(part.content)) ?? [];
            const all = many((at) =>
              one.replace("rId1", `rId${at + 1}`).replace("sheet1.xml", `sheet${at + 1}.xml`),
            );
            return { ...part, content: String(part.content).replace(one, all) };
          }
          return part;
        }),
      );
    const limits = { ratio: 1e9 };
    expect((await readBounded(withSheets(20, true), limits)).refused).to.equal("FILE_DAMAGED");
    expect((await readBounded(withSheets(200_000, true), limits)).refused).to.equal("FILE_DAMAGED");
    expect((await readBounded(withSheets(2_000, false), limits)).refused).to.equal("FILE_UNPACKS_TOO_LARGE");
    expect((await readBounded(withSheets(200_000, false), limits)).refused).to.equal(
      "FILE_UNPACKS_TOO_LARGE",
    );
  });

  it("rejects an archive with too many files", async () => {
    const parts = Array.from({ length: 6000 }, (_, at) => ({ name: `f${at}`, content: "" }));
    expect((await readBounded(zip(parts))).refused).to.equal("FILE_UNPACKS_TOO_LARGE");
  });
});
