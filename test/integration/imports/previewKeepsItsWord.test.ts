import { expect } from "chai";
import fc from "fast-check";
import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createImportRunner } from "../../../src/imports/worker/runner.ts";
import { createImports } from "../../../src/imports/job/createImports.ts";
import type { Imports, ImportView } from "../../../src/imports/job/imports.ts";
import type { ResultRow } from "../../../src/imports/job/types.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import type { Store } from "../../../src/store/types.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { importOptions, importParts } from "../../support/importParts.ts";
import { numbersOn, range } from "../../support/numbers.ts";

/** A row in which each value can be valid or invalid. */
interface Line {
  readonly number: number | "wrong" | "ours";
  readonly pool: "A" | "B" | "Nowhere" | "";
  readonly expiry: "" | "past" | "future";
}

interface Scenario {
  readonly lines: readonly Line[];
  /** Sizes of the pools. */
  readonly sizes: { readonly A: number; readonly B: number };
  /** For rows that do not name a pool; null if there is no pool for them. */
  readonly own: "A" | "B" | null;
  /** Numbers that already have a proxy number, from a separate pool. */
  readonly existing: readonly number[];
  /** The choice for known numbers with other data in the file. */
  readonly choice: "leave" | "update";
  readonly previewBatch: number;
  readonly importBatch: number;
}

const digit = fc.integer({ min: 0, max: 9 });
const line: fc.Arbitrary<Line> = fc.record({
  number: fc.oneof(
    { weight: 12, arbitrary: digit },
    { weight: 1, arbitrary: fc.constantFrom("wrong" as const, "ours" as const) },
  ),
  pool: fc.constantFrom("A", "A", "B", "B", "Nowhere", ""),
  expiry: fc.constantFrom("", "", "", "past", "future"),
});
/** A column is one of pools only if a cell names a pool. Without one, rows need a pool of the upload. */
const canBeImported = ({ own, lines }: Scenario): boolean =>
  lines.some(({ pool }) => pool === "A" || pool === "B") ||
  (own !== null && lines.every(({ pool }) => pool === ""));
const scenario: fc.Arbitrary<Scenario> = fc
  .record({
    lines: fc.array(line, { minLength: 1, maxLength: 40 }),
    sizes: fc.record({ A: fc.integer({ min: 1, max: 6 }), B: fc.integer({ min: 1, max: 6 }) }),
    own: fc.constantFrom("A", "B", null),
    existing: fc.uniqueArray(digit, { maxLength: 3 }),
    choice: fc.constantFrom("leave" as const, "update" as const),
    previewBatch: fc.integer({ min: 1, max: 50 }),
    importBatch: fc.integer({ min: 1, max: 50 }),
  })
  .filter(canBeImported);

/** Each scenario has its own numbers and pools, so that all of them can share one database. */
function worldOf(round: number) {
  const realNumber = (digits: number): string => String(79_030_000_000 + round * 100 + digits);
  const poolName = (name: string): string => `${name} ${round}`;
  const proxies = (block: number, size: number) => {
    const first = 79_580_000_000 + round * 1000 + block * 100;
    return range(String(first), String(first + size - 1));
  };
  return { realNumber, poolName, proxies };
}

async function instance<T>(
  store: Store,
  directory: string,
  batchRows: number,
  work: (imports: Imports) => Promise<T>,
): Promise<T> {
  const runner = createImportRunner({ ...importParts(store, directory), batchRows }, importOptions);
  const imports = createImports({ store, runner, clock: systemClock, directory, node: "test" });
  try {
    return await work(imports);
  } finally {
    await runner.close();
  }
}

async function rowsOf(imports: Imports, id: number): Promise<readonly ResultRow[]> {
  const rows: ResultRow[] = [];
  for await (const some of imports.result(id)) rows.push(...some);
  return rows;
}

interface Seen {
  readonly view: ImportView;
  readonly rows: readonly ResultRow[];
}

async function carryOut(
  store: Store,
  directory: string,
  round: number,
  one: Scenario,
): Promise<{ readonly foreseen: Seen; readonly imported: Seen }> {
  const { realNumber, poolName, proxies } = worldOf(round);
  const { pools, mapper } = numbersOn(store);
  const ids = {
    A: await pools.create({ name: poolName("A"), ranges: [proxies(0, one.sizes.A)] }),
    B: await pools.create({ name: poolName("B"), ranges: [proxies(1, one.sizes.B)] }),
  };
  const before = await pools.create({ name: poolName("before"), ranges: [proxies(2, 3)] });
  const known = one.existing.map((digits) => ({
    realNumber: range(realNumber(digits), realNumber(digits)).first,
  }));
  await mapper.map(known, { poolId: before });
  const expiries = { "": "", past: "2001-01-01", future: "2099-01-01" };
  const text = one.lines
    .map(({ number, pool, expiry }) => {
      const cell = number === "wrong" ? "112" : number === "ours" ? proxies(2, 1).first : realNumber(number);
      return `${cell},${pool === "" ? "" : poolName(pool)},${expiries[expiry]}\n`;
    })
    .join("");
  const path = join(directory, `upload-${randomUUID()}`);
  await writeFile(path, `phone,pool,expiry\n${text}`);
  const upload = {
    path,
    name: "numbers.csv",
    bytes: (await stat(path)).size,
    hash: createHash("sha256").update(text).digest("hex"),
    choices: { existing: one.choice },
    // This pool does not exist, so rows that do not name a pool have none.
    poolId: one.own === null ? 2 ** 30 : ids[one.own],
    dryRun: true,
    idempotencyKey: null,
  };
  const foreseen = await instance(store, directory, one.previewBatch, async (imports) => {
    const { id } = await imports.create(upload);
    return { view: await imports.settled(id, 20_000), rows: await rowsOf(imports, id) };
  });
  const imported = await instance(store, directory, one.importBatch, async (imports) => {
    const { id } = await imports.commit(foreseen.view.id);
    return { view: await imports.settled(id, 20_000), rows: await rowsOf(imports, id) };
  });
  return { foreseen, imported };
}

const sumOf = (counts: ImportView["counts"]): number =>
  Object.entries(counts).reduce(
    (sum, [name, part]) => (name === "rows" || typeof part !== "number" ? sum : sum + part),
    0,
  );

/** The result of a row with a known number, if no earlier row was imported. */
function resultOfKnown({ pool, expiry }: Line, choice: Scenario["choice"]): string {
  if (pool === "" && expiry === "") return "EXISTING";
  if (choice === "leave" || expiry === "") return "DIFFERS";
  return expiry === "past" ? "EXPIRY_PASSED" : "UPDATED";
}

function expectItsWordKept(one: Scenario, foreseen: Seen, imported: Seen) {
  expect(foreseen.view.state).to.equal("previewed");
  expect(imported.view.state).to.equal("done");
  expect(imported.view.counts).to.deep.equal(foreseen.view.preview?.counts);
  const codes = ({ rows }: Seen): readonly string[] => rows.map(({ row, code }) => `${row} ${code}`);
  expect(codes(imported)).to.deep.equal(codes(foreseen));
  const { counts } = imported.view;
  expect(counts.rows).to.equal(one.lines.length + 1);
  expect(sumOf(counts)).to.equal(counts.rows);
  expect(Object.values(counts.refusals).reduce((sum, part) => sum + part, 0)).to.equal(counts.rejected);

  const taken = { A: 0, B: 0 };
  const served = new Set<string>();
  one.lines.forEach(({ number, pool, expiry }, index) => {
    const {
      code,
      realNumber: real,
      proxyNumber,
    } = imported.rows[index + 1] ?? { code: "", realNumber: "", proxyNumber: "" };
    const named = pool === "" ? one.own : pool;
    if (code === "CREATED" && (named === "A" || named === "B")) taken[named] += 1;
    // A duplicate repeats a number imported before it, and nothing else is a duplicate.
    expect(code === "DUPLICATE_IN_FILE", `row ${index + 2}`).to.equal(served.has(real) && real !== "");
    const isKnown = ["EXISTING", "DIFFERS", "UPDATED"].includes(code);
    if (code === "CREATED" || isKnown) served.add(real);
    if (isKnown || code === "CREATED" || code === "DUPLICATE_IN_FILE") expect(proxyNumber).to.match(/^\d+$/);
    // A valid row is imported, whatever is above it, as long as the pool has numbers.
    if (typeof number !== "number" || expiry === "past" || named === null || named === "Nowhere") return;
    expect(
      isKnown || ["CREATED", "DUPLICATE_IN_FILE", "POOL_EXHAUSTED"].includes(code),
      `row ${index + 2}`,
    ).to.equal(true);
    if (code === "POOL_EXHAUSTED") expect(taken[named]).to.equal(one.sizes[named]);
  });
  for (const digits of one.existing) {
    let isServed = false;
    one.lines.forEach((line, index) => {
      if (line.number !== digits) return;
      const expected = isServed ? "DUPLICATE_IN_FILE" : resultOfKnown(line, one.choice);
      isServed ||= expected !== "EXPIRY_PASSED";
      expect(imported.rows[index + 1]?.code, `row ${index + 2}`).to.equal(expected);
    });
  }
}

describe("A preview of any file", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let directory: string;
    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), "uploads-"));
    });
    afterEach(() => rm(directory, { recursive: true, force: true }));

    it("predicts the import of each row, in batches of any size, and bad rows do not block good ones", async () => {
      const { store } = await open();
      let round = 0;
      const keepsItsWord = fc.asyncProperty(scenario, async (one) => {
        round += 1;
        const { foreseen, imported } = await carryOut(store, directory, round, one);
        expectItsWordKept(one, foreseen, imported);
      });
      await fc.assert(keepsItsWord, { numRuns: store.kind === "sqlite" ? 60 : 8, endOnFailure: true });
    }).timeout(120_000);

    it("imports a number in its first valid row, between rejected rows and duplicates", async () => {
      const { store } = await open();
      const one: Scenario = {
        lines: [
          { number: 1, pool: "Nowhere", expiry: "" },
          { number: 1, pool: "", expiry: "" },
          { number: 1, pool: "A", expiry: "past" },
          { number: 2, pool: "A", expiry: "" },
          { number: 1, pool: "A", expiry: "" },
          { number: 1, pool: "B", expiry: "" },
          { number: 1, pool: "Nowhere", expiry: "" },
          { number: 1, pool: "A", expiry: "past" },
        ],
        sizes: { A: 1, B: 1 },
        own: null,
        existing: [],
        choice: "leave",
        previewBatch: 50,
        importBatch: 50,
      };
      const { foreseen, imported } = await carryOut(store, directory, 1, one);
      const codes = [
        "HEADER",
        "POOL_UNKNOWN",
        "POOL_MISSING",
        "EXPIRY_PASSED",
        "CREATED",
        "POOL_EXHAUSTED",
        "CREATED",
        "DUPLICATE_IN_FILE",
        "DUPLICATE_IN_FILE",
      ];
      expect(foreseen.rows.map(({ code }) => code)).to.deep.equal(codes);
      expect(imported.rows.map(({ code }) => code)).to.deep.equal(codes);
      expect(foreseen.view.preview?.pools.map(({ wanted, free }) => [wanted, free])).to.deep.equal([
        [2, 1],
        [1, 1],
      ]);
    }).timeout(30_000);
  });
});
