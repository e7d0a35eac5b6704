import { expect } from "chai";
import fc from "fast-check";
import { readdir } from "node:fs/promises";
import { importFields } from "../../../src/imports/rows/row.ts";
import { choose } from "../../../src/imports/reading/choose.ts";
import type { Choices, Remembered } from "../../../src/imports/reading/choose.ts";
import { delimiters, textEncodings } from "../../../src/imports/reading/types.ts";
import type { ColumnDescription, FileSource } from "../../../src/imports/reading/types.ts";
import type { Store } from "../../../src/store/types.ts";
import { encode } from "../../corpus/textFiles.ts";
import { sheetRow, workbook } from "../../corpus/workbooks.ts";
import { startApi } from "../../support/api.ts";
import type { TestApi } from "../../support/api.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { isLongRun } from "../../support/longRun.ts";
import { numbersFile, requestsTo } from "../../support/imports.ts";
import type { Answered, ImportRequests } from "../../support/imports.ts";
import { range } from "../../support/numbers.ts";
import { until } from "../../support/until.ts";

interface Reading {
  readonly source: FileSource;
  readonly headerRow: number | null;
  readonly columns: readonly ColumnDescription[];
  readonly defaultCountry: string;
  readonly choices: Choices;
}
type Choice = Choices | { readonly pool: "first" | "second" | null };

/** Has semicolons and commas, a title above the header, two columns of numbers, and a row with three cells. */
const text = encode(
  [
    "Отчёт, июнь;;;",
    "Телефон;Мобильный;Имя;Заметка",
    "8 495 123-45-67;8 900 111-22-01;Анна, Б;ab-1",
    "8 495 123-45-68;8 900 111-22-02;Борис;2099-01-01",
    "8 495 123-45-69;8 701 123-45-67;Вера",
    "112;8 900 111-22-04;Глеб, Д;ab-4",
  ].join("\r\n"),
  "windows-1251",
);
const book = workbook([
  {
    name: "One",
    data:
      sheetRow(1, ["phone", "mobile", "name"]) +
      sheetRow(2, [74_951_234_567, 79_001_112_201, "Anna"]) +
      sheetRow(3, [74_951_234_568, 79_001_112_202, "Boris"]),
  },
  { name: "Two", data: sheetRow(1, ["x", 79_001_112_203]) + sheetRow(2, ["y", 79_001_112_204]) },
  { name: "Three", state: "hidden", data: sheetRow(1, [79_001_112_205]) },
]);

const column = fc
  .tuple(fc.integer({ min: 0, max: 5 }), fc.constantFrom(...importFields, "ignored" as const))
  .map(([place, field]): Choice => ({ columns: { [String(place)]: field } }));
const headerRow = fc.constantFrom(null, 1, 2, 3, 9).map((row): Choice => ({ headerRow: row }));
const country = fc.constantFrom("RU", "KZ", "GB").map((code): Choice => ({ country: code }));
const pool = fc.constantFrom("first" as const, "second" as const, null).map((one): Choice => ({ pool: one }));
const ofText = fc.oneof(
  fc.constantFrom(...textEncodings).map((encoding): Choice => ({ encoding })),
  fc.constantFrom(...delimiters, null).map((delimiter): Choice => ({ delimiter })),
  headerRow,
  country,
  pool,
  { weight: 3, arbitrary: column },
);
const ofBook = fc.oneof(
  fc.constantFrom("One", "Two", "Three").map((sheet): Choice => ({ sheet })),
  headerRow,
  country,
  pool,
  { weight: 3, arbitrary: column },
);
const scenario = fc.oneof(
  fc.record({ file: fc.constant(text), choices: fc.array(ofText, { minLength: 1, maxLength: 7 }) }),
  fc.record({ file: fc.constant(book), choices: fc.array(ofBook, { minLength: 1, maxLength: 7 }) }),
);

const readingOf = ({ body }: Answered): Reading => body.reading as unknown as Reading;

/** Everything that a preview shows. */
function seen({ status, body }: Answered): unknown {
  const { state, counts, preview, failure, reading, firstRows, notices } = body;
  return { status, state, counts, preview, failure, reading, firstRows, notices };
}

/** Like `seen`, without the difference between chosen and detected values. */
function seenAlike(answered: Answered): unknown {
  const { counts, preview, firstRows } = answered.body;
  const { source, headerRow: header, columns, defaultCountry } = readingOf(answered);
  return {
    counts,
    preview,
    firstRows,
    source,
    header,
    defaultCountry,
    columns: columns.map(({ place, field }) => [place, field]),
  };
}

/** A user on the page of one preview. */
class Person {
  readonly #requests: ImportRequests;
  #remembered: Remembered = {};
  #last: Answered;

  constructor(requests: ImportRequests, uploaded: Answered) {
    this.#requests = requests;
    this.#last = uploaded;
  }

  get reading(): Reading {
    return readingOf(this.#last);
  }

  async choose(choice: Choices): Promise<Answered> {
    const { choices, remembered } = choose(this.reading, this.#remembered, choice);
    this.#remembered = remembered;
    return this.#send(choices);
  }

  choosePool(poolId: number | null): Promise<Answered> {
    return this.#send({ ...this.reading.choices, pool: poolId });
  }

  async #send(choices: unknown): Promise<Answered> {
    this.#last = await this.#requests.preview(this.#last.body.id, choices);
    return this.#last;
  }

  /** Resets all choices. */
  async restore({ source, headerRow: row, columns, defaultCountry }: Reading): Promise<Answered> {
    if (source.format === "xlsx") await this.choose({ sheet: source.sheet });
    else {
      await this.choose({ encoding: source.encoding });
      await this.choose({ delimiter: source.delimiter });
    }
    await this.choose({ country: defaultCountry });
    let last = await this.choose({ headerRow: row });
    for (const { place, field } of columns) last = await this.choose({ columns: { [String(place)]: field } });
    return last;
  }
}

describe("The choices of a preview", () => {
  forEachDatabase((open) => {
    let store: Store;
    let another: () => Promise<Store>;
    let api: TestApi;
    let requests: ImportRequests;
    let pools: { readonly first: number; readonly second: number };

    beforeEach(async () => {
      ({ store, another } = await open());
      api = await startApi(store);
      requests = requestsTo(api);
      pools = {
        first: await api.pools.create({ name: "First", ranges: [range("74950000000", "74950000001")] }),
        second: await api.pools.create({ name: "Second", ranges: [range("78120000000", "78120000099")] }),
      };
    });
    afterEach(() => api.close());

    it("give the same preview one by one as all at once, and can be reset", async () => {
      const anyOrder = fc.asyncProperty(scenario, async ({ file, choices }) => {
        const uploaded = await requests.upload(file, { query: "?dryRun=true" });
        const person = new Person(requests, uploaded);
        let poolId: number | null = null;
        for (const choice of choices) {
          let stepped: Answered;
          if ("pool" in choice) {
            poolId = choice.pool === null ? null : pools[choice.pool];
            stepped = await person.choosePool(poolId);
          } else stepped = await person.choose(choice);
          expect(stepped.body).to.include({ state: "previewed", failure: null });
          const atOnce = await requests.upload(file, {
            query: `?dryRun=true${poolId === null ? "" : `&pool=${poolId}`}`,
            choices: person.reading.choices,
          });
          expect(seen(stepped)).to.deep.equal(seen(atOnce));
        }
        await person.choosePool(null);
        const restored = await person.restore(readingOf(uploaded));
        expect(seenAlike(restored)).to.deep.equal(seenAlike(uploaded));
        const reset = await requests.preview(uploaded.body.id, { pool: null });
        expect(seen(reset)).to.deep.equal(seen(uploaded));
      });
      await fc.assert(anyOrder, { numRuns: isLongRun ? 20 : 4, endOnFailure: true });
    }).timeout(240_000);

    it("can move a field to another column and back", async () => {
      const uploaded = await requests.upload(text, { query: "?dryRun=true" });
      const person = new Person(requests, uploaded);
      const fields = (): readonly string[] => person.reading.columns.map(({ field }) => field);
      expect(fields().slice(0, 2)).to.deep.equal(["ignored", "realNumber"]);
      for (let round = 0; round < 3; round += 1) {
        await person.choose({ columns: { "0": "realNumber" } });
        expect(fields().slice(0, 2)).to.deep.equal(["realNumber", "ignored"]);
        await person.choose({ columns: { "1": "realNumber" } });
        expect(fields().slice(0, 2)).to.deep.equal(["ignored", "realNumber"]);
      }
    });

    it("that do not fit are reported and ignored, until they fit again", async () => {
      const person = new Person(requests, await requests.upload(text, { query: "?dryRun=true" }));
      await person.choose({ columns: { "3": "reference" } });
      const narrow = await person.choose({ encoding: "utf-16le" });
      expect(narrow.body.notices.map(({ code }) => code)).to.include("COLUMN_MISSING");
      const wide = await person.choose({ encoding: "windows-1251" });
      expect(person.reading.columns[3]).to.include({ field: "reference", because: "choice" });
      expect(wide.body.notices.map(({ code }) => code)).not.to.include("COLUMN_MISSING");
      const far = await person.choose({ headerRow: 40 });
      expect(far.body.notices.map(({ code }) => code)).to.include("HEADER_ROW_MISSING");
      expect(far.body.reading.headerRow).to.equal(2);
      // Without a preview, they would not be shown.
      const refused = await requests.upload(text, { choices: { headerRow: 40 } });
      expect([refused.status, refused.body.code]).to.deep.equal([422, "UNFIT_CHOICE"]);
    });

    it("that are contradictory or name an unknown sheet are rejected, and change nothing", async () => {
      const { body } = await requests.upload(book, { query: "?dryRun=true" });
      for (const choices of [{ sheet: "Four" }, { columns: { 0: "label", 1: "label" } }]) {
        const refused = await requests.preview(body.id, choices);
        expect([refused.status, refused.body.code]).to.deep.equal([422, "UNFIT_CHOICE"]);
      }
      expect((await requests.preview(body.id, { country: "ru" })).body.code).to.equal("BODY_INVALID");
      expect(seen(await requests.get(body.id))).to.deep.equal(seen({ status: 200, body }));
    });

    it("that make the file unreadable are explained, keep the file, and can be undone", async () => {
      const rows = Array.from({ length: 6000 }, (_, index) => sheetRow(index + 1, [79_001_000_000 + index]));
      const damaged = workbook([
        { name: "Good", data: sheetRow(1, ["phone"]) + sheetRow(2, [79_001_112_233]) },
        { name: "Bad", data: `${rows.join("")}<row r="3"/>` },
      ]);
      const uploaded = await requests.upload(damaged, { query: "?dryRun=true" });
      const failed = await requests.preview(uploaded.body.id, { sheet: "Bad" });
      expect(failed.body).to.include({ state: "previewed", preview: null });
      expect(failed.body.failure).to.include({ code: "FILE_DAMAGED" });
      expect(await requests.result(uploaded.body.id)).to.deep.equal([]);
      const refused = await requests.act(uploaded.body.id, "commit");
      expect([refused.status, refused.body.code]).to.deep.equal([415, "FILE_DAMAGED"]);
      expect(await readdir(api.uploadDirectory)).to.have.length(1);
      const again = await requests.preview(uploaded.body.id, {});
      expect(seen(again)).to.deep.equal(seen(uploaded));
      expect((await requests.act(uploaded.body.id, "commit")).body).to.include({
        state: "done",
        failure: null,
      });
      // A choice at the upload is reported at once.
      const atOnce = await requests.upload(damaged, { query: "?dryRun=true", choices: { sheet: "Bad" } });
      expect([atOnce.status, atOnce.body.code]).to.deep.equal([415, "FILE_DAMAGED"]);
    });

    it("are required again if the pool was paused before the first row was stored", async () => {
      await api.pools.remove(pools.second);
      const { body } = await requests.upload("79001000001\n", { query: "?dryRun=true" });
      // No instance processes it for a while.
      await api.pause();
      await requests.act(body.id, "commit", "?wait=0");
      await api.pools.update(pools.first, { enabled: false });
      const next = await startApi(await another(), { uploadDirectory: api.uploadDirectory });
      try {
        const asked = requestsTo(next);
        await until(async () => (await asked.get(body.id)).body.state === "previewed");
        const { body: back } = await asked.get(body.id);
        expect(back.preview).to.deep.include({ poolId: null, withoutPool: 1 });
        await next.pools.update(pools.first, { enabled: true });
        await asked.preview(body.id, {});
        expect((await asked.act(body.id, "commit")).body).to.include({ state: "done" });
      } finally {
        await next.close();
      }
    }).timeout(40_000);

    it("apply to a large file, too", async () => {
      const file = numbersFile(79_001_000_000, 3000);
      const { body } = await requests.upload(file, { query: "?dryRun=true" });
      const other = await requests.preview(body.id, { headerRow: null });
      expect(other.body.counts).to.include({
        rows: 3001,
        header: 0,
        rejected: 3001 - Number(other.body.counts["created"]),
      });
      expect(seen(await requests.preview(body.id, {}))).to.deep.equal(seen({ status: 200, body }));
    });
  });
});
