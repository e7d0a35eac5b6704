import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { encode } from "../../corpus/textFiles.ts";
import { sheetRow, workbook } from "../../corpus/workbooks.ts";
import { startApi } from "../../support/api.ts";
import type { TestApi } from "../../support/api.ts";
import { onSqliteInThreads } from "../../support/databases.ts";
import { requestsTo } from "../../support/imports.ts";
import type { ImportRequests } from "../../support/imports.ts";
import { numbersOn, range } from "../../support/numbers.ts";
import { until } from "../../support/until.ts";

const added =
  "import_row,import_real_number,import_proxy_number,import_status,import_message,import_remedy,import_differences,import_code";
const header = (delimiter: string): string => added.replaceAll(",", delimiter);

describe("The result of an import as a file", function () {
  this.timeout(120_000);
  onSqliteInThreads((open) => {
    let api: TestApi;
    let requests: ImportRequests;

    beforeEach(async () => {
      const { store } = await open();
      api = await startApi(store, { uploadMaxBytes: 100_000_000 });
      requests = requestsTo(api);
      await numbersOn(store, Date.now()).pools.create({
        name: "main",
        ranges: [range("79580000000", "79580099999")],
      });
    });
    afterEach(() => api.close());

    /** Uploads a file; the result and the errors as texts. */
    async function imported(content: string | Buffer, name = "clients.csv", encoding = "utf-8") {
      const { body } = await requests.upload(content, { query: "?wait=30", name });
      const text = async (query: string): Promise<{ name: string; text: string }> => {
        const file = await requests.resultFile(body.id, query);
        return { name: file.name, text: new TextDecoder(encoding, { ignoreBOM: true }).decode(file.bytes) };
      };
      return { body, result: await text("?lang=en"), errors: await text("?lang=en&only=problems") };
    }

    it("is the uploaded file with columns appended, in its encoding and with its delimiter", async () => {
      const file = 'Отчёт;;\r\nТелефон;Имя;Заметка\r\n8 (900) 111-22-33;Анна;"a;b"\r\n\r\n112;Ёж\r\n';
      const { result, errors, body } = await imported(
        encode(file, "windows-1251"),
        "Клиенты.csv",
        "windows-1251",
      );
      expect(body.counts).to.include({ created: 1, rejected: 1 });
      const lines = result.text.split("\r\n");
      expect(lines.slice(0, 2)).to.deep.equal(["Отчёт;;", `Телефон;Имя;Заметка;${header(";")}`]);
      expect(lines[2]).to.match(
        /^8 \(900\) 111-22-33;Анна;"a;b";3;\+79001112233;\+7958\d{7};created;[^;]+;;;CREATED$/,
      );
      expect(lines[3]).to.equal("");
      expect(lines[4]).to.match(/^112;Ёж;;5;;;rejected;[^;]+;[^;]+;;\w+$/);
      expect(lines).to.have.length(6);
      expect(errors.text.split("\r\n").slice(0, 2)).to.deep.equal([lines[1], lines[4]]);
      const { headers } = await fetch(`${api.http.url}/imports/${body.id}/result?only=problems`);
      expect(headers.get("content-type")).to.equal("text/csv; charset=windows-1251");
      expect(headers.get("content-disposition")).to.contain(encodeURIComponent("Клиенты-errors.csv"));
    });

    it("is shown by rows on the page, the rejected ones with all their cells", async () => {
      const file = "Отчёт\n\nТелефон;Имя;Заметка\n8 900 111-22-55;Анна;\n112;Ёж;a;b\n\n113\n";
      const { body } = await imported(file);
      const { items } = await requests.rows(body.id, { limit: 100 });
      expect(items.map(({ row, cells }) => ({ row, cells }))).to.deep.equal([
        { row: 1, cells: null },
        { row: 2, cells: null },
        { row: 3, cells: null },
        { row: 4, cells: null },
        { row: 5, cells: ["112", "Ёж", "a", "b"] },
        { row: 6, cells: null },
        { row: 7, cells: ["113"] },
      ]);
    });

    it("keeps byte order marks, line ends, quotes, and sep= lines", async () => {
      const table = (rows: readonly string[], end: string): string => rows.map((row) => row + end).join("");
      const cases: readonly (readonly [file: string, lines: readonly RegExp[]])[] = [
        [
          table(["\ufeffphone\tname", "79001112201\tAnna"], "\n"),
          [/^\ufeffphone\tname\timport_row\t/, /^79001112201\tAnna\t2\t\+79001112201\t/],
        ],
        [
          table(['"phone","name"', '"79001112202","say ""so"""'], "\n"),
          [/^"phone","name","import_row",/, /^"79001112202","say ""so""","2","\+79001112202",/],
        ],
        [
          table(["'phone','name'", "'79001112203','O''Neil'"], "\r"),
          [/^'phone','name','import_row',/, /^'79001112203','O''Neil','2',/],
        ],
        [
          table(["sep=;", "phone;name", "79001112204;Anna"], "\r\n"),
          [/^sep=;$/, /^phone;name;import_row;/, /^79001112204;Anna;2;/],
        ],
        // Lines quoted as a whole.
        [
          table(['"phone,name"', '"79001112205,""Smith, John"""'], "\n"),
          [/^"phone,name,import_row,/, /^"79001112205,""Smith, John"",2,\+79001112205,.*"$/],
        ],
      ];
      for (const [file, expected] of cases) {
        const { result } = await imported(file);
        const end = /\r\n|\n|\r/.exec(file)?.[0] ?? "";
        const lines = result.text.split(end);
        expect(lines.pop()).to.equal("");
        expect(lines).to.have.length(expected.length);
        for (const [at, pattern] of expected.entries()) expect(lines[at]).to.match(pattern);
      }
    });

    it("names the columns of a file without a header, so that it is read again in the same way", async () => {
      const list = "8 900 111-22-11\n8 900 111-22-12, 8 900 111-22-13\n8 900 111-22-1\n";
      const { result, errors, body } = await imported(list, "list.txt");
      expect([result.name, errors.name]).to.deep.equal(["list-result.txt", "list-errors.txt"]);
      expect(body.counts).to.include({ created: 1, rejected: 2 });
      const [first = "", second = "", third = ""] = result.text.split("\n");
      expect(first).to.equal(`real_number;${header(";")}`);
      expect(second).to.match(/^8 900 111-22-11;1;\+79001112211;/);
      expect(third).to.match(/^"8 900 111-22-12, 8 900 111-22-13";2;;;rejected;/);
      const corrected = errors.text
        .replace(/"(8 900 111-22-12), (8 900 111-22-13)"/, "$1\n$2")
        .replace("8 900 111-22-1;", "8 900 111-22-14;");
      const again = await imported(corrected, errors.name);
      expect(again.body.counts).to.include({ created: 3, rejected: 0 });
      expect(again.result.text.split("\n")[0]).to.equal(first);
    });

    it("is a workbook for a workbook", async () => {
      const book = workbook([
        {
          name: "Drivers &quot;A&quot; &amp; B",
          data:
            sheetRow(1, ["phone", "name", "valid until"]) +
            sheetRow(2, [79_001_112_221, "Anna", "2099-01-01"]) +
            sheetRow(4, ["112", "Boris"]),
        },
      ]);
      const { body } = await requests.upload(book, { query: "?wait=30", name: "drivers.xlsx" });
      const errors = await requests.resultFile(body.id, "?only=problems");
      expect(errors.name).to.equal("drivers-errors.xlsx");
      const again = await requests.upload(errors.bytes, { query: "?dryRun=true&wait=30", name: errors.name });
      expect(again.body.reading.source).to.deep.include({ format: "xlsx", sheet: 'Drivers "A" & B' });
      expect(again.body.counts).to.include({ rows: 2, rejected: 1, header: 1 });
      const result = await requests.resultFile(body.id);
      const read = await requests.upload(result.bytes, { query: "?wait=30", name: result.name });
      expect(read.body.counts).to.include({ existing: 1, rejected: 1, blank: 0, header: 1 });
      expect(read.body.firstRows.map(({ cells }) => cells.slice(0, 5))).to.deep.equal([
        ["79001112221", "Anna", "2099-01-01", "2", "+79001112221"],
        ["112", "Boris", "", "4", ""],
      ]);
    });

    it("can be uploaded again, whatever the file: the same rows are refused, and nothing is created", async () => {
      const folder = new URL("../../corpus/files/", import.meta.url);
      const files = readdirSync(folder).filter((name) => /\.(csv|txt|xlsx)$/.test(name));
      let tried = 0;
      for (const name of files) {
        const bytes = readFileSync(new URL(name, folder));
        const { status, body } = await requests.upload(bytes, { query: "?wait=30", name });
        if (status !== 200 || body.state !== "done") continue;
        tried += 1;
        const { refusals, rejected = 0, created = 0, existing = 0 } = body.counts;
        const errors = await requests.resultFile(body.id, "?only=problems");
        const corrected = await requests.upload(errors.bytes, { query: "?wait=30", name: errors.name });
        // A file with nothing but a header has no rows to import.
        if (rejected > 0) {
          expect(corrected.body.counts, name).to.include({ rejected, created: 0, existing: 0 });
          // Too long a row is not kept, and a quote that nothing closes may be closed by the next row.
          if (
            !Object.keys(refusals).some((code) =>
              ["TOO_MANY_COLUMNS", "ROW_TOO_LONG", "UNCLOSED_QUOTE"].includes(code),
            )
          )
            expect(corrected.body.counts.refusals, name).to.deep.equal(refusals);
        }
        const result = await requests.resultFile(body.id);
        const again = await requests.upload(result.bytes, { query: "?wait=30", name: result.name });
        if (created + existing > 0)
          expect(again.body.counts, name).to.include({ rejected, created: 0, existing: created + existing });
      }
      expect(tried).to.be.greaterThan(30);
    });

    it("of a large file comes in pieces, without holding more of it", async () => {
      const rows = 200_000;
      const lines = Array.from(
        { length: rows },
        (_, at) => `+7 900 111-22-3,"Row ${at} of a file with a comment, quoted"\r\n`,
      );
      const { body } = await requests.upload(`phone,name\r\n${lines.join("")}`, { query: "?wait=60" });
      expect(body.counts).to.include({ rejected: rows });
      const response = await fetch(`${api.http.url}/imports/${body.id}/result?only=problems&lang=en`);
      let ends = 0;
      let largest = 0;
      for await (const piece of response.body ?? []) {
        largest = Math.max(largest, piece.length);
        for (const byte of piece) if (byte === 10) ends += 1;
      }
      expect(ends).to.equal(rows + 1);
      expect(largest).to.be.below(2 ** 20);
    });

    it("replaces the columns of an earlier result", async () => {
      const { errors } = await imported("phone;name\n112;Anna\n");
      const again = await imported(errors.text);
      const count = (text: string): number => text.split("import_row").length - 1;
      expect(count(again.result.text)).to.equal(1);
      expect(again.errors.text).to.equal(errors.text);
    });

    it("shows the rows so far of a cancelled import, and our own format after an undo", async () => {
      const { body } = await imported("phone\n79001112251\n");
      await requests.act(body.id, "undo");
      await until(async () => (await requests.get(body.id)).body.state === "undone");
      const gone = await requests.resultFile(body.id);
      expect(gone.bytes.toString()).to.contain("row,input,real_number");
    });
  });
});
