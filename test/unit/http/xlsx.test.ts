import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { expect } from "chai";
import * as fc from "fast-check";
import { fromBufferPromise } from "yauzl";
import { readCellText } from "../../../src/imports/rows/textCell.ts";
import { csvCell, csvOf } from "../../../src/http/formats/csv.ts";
import { xlsxOf } from "../../../src/http/formats/xlsx.ts";
import { tidyText } from "../../../src/values/tidyText.ts";

type Row = readonly (string | null)[];

async function* chunksOf(...chunks: readonly (readonly Row[])[]): AsyncGenerator<readonly Row[]> {
  yield* chunks;
}

/** The parts of a workbook, unpacked by a third-party library, which checks sizes and checksums. */
async function partsOf(file: Buffer): Promise<ReadonlyMap<string, string>> {
  const zip = await fromBufferPromise(file);
  const parts = new Map<string, string>();
  for await (const entry of zip.eachEntry()) {
    const stream = await zip.openReadStreamPromise(entry);
    parts.set(entry.fileName, (await buffer(stream)).toString());
  }
  return parts;
}

const workbookOf = (...chunks: readonly (readonly Row[])[]): Promise<Buffer> =>
  buffer(Readable.from(xlsxOf(["number", "label"], chunksOf(...chunks))));

describe("A table as a workbook", () => {
  it("leaves no listeners behind while it grows", async () => {
    const warnings: string[] = [];
    const warned = ({ name }: Error): void => void warnings.push(name);
    process.on("warning", warned);
    const rows = Array.from({ length: 1000 }, (_, row): Row => [randomUUID(), `${randomUUID()} ${row}`]);
    const file = await workbookOf(...Array.from({ length: 30 }, () => rows));
    await setImmediate();
    process.off("warning", warned);
    expect(file.length).to.be.above(100_000);
    expect(warnings).to.deep.equal([]);
  });

  it("is a ZIP archive with the parts of a workbook", async () => {
    const parts = await partsOf(await workbookOf([["79001112233", "Анна"]]));
    expect([...parts.keys()]).to.have.members([
      "xl/worksheets/sheet1.xml",
      "xl/workbook.xml",
      "xl/_rels/workbook.xml.rels",
      "_rels/.rels",
      "[Content_Types].xml",
    ]);
    expect(parts.get("xl/worksheets/sheet1.xml")).to.contain(
      '<c t="inlineStr"><is><t xml:space="preserve">79001112233</t></is></c><c t="inlineStr"><is><t xml:space="preserve">Анна</t></is></c>',
    );
  });

  it("keeps every character that XML allows, and has a row for each row", async () => {
    const parts = await partsOf(
      await workbookOf(
        [
          [null, '<b>&"\u0001'],
          ["=1+1", " 🙂 "],
        ],
        [],
        [["1", null]],
      ),
    );
    const sheet = parts.get("xl/worksheets/sheet1.xml") ?? "";
    expect(sheet).to.contain('&lt;b&gt;&amp;"\uFFFD').and.to.contain(" 🙂 ").and.to.contain(">=1+1<");
    expect(sheet.match(/<row>/g)).to.have.length(4);
  });

  it("reports an error of its source instead of ending as if complete", async () => {
    async function* failing(): AsyncGenerator<readonly Row[]> {
      yield [["1", "2"]];
      throw new Error("the database is away");
    }
    const reading = buffer(Readable.from(xlsxOf(["a"], failing())));
    expect(await reading.catch((error: unknown) => error)).to.have.property(
      "message",
      "the database is away",
    );
  });
});

describe("A table as CSV", () => {
  it("has a byte order mark, a header, and a line for each row", async () => {
    const text = (
      await buffer(Readable.from(csvOf(["a", "b"], chunksOf([["1", null]], [["x", "y"]]), ";")))
    ).toString();
    expect(text).to.equal("\uFEFFa;b\r\n1;\r\nx;y\r\n");
  });

  it("never starts a cell with something that a spreadsheet would execute, wherever it is split", () => {
    const unit = fc.constantFrom(...Array.from("a1 ',;\t\"=+-@\r\n\uff1d\uff0b\uff0d\uff20"));
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 20 }), (text) => {
        const cell = csvCell(text);
        if (/^\+[\d ]+$/.test(text)) return;
        for (const part of cell.split(/[,;\t\r\n]/))
          expect(part.replaceAll('"', "").trimStart()).not.to.match(/^[=+\-@\uff1d\uff0b\uff0d\uff20]/);
        if (/[,;\t"\r\n]/.test(text)) expect(cell).to.match(/^".*"$/s);
      }),
      { numRuns: 2000 },
    );
  });

  it("is read back unchanged by the import", () => {
    const unit = fc.constantFrom(...Array.from("a1 ',;=+-@\uff1d\uff0b"));
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 20 }), (written) => {
        const text = tidyText(written);
        const cell = csvCell(text);
        const read = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
        const label = readCellText(read, 200);
        expect(label.ok && (label.text ?? "")).to.equal(text);
      }),
      { numRuns: 2000 },
    );
  });

  it("has numbers with a plus sign and no apostrophe", () => {
    expect(csvCell("+79161234567")).to.equal("+79161234567");
    expect(csvCell("fixed:+79161234567")).to.equal("fixed:+79161234567");
  });
});
