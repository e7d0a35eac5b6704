import { readdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { interpretRow } from "../../../../src/imports/rows/row.ts";
import { UnfitChoiceError, UnreadableFileError } from "../../../../src/imports/reading/errors.ts";
import { inspectFile } from "../../../../src/imports/reading/inspectFile.ts";
import { readRows } from "../../../../src/imports/reading/readRows.ts";
import type { ReadOptions } from "../../../../src/imports/reading/readRows.ts";
import { rowReadingOf } from "../../../../src/imports/reading/rowReading.ts";
import { delimiters } from "../../../../src/imports/reading/types.ts";
import type { FileReading, ReadingChoices, TextEncoding } from "../../../../src/imports/reading/types.ts";
import { tidyText } from "../../../../src/values/tidyText.ts";
import { encodeText } from "../../../../src/imports/reading/encodeText.ts";
import { encode } from "../../../corpus/textFiles.ts";
import { sheetRow, workbook } from "../../../corpus/workbooks.ts";

describe("Reading a file", () => {
  let folder: string;
  let file: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "reading-"));
    file = join(folder, "upload");
  });
  after(() => rm(folder, { recursive: true }));

  async function inspect(content: Buffer | string, choices: ReadingChoices = {}, previewRows = 20) {
    await writeFile(file, content);
    return inspectFile(file, { defaultCountry: "RU", timeZone: "UTC", choices, previewRows });
  }

  async function rowsOf(reading: FileReading, options: ReadOptions = {}): Promise<number[]> {
    const rows: number[] = [];
    for await (const batch of readRows(file, reading, options))
      rows.push(...batch.rows.map(({ row }) => row));
    return rows;
  }

  async function codeOf(work: Promise<unknown>): Promise<string> {
    try {
      await work;
    } catch (error) {
      if (error instanceof UnreadableFileError) return error.code;
      if (error instanceof UnfitChoiceError) return `${error.code} ${error.choice}`;
      throw error;
    }
    return "nothing thrown";
  }

  const letters = Array.from(`абвгдежзийклмнопрстуфхцчшщъыьэюяАБВЯxyz019 .,;|"'-()№«»\t`);
  const label = fc
    .string({ unit: fc.constantFrom(...letters), maxLength: 30, size: "max" })
    .map((text) => text.trim())
    .filter((text) => !/(?:^|[,;|"])'[ ']*[=+\-@]/.test(text) && !text.includes("\t"));
  const mobile = fc.stringMatching(/^79[0-24-9]\d{8}$/);

  it("returns what was written, in any encoding, with any delimiter and line ends", async () => {
    const encoding = fc.constantFrom("utf-8", "utf-8 with mark", "windows-1251", "utf-16le", "utf-16be");
    const end = fc.constantFrom("\n", "\r\n", "\r");
    const table = fc.array(fc.tuple(mobile, label), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(
        table,
        encoding,
        fc.constantFrom(...delimiters),
        end,
        async (rows, name, delimiter, lineEnd) => {
          const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
          const lines = [["Телефон", "Имя"], ...rows].map(
            (cells) => cells.map(quoted).join(delimiter) + lineEnd,
          );
          const mark = name === "utf-8" || name === "windows-1251" ? "" : "\ufeff";
          const description = await inspect(encode(mark + lines.join(""), name));
          expect(description.source).to.include({
            delimiter,
            encoding: name.replace(" with mark", ""),
            format: "csv",
          });
          const reading = rowReadingOf(description);
          const read: unknown[] = [];
          for await (const batch of readRows(file, description)) {
            for (const raw of batch.rows) {
              const result = reading && interpretRow(raw, reading);
              read.push(result?.ok === true ? [result.row.realNumber, result.row.label ?? ""] : result);
            }
          }
          expect(read).to.deep.equal(rows.map(([number, text]) => [number, tidyText(text)]));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("joins characters that are split between chunks of the file", async () => {
    for (const encoding of ["utf-8", "utf-16le", "utf-16be", "windows-1251"]) {
      for (const shift of ["", "1", "12", "123"]) {
        const name = encoding === "windows-1251" ? "Ёжик" : "Ёжик😀€";
        const rows = Array.from({ length: 12_000 }, () => `79001112233,${name}\n`);
        const mark = encoding.startsWith("utf-16") ? "\ufeff" : "";
        const description = await inspect(encode(`${mark}phone,name${shift}\n${rows.join("")}`, encoding));
        expect(description.source).to.include({ encoding });
        const names = new Set<string | undefined>();
        for await (const batch of readRows(file, description))
          for (const { cells } of batch.rows) names.add(cells[1]);
        expect([...names]).to.deep.equal([name]);
      }
    }
  });

  it("previews the same first rows that are read later", async () => {
    const content = "phone,name\n79001112233,a\nбред,b\n\n79001112235,c\n79001112236,d\n";
    const description = await inspect(content, {}, 4);
    const reading = rowReadingOf(description);
    const read: unknown[] = [];
    for await (const { rows } of readRows(file, description)) {
      for (const raw of rows)
        read.push({ row: raw.row, cells: raw.cells, result: reading && interpretRow(raw, reading) });
    }
    expect(description.preview).to.deep.equal(read.slice(0, 4));
    expect(read).to.have.length(5);
  });

  it("is described by plain data, so that an import can continue in another process", async () => {
    const description = await inspect("phone,name\n79001112233,a\n");
    const copy = JSON.parse(JSON.stringify(description)) as FileReading;
    expect(copy).to.deep.equal(description);
    expect(await rowsOf(copy)).to.deep.equal([2]);
  });

  it("continues after the row where it was interrupted", async () => {
    const numbers = Array.from({ length: 25_000 }, (_, at) => 79_001_000_000 + at);
    const lines = numbers.map((one) => `${one},a\n`);
    const csv = await inspect(`phone,name\n${lines.join("")}`);
    const all = await rowsOf(csv);
    expect(all).to.have.length(25_000);
    expect(await rowsOf(csv, { afterRow: 20_000 })).to.deep.equal(all.slice(19_999));
    expect(await rowsOf(csv, { afterRow: 25_001 })).to.deep.equal([]);

    const sheet = numbers.slice(0, 3000).map((one, at) => sheetRow(at + 1, [one]));
    const xlsx = await inspect(workbook([{ name: "Лист1", data: sheet.join("") }]));
    expect(await rowsOf(xlsx, { afterRow: 2990 })).to.deep.equal(
      numbers.slice(2990, 3000).map((_, at) => 2991 + at),
    );
  });

  it("returns rows in batches of the requested size, with progress up to the end", async () => {
    const description = await inspect(`phone\n${"79001112233\n".repeat(20_000)}`);
    const progress: number[] = [];
    for await (const batch of readRows(file, description, { batchRows: 700 })) {
      expect(batch.rows.length).to.be.within(1, 700);
      progress.push(batch.progress);
    }
    expect(progress).to.deep.equal(progress.toSorted((one, other) => one - other));
    expect(progress.at(-1)).to.equal(1);
    expect(progress[0]).to.be.below(0.5);
  });

  it("closes the file when the caller leaves the loop, even within a workbook", async () => {
    const openFiles = async () => (await readdir("/proc/self/fd")).length;
    const sheet = Array.from({ length: 20_000 }, (_, at) => sheetRow(at + 1, [79_001_000_000 + at, "имя"]));
    for (const content of [
      "79001112233,a\n".repeat(20_000),
      workbook([{ name: "Лист1", data: sheet.join("") }]),
    ]) {
      const description = await inspect(content);
      const before = await openFiles();
      for (let round = 0; round < 5; round += 1) {
        for await (const { rows } of readRows(file, description)) if (rows.length > 0) break;
      }
      expect(await openFiles()).to.be.at.most(before);
    }
  });

  it("rejects a file with too many rows, after returning the allowed ones", async () => {
    const description = await inspect("phone\n79001112233\n79001112234\n79001112235\n");
    expect(await codeOf(rowsOf(description, { limits: { rows: 3 } }))).to.equal("FILE_TOO_MANY_ROWS");
    expect(await codeOf(rowsOf(description, { limits: { rows: 4 } }))).to.equal("nothing thrown");
  });

  it("rejects data of other kinds, and workbooks with a password wherever their contents are listed", async () => {
    for (const content of [
      '[{"phone":"79001112233"}]',
      '{"phone":"79001112233"}\n{"phone":"79001112234"}\n',
      "BEGIN:VCARD\nTEL:79001112233\nEND:VCARD\n",
      "<rows>\n<row><phone>79001112233</phone></row>\n</rows>",
      "MIME-Version: 1.0\nContent-Type: multipart/related\n",
      "INSERT INTO t (phone) VALUES ('79001112233');\n",
    ])
      expect(await codeOf(inspect(content)), content).to.equal("FILE_OTHER_SPREADSHEET");
    expect(await codeOf(inspect("<b>Телефон</b>\n79001112233\n"))).to.equal("nothing thrown");

    const container = Buffer.alloc(200_000);
    Buffer.from("d0cf11e0a1b11ae1", "hex").copy(container);
    container.writeUInt16LE(9, 30);
    container.writeUInt32LE(300, 48);
    expect(await codeOf(inspect(container))).to.equal("FILE_OLD_EXCEL");
    Buffer.from("EncryptedPackage", "utf16le").copy(container, 301 * 512 + 128);
    expect(await codeOf(inspect(container))).to.equal("FILE_PASSWORD");
    container.writeUInt32LE(0xff_ff_ff_fe, 48);
    expect(await codeOf(inspect(container))).to.equal("FILE_OLD_EXCEL");
  });

  it("reports a storage error if the file is missing", async () => {
    const options = { defaultCountry: "RU", timeZone: "UTC" };
    expect(await codeOf(inspectFile(join(folder, "nothing"), options))).to.equal("FILE_UNREADABLE");
    expect(await codeOf(inspectFile(folder, options))).to.equal("FILE_UNREADABLE");
  });

  describe("as the operator chooses", () => {
    const content = "Имя;Телефон;Другой\nИванов;79001112233;79005550001\n";

    it("reads the numbers from another column, and detects the rest", async () => {
      const { columns, preview, notices } = await inspect(content, { columns: { 2: "realNumber" } });
      expect(columns.map(({ field, because }) => [field, because])).to.deep.equal([
        ["label", "header"],
        ["ignored", null],
        ["realNumber", "choice"],
      ]);
      expect(preview[0]?.result).to.have.nested.property("row.realNumber", "79005550001");
      expect(notices).to.deep.equal([]);
    });

    it("ignores a column that it would have used", async () => {
      const { columns } = await inspect(content, { columns: { 0: "ignored" } });
      expect(columns[0]).to.include({ field: "ignored", because: "choice" });
    });

    it("reads a header as data, and a row as header", async () => {
      const without = await inspect(content, { headerRow: null });
      expect(without.preview.map(({ row }) => row)).to.deep.equal([1, 2]);
      const below = await inspect(`x\n${content}`, { headerRow: 2 });
      expect(below.preview.map(({ row }) => row)).to.deep.equal([3]);
    });

    it("reads with another delimiter, quote, and encoding", async () => {
      const { source } = await inspect(content, { delimiter: ",", quote: null, encoding: "windows-1252" });
      expect(source).to.include({ delimiter: ",", quote: null, encoding: "windows-1252" });
      const none = await inspect("79001112233,79001112234\n", { delimiter: null });
      expect(none.preview[0]?.result).to.include({ code: "SEVERAL_NUMBERS" });
      const single = await inspect("phone,name\n79001112233,'a,b'\n", { quote: "'" });
      expect(single.preview[0]?.cells).to.deep.equal(["79001112233", "a,b"]);
    });

    it("finds the encodings of old programs by their letters", async () => {
      const names = ["Орлова Анна Сергеевна", "СОКОЛОВ ПЁТР ИЛЬИЧ", "Müller, Jürgen", "Groß & Söhne"];
      const found = async (encoding: TextEncoding, labels: readonly string[]): Promise<unknown> => {
        const rows = labels.map((text, at) => `790011122${30 + at};${text}\n`);
        const { source, preview } = await inspect(encodeText(`phone;name\n${rows.join("")}`, encoding));
        return {
          source: source.format === "csv" && source.encoding,
          labels: preview.map(({ cells }) => cells[1]),
        };
      };
      for (const encoding of ["windows-1251", "koi8-r", "ibm866", "iso-8859-5", "x-mac-cyrillic"] as const)
        for (const labels of [names.slice(0, 2), names.slice(0, 1), names.slice(1, 2)])
          expect(await found(encoding, labels), `${encoding} ${labels.join()}`).to.deep.equal({
            source: encoding,
            labels,
          });
      const ukrainian = ["Їжакевич Євген Іванович", "Іваненко Олексій"];
      for (const encoding of ["windows-1251", "koi8-u", "iso-8859-5", "x-mac-cyrillic"] as const)
        expect(await found(encoding, ukrainian), encoding).to.deep.equal({
          source: encoding,
          labels: ukrainian,
        });
      // Dashes and blanks in numbers say nothing of the encoding of the names.
      const dashes = Buffer.from("phone;name\n8 900\x96111\x9622\x9633;\xc0\xed\xed\xe0\n", "latin1");
      expect((await inspect(dashes)).source).to.include({ encoding: "windows-1251" });
      const irish = Buffer.from(
        "phone;name\n+353861234567;Mary O\xb4Brien\n+353861234568;Sean O\xb4Neill\n",
        "latin1",
      );
      expect((await inspect(irish)).source).to.include({ encoding: "windows-1252" });
      const german = names.slice(2);
      expect(await found("windows-1252", german)).to.deep.equal({ source: "windows-1252", labels: german });
    });

    it("refuses a text with signs within its words, unless an encoding is chosen", async () => {
      const polish = Buffer.from(
        "phone;name\n+48600700800;\xa3ukasz B\xb1k\n+48600700801;Ksi\xb1\xbfka Ko\xb6ci\xf3\xb3, Cz\xeastochowa\n",
        "latin1",
      );
      const dos = Buffer.from(
        "phone;name\n+4915112345678;J\x94rg M\x81ller\n+4915112345679;Gro\xe1, B\x94hm\n",
        "latin1",
      );
      for (const content of [polish, dos]) {
        expect(await codeOf(inspect(content))).to.equal("FILE_ENCODING");
        expect((await inspect(content, { encoding: "windows-1252" })).preview).not.to.deep.equal([]);
      }
    });

    it("reads UTF-16 without a mark in any language, and other encodings behind that of UTF-8", async () => {
      for (const encoding of ["utf-16le", "utf-16be"]) {
        const { source, preview } = await inspect(
          encode("phone,name\n+8613812345678,王小明\n+8613812345679,李小龙\n", encoding),
        );
        expect(source).to.include({ encoding });
        expect(preview[0]?.cells).to.deep.equal(["+8613812345678", "王小明"]);
      }
      const marked = Buffer.concat([
        Buffer.from("efbbbf", "hex"),
        encode("Телефон;Имя\n79001112233;Иванов Пётр\n", "windows-1251"),
      ]);
      const { source, preview, columns } = await inspect(marked);
      expect(source).to.include({ encoding: "windows-1251", byteOrderMark: false });
      expect(columns.map(({ field }) => field)).to.deep.equal(["realNumber", "label"]);
      expect(preview[0]?.cells).to.deep.equal(["79001112233", "Иванов Пётр"]);
    });

    it("reads an old encoding that was chosen, of which it has too few letters", async () => {
      const { preview } = await inspect(Buffer.from("phone,name\n79001112233,\x88\xa2\xa0\xad\n", "latin1"), {
        encoding: "ibm866",
      });
      expect(preview[0]?.cells[1]).to.equal("Иван");
    });

    it("reads another sheet, even a hidden one", async () => {
      const data = sheetRow(1, [79_001_112_233]);
      const book = workbook([
        { name: "A", data },
        { name: "B", state: "hidden", data: data + sheetRow(2, [79_001_112_234]) },
      ]);
      expect((await inspect(book)).preview).to.have.length(1);
      const other = await inspect(book, { sheet: "B" });
      expect(other.preview).to.have.length(2);
      expect(other.source).to.have.property("sheet", "B");
    });

    it("rejects choices that do not fit, and names them", async () => {
      expect(await codeOf(inspect(content, { columns: { 0: "label", 1: "label" } }))).to.equal(
        "UNFIT_CHOICE columns",
      );
      expect(await codeOf(inspect(workbook([{ name: "A", data: "" }]), { sheet: "B" }))).to.equal(
        "UNFIT_CHOICE sheet",
      );
    });

    it("reports choices of missing rows and columns, ignores them, and keeps them", async () => {
      const found = await inspect(content);
      for (const [choices, notice] of [
        [{ columns: { 7: "label" } }, { code: "COLUMN_MISSING", columns: [7] }],
        [{ headerRow: 99 }, { code: "HEADER_ROW_MISSING", rows: [99] }],
      ] as const) {
        const { notices, choices: kept, ...reading } = await inspect(content, choices);
        expect(notices).to.deep.equal([notice, ...found.notices]);
        expect({ ...reading, notices: found.notices, choices: {} }).to.deep.equal(found);
        expect(kept).to.deep.equal(choices);
      }
      expect((await inspect(content, { columns: { 7: "ignored" } })).notices).to.deep.equal(found.notices);
    });

    it("reads numbers without country code as numbers of the chosen country", async () => {
      const numbers = "phone\n8 701 123 45 67\n";
      const stored = async (choices: ReadingChoices): Promise<unknown> =>
        (await inspect(numbers, choices)).preview[0]?.result;
      expect(await stored({ country: "KZ" })).to.have.nested.property("row.realNumber", "77011234567");
      expect(await stored({ country: "GB" })).to.include({ ok: false });
    });
  });
});
