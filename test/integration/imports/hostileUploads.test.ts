import { expect } from "chai";
import fc from "fast-check";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sheetRow, workbook } from "../../corpus/workbooks.ts";
import { ApplicationProcess } from "../../support/applicationProcess.ts";
import { forEachDatabase } from "../../support/databases.ts";
import {
  importSettings,
  inDatabase,
  residentBytes,
  uploadsOf,
  urlOf,
} from "../../support/importProcesses.ts";
import { importsOf } from "../../support/imports.ts";
import type { ImportRequests } from "../../support/imports.ts";
import { until } from "../../support/until.ts";

const megabyte = 2 ** 20;
const mostBytesAboveIdle = 300 * 1_000_000;
const corpusFile = (name: string): Promise<Buffer> =>
  readFile(join(import.meta.dirname, "../../corpus/files", name));

/** The response: a problem for the whole file, or a reason for each row. */
type Answer =
  | { readonly status: number; readonly code: string }
  | { readonly refusals: Readonly<Record<string, number>> };

interface Hostile {
  readonly name: string;
  readonly content: () => Buffer | string | Promise<Buffer>;
  readonly answer: Answer;
}

const unpacksTooLarge = { status: 413, code: "FILE_UNPACKS_TOO_LARGE" };
const damaged = { status: 415, code: "FILE_DAMAGED" };
const binary = { status: 415, code: "FILE_BINARY" };

const hostile: readonly Hostile[] = [
  {
    name: "a sheet that unpacks to 128 MB of blanks",
    content: () => workbook([{ name: "1", data: " ".repeat(128 * megabyte) }]),
    answer: unpacksTooLarge,
  },
  {
    name: "texts of a workbook that unpack to 100 MB",
    content: () =>
      workbook([{ name: "1", data: sheetRow(1, [112]) }], {
        sharedStrings: "<si><t>xxxxxxxx</t></si>".repeat(4 * megabyte),
      }),
    answer: unpacksTooLarge,
  },
  {
    name: "a bomb that declares its size",
    content: () => corpusFile("declared-bomb.xlsx"),
    answer: unpacksTooLarge,
  },
  { name: "a bomb that lies about its size", content: () => corpusFile("lying-size.xlsx"), answer: damaged },
  { name: "a bomb of entities", content: () => corpusFile("entity-bomb.xlsx"), answer: damaged },
  {
    name: "a workbook with a cell of 10 MB",
    content: () =>
      workbook([
        {
          name: "1",
          data: `<row r="1"><c r="A1" t="inlineStr"><is><t>${"Ж 7".repeat(3 * megabyte)}</t></is></c></row>`,
        },
      ]),
    answer: unpacksTooLarge,
  },
  {
    name: "cells of 10 MB, with quotes and without",
    content: () => `phone,name\n${"7".repeat(10 * megabyte)},a\n112,"${"x".repeat(10 * megabyte)}"\n`,
    answer: { refusals: { ROW_TOO_LONG: 2 } },
  },
  {
    name: "a million columns below a header",
    content: () => `phone,name\n112${",x".repeat(1_000_000)}\n`,
    answer: { refusals: { ROW_TOO_LONG: 1 } },
  },
  {
    name: "a header of a million columns",
    content: () => `phone${",phone".repeat(1_000_000)}\n`,
    answer: { status: 422, code: "NUMBER_COLUMN_MISSING" },
  },
  {
    name: "a quote that never closes",
    content: () => `phone,name\n112,"${"a,b\n".repeat(20_000)}`,
    answer: { refusals: { UNCLOSED_QUOTE: 1, LETTERS: 19_999 } },
  },
  { name: "a picture", content: () => corpusFile("photo.jpg"), answer: binary },
  { name: "a program", content: () => corpusFile("program.exe"), answer: binary },
  {
    name: "half a workbook",
    content: async () => {
      const whole = await corpusFile("openpyxl.xlsx");
      return whole.subarray(0, whole.length / 2);
    },
    answer: damaged,
  },
  { name: "nothing", content: () => "", answer: { status: 415, code: "FILE_EMPTY" } },
];

const problemCode = /^(FILE_[A-Z_]+|NUMBER_COLUMN_MISSING|NO_ROWS)$/;

describe("Hostile uploads over HTTP", function suite() {
  this.timeout(120_000);
  let folder: string;
  let application: ApplicationProcess | null = null;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "phone-proxy-hostile-"));
  });
  afterEach(async () => {
    await application?.end("SIGKILL");
    application = null;
    await rm(folder, { recursive: true, force: true });
  });

  /** Sends any body unchanged, as a form. */
  async function sendRaw(url: string, body: string): Promise<{ status: number; code: string | undefined }> {
    const response = await fetch(`${url}/upload`, {
      method: "POST",
      headers: { "Content-Type": "multipart/form-data; boundary=limit" },
      body,
    });
    return { status: response.status, code: /"code":"(\w+)"/.exec(await response.text())?.[1] };
  }

  async function expectRefused(requests: ImportRequests, content: Buffer | string): Promise<void> {
    const { status, body } = await requests.upload(content);
    if (status === 200) expect(body).to.have.nested.property("counts.created", 0);
    else expect(body.code).to.match(problemCode);
  }

  forEachDatabase((_open, create) => {
    it("get a clear response, leave nothing behind, and use little memory", async () => {
      const address = await create();
      application = await ApplicationProcess.start(await importSettings(urlOf(address), folder));
      const { url, pid } = application;
      const requests = importsOf(url);
      const rows = async (table: string): Promise<number> =>
        Number(
          (await inDatabase<{ count: number }>(address, `SELECT COUNT(*) AS count FROM ${table}`))[0]?.count,
        );
      // The first file starts threads and fills caches before memory is measured.
      await until(async () => (await requests.upload("phone\n112\n")).status === 200);
      const idleBytes = await residentBytes(pid, "VmRSS");
      let imports = await rows("imports");

      for (const { name, content, answer } of hostile) {
        const { status, body } = await requests.upload(await content());
        if ("code" in answer) expect({ status, code: body.code }, name).to.deep.equal(answer);
        else {
          expect(body, name).to.deep.nested.include({ state: "done", "counts.created": 0 });
          expect(body.counts.refusals, name).to.deep.equal(answer.refusals);
          imports += 1;
        }
        expect(await rows("imports"), name).to.equal(imports);
      }
      const part = 'content-disposition: form-data; name="file"; filename="a.csv"';
      const forms = [
        { form: "", code: "FILE_MISSING" },
        { form: "--limit", code: "UPLOAD_BROKEN" },
        { form: `--limit\r\n${part}\r\n\r\nphone\n79001112233\n`, code: "UPLOAD_BROKEN" },
        { form: `--limit\r\n${part}`, code: "UPLOAD_BROKEN" },
      ];
      for (const { form, code } of forms)
        expect(await sendRaw(url, form), form).to.deep.equal({ status: 400, code });
      const cut = await corpusFile("openpyxl.xlsx");
      const start = fc.constantFrom("", "PK\x03\x04", "\ufeff", "\xff\xfe", '"', "phone;");
      const garbage = fc
        .tuple(start, fc.uint8Array({ maxLength: 2000, size: "max" }))
        .map(([prefix, bytes]) => Buffer.concat([Buffer.from(prefix, "latin1"), bytes]));
      const truncated = fc.nat(cut.length - 23).map((length) => cut.subarray(0, length));
      await fc.assert(
        fc.asyncProperty(fc.oneof(garbage, truncated), (content) => expectRefused(requests, content)),
        { numRuns: 60, endOnFailure: true },
      );

      expect(await rows("phone_mappings")).to.equal(0);
      // The file of an import that is done is kept for its result.
      for (const name of await readdir(uploadsOf(folder))) expect(name).to.match(/^import-[0-9a-f-]{36}$/u);
      expect((await residentBytes(pid, "VmHWM")) - idleBytes).to.be.below(mostBytesAboveIdle);
      // It still works as before.
      expect((await requests.upload("phone\n79001112233\n")).body.counts).to.include({ created: 1 });
    });
  });
});
