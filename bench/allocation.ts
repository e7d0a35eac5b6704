import { parseArgs } from "node:util";
import { isPhoneNumber, type PhoneNumber } from "../src/values/phoneNumber.ts";
import { createNumberMapper } from "../src/numbers/mappings/allocate.ts";
import { createMappingEditor } from "../src/numbers/mappings/editor.ts";
import { createMappingSearch } from "../src/numbers/mappings/search.ts";
import type { MappingEditor, MappingSearch } from "../src/numbers/mappings/types.ts";
import { createPools } from "../src/numbers/pools/pools.ts";
import type { MapRow, NumberMapper, Pools } from "../src/numbers/types.ts";
import {
  type Benchmark,
  type BenchmarkContext,
  BenchmarkFailedError,
  type BenchmarkResult,
} from "./benchmark.ts";
import { openDatabase } from "./numbers/database.ts";
import { conditionsInWords, conditionsNow } from "./support/conditions.ts";
import { readOptions, wholeNumber } from "./support/options.ts";
import { goal, goalsTable } from "./support/goals.ts";
import { median, rounded } from "./support/statistics.ts";
import { table } from "./support/table.ts";

const optionsText = [
  "--rounds N          rounds for each level, in turn (9)",
  "--quick             three rounds: a look, not a figure to quote",
].join("\n");

const SIZE = 10_000_000;
const LEVELS = [0, 0.5, 0.999] as const;
/** Numbers per upload, which is one transaction on MySQL. */
const BATCH = 500;
const SINGLES = 40;
/** Size of the used-up pool: each of its numbers has been allocated and released, and its quarantine has ended. */
const REUSED_SIZE = 40_000;
/** Maximum ratio of the costs at the most and the least expensive level. */
const WANTED_RATIO = 1.2;

export const parseOptions = (args: readonly string[]) =>
  readOptions(optionsText, () => {
    const { rounds, quick } = parseArgs({
      args: [...args],
      options: { quick: { type: "boolean", default: false }, rounds: { type: "string" } },
    }).values;
    return { rounds: wholeNumber("rounds", rounds ?? (quick ? 3 : 9), 1, 17) };
  });

const number = (value: number): PhoneNumber => {
  const text = String(value);
  if (!isPhoneNumber(text)) throw new Error("The benchmark's numbers are wrong.");
  return text;
};

interface Level {
  readonly full: number;
  readonly poolId: number;
  readonly batchUs: number[];
  readonly singleUs: number[];
}

interface Measured {
  readonly levels: readonly Level[];
  /** For a used-up pool, whose numbers are in real rows: allocates those released first again. */
  readonly reused: Omit<Level, "full" | "poolId">;
}

/** A quarantine that ends at once, because a benchmark cannot wait for it. */
const restless = { quarantineSeconds: 0 } as const;

/** A pool whose numbers have all been allocated and released. */
const openReused = async (
  { pools, mapper, editor, search }: Parts,
  rowsOf: (count: number) => readonly MapRow[],
): Promise<number> => {
  const first = 74_000_000_000;
  const poolId = await pools.create({
    name: "used up",
    ranges: [{ first: number(first), last: number(first + REUSED_SIZE - 1) }],
    ...restless,
  });
  await timed(mapper, rowsOf(REUSED_SIZE), poolId);
  await editor.bulk({ poolId }, { kind: "release" }, { forMs: 600_000 });
  const { value } = await search.count({ poolId, state: "quarantined" });
  if (value !== REUSED_SIZE) throw new BenchmarkFailedError("Numbers were not released.");
  return poolId;
};

interface Parts {
  readonly pools: Pools;
  readonly mapper: NumberMapper;
  readonly editor: MappingEditor;
  readonly search: MappingSearch;
}

const measure = async (
  kind: "mysql" | "sqlite",
  rounds: number,
  { progress, signal }: BenchmarkContext,
): Promise<Measured> => {
  const database = await openDatabase(kind);
  const { store } = database;
  try {
    const clock = { nowMs: () => Date.now() };
    const invalidations = {
      prepare: async () => undefined,
      announce: async () => undefined,
      announceEverything: async () => undefined,
    };
    const pools = createPools({ store, invalidations, clock });
    const mapper = createNumberMapper({ store, invalidations, clock });
    const levels: Level[] = [];
    for (const [index, full] of LEVELS.entries()) {
      const first = 75_000_000_000 + index * SIZE;
      const poolId = await pools.create({
        name: `${full * 100} % full`,
        ranges: [{ first: number(first), last: number(first + SIZE - 1) }],
      });
      await store.transaction((manager) =>
        manager.query("UPDATE number_ranges SET taken = ? WHERE pool_id = ?", [
          Math.round(SIZE * full),
          poolId,
        ]),
      );
      levels.push({ full, poolId, batchUs: [], singleUs: [] });
    }
    let next = 79_000_000_000;
    const rowsOf = (count: number): readonly MapRow[] =>
      Array.from({ length: count }, () => ({ realNumber: number((next += 1)) }));
    const upload = async (poolId: number, count: number): Promise<number> =>
      timed(mapper, rowsOf(count), poolId);
    const search = createMappingSearch(store);
    const editor = createMappingEditor({ store, search, invalidations, clock });
    const reusedId = await openReused({ pools, mapper, editor, search }, rowsOf);
    const reused = { batchUs: [] as number[], singleUs: [] as number[] };
    // The first run also pays for connections, compilation, and empty caches.
    for (const poolId of [...levels.map((level) => level.poolId), reusedId]) await upload(poolId, BATCH);
    for (let round = 0; round < rounds; round += 1) {
      // Each level is first equally often.
      for (const step of levels.keys()) {
        signal.throwIfAborted();
        const level = levels[(round + step) % levels.length];
        if (!level) continue;
        level.batchUs.push((await upload(level.poolId, BATCH)) / BATCH);
        for (let single = 0; single < SINGLES; single += 1)
          level.singleUs.push(await upload(level.poolId, 1));
      }
      reused.batchUs.push((await upload(reusedId, BATCH)) / BATCH);
      for (let single = 0; single < SINGLES; single += 1) reused.singleUs.push(await upload(reusedId, 1));
      progress(`${kind}: round ${round + 1} of ${rounds}`);
    }
    return { levels, reused };
  } finally {
    await database.remove();
  }
};

const timed = async (mapper: NumberMapper, rows: readonly MapRow[], poolId: number): Promise<number> => {
  const startedAt = performance.now();
  const results = await mapper.map(rows, { poolId });
  const tookUs = (performance.now() - startedAt) * 1000;
  if (results.some(({ kind }) => kind !== "created")) throw new BenchmarkFailedError("A number was refused.");
  return tookUs;
};

const ratioOf = (levels: readonly Level[], of: (level: Level) => readonly number[]): number => {
  const medians = levels.map((level) => median(of(level)));
  return rounded(Math.max(...medians) / Math.min(...medians), 3) ?? Number.NaN;
};

const run = async (context: BenchmarkContext): Promise<BenchmarkResult> => {
  const { rounds } = parseOptions(context.args);
  const conditions = conditionsNow();
  const databases: Record<string, object> = {};
  const rows: (string | number | null)[][] = [];
  const goals = [];
  for (const kind of ["mysql", "sqlite"] as const) {
    const { levels, reused } = await measure(kind, rounds, context);
    const inBatches = ratioOf(levels, ({ batchUs }) => batchUs);
    const oneByOne = ratioOf(levels, ({ singleUs }) => singleUs);
    databases[kind] = {
      levels: levels.map(({ full, batchUs, singleUs }) => ({
        full,
        batchUsPerNumber: rounded(median(batchUs), 1),
        singleUs: rounded(median(singleUs), 0),
      })),
      ratioInBatches: inBatches,
      ratioOneByOne: oneByOne,
      reused: {
        batchUsPerNumber: rounded(median(reused.batchUs), 1),
        singleUs: rounded(median(reused.singleUs), 0),
      },
    };
    for (const { full, batchUs, singleUs } of levels)
      rows.push([`${kind}, ${full * 100} % full`, rounded(median(batchUs), 1), rounded(median(singleUs), 0)]);
    rows.push([
      `${kind}, used up: rested ones again`,
      rounded(median(reused.batchUs), 1),
      rounded(median(reused.singleUs), 0),
    ]);
    goals.push(goal(`${kind}: dearest level by cheapest, in batches`, inBatches, { atMost: WANTED_RATIO }));
    goals.push(goal(`${kind}: the same, one by one`, oneByOne, { atMost: WANTED_RATIO }));
  }
  return {
    json: { benchmark: "allocation", conditions, size: SIZE, batch: BATCH, rounds, databases, goals },
    text: [
      `Mapping new numbers from a range of ${SIZE}, medians of ${rounds} rounds in turn. How far the range is`,
      "given out is set beforehand; the mappings before it are not in the table. A pool that is used up has",
      `${REUSED_SIZE} numbers, all of them given out and released in real rows before: ending their quarantines is in its cost.`,
      "",
      table(["", `µs a number, ${BATCH} at once`, "µs, one at a time"], rows),
      "",
      goalsTable(goals),
      "",
      conditionsInWords(conditions),
    ].join("\n"),
  };
};

export const benchmark: Benchmark = {
  about: "the cost of a proxy number from a range of ten million, empty, half full and nearly full",
  options: optionsText,
  run,
};
