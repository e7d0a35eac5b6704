import { parseArgs } from "node:util";
import { isPhoneNumber, type PhoneNumber } from "../src/domain/phoneNumber.ts";
import { csvOf } from "../src/http/csv.ts";
import { openViewer } from "../src/domain/accessRights.ts";
import { mappingColumns, mappingRows } from "../src/http/mappingTable.ts";
import { createMappingSearch } from "../src/numbers/mappingSearch.ts";
import { type MappingFilter, type MappingSearch, mappingSorts } from "../src/numbers/mappingTypes.ts";
import {
  type Benchmark,
  type BenchmarkContext,
  BenchmarkFailedError,
  type BenchmarkResult,
  BenchmarkUsageError,
} from "./benchmark.ts";
import { fillMappings, labelOf, poolsInData } from "./numbers/fillMappings.ts";
import { openDatabase } from "./numbers/database.ts";
import { conditionsInWords, conditionsNow } from "./support/conditions.ts";
import { type Goal, goal, goalsTable } from "./support/goals.ts";
import { percentile, rounded } from "./support/statistics.ts";
import { table } from "./support/table.ts";

const optionsText = [
  "--rows N            mappings in the database (1000000)",
  "--times N           pages of each kind (40)",
  "--sqlite            on SQLite instead of MySQL",
].join("\n");

const WANTED_P95_MS = 50;
const WANTED_ROWS_PER_SECOND = 100_000;
const PAGE = 50;
const EXPORTS = 3;

export const parseOptions = (args: readonly string[]) => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rows: { type: "string", default: "1000000" },
        times: { type: "string", default: "40" },
        sqlite: { type: "boolean", default: false },
      },
    });
    const whole = (name: string, text: string): number => {
      const value = Number(text);
      if (!Number.isInteger(value) || value < 1) throw new RangeError(`--${name} takes a whole number.`);
      return value;
    };
    return {
      rows: whole("rows", values.rows),
      times: whole("times", values.times),
      kind: values.sqlite ? ("sqlite" as const) : ("mysql" as const),
    };
  } catch (error) {
    throw new BenchmarkUsageError(
      `${error instanceof Error ? error.message : String(error)}\n\n${optionsText}`,
      { cause: error },
    );
  }
};

const phone = (value: number): PhoneNumber => {
  const text = String(value);
  if (!isPhoneNumber(text)) throw new Error("The benchmark's numbers are wrong.");
  return text;
};

const anyOf = (count: number): number => Math.floor(Math.random() * count);

/** What people look for, rare and frequent; each time something else. */
const filtersOf = (rows: number): Readonly<Record<string, () => MappingFilter>> => ({
  everything: () => ({}),
  "real number": () => ({ number: phone(79_000_000_000 + anyOf(rows)) }),
  "number of nobody": () => ({ number: phone(74_990_000_000 + anyOf(rows)) }),
  "last 3 digits": () => ({ suffix: String(anyOf(1000)).padStart(3, "0") }),
  "last 4 digits": () => ({ suffix: String(anyOf(10_000)).padStart(4, "0") }),
  "last 7 digits": () => ({ suffix: String(anyOf(rows)).padStart(7, "0") }),
  "label, a whole one": () => ({ label: labelOf(anyOf(rows)) }),
  "label, its beginning": () => ({ label: labelOf(anyOf(rows)).slice(0, 9) }),
  "label, a third of all": () => ({ label: "Client" }),
  reference: () => ({ reference: `R-${anyOf(rows)}` }),
  "reference, its beginning": () => ({ reference: `R-${anyOf(99) + 1}` }),
  "oldest pool": () => ({ poolId: 1 }),
  "newest pool": () => ({ poolId: poolsInData }),
  "state active": () => ({ state: "active" }),
  "state disabled": () => ({ state: "disabled" }),
  "state expired": () => ({ state: "expired" }),
  "pool and state": () => ({ poolId: 1 + anyOf(poolsInData), state: "disabled" }),
  "an import": () => ({ importId: 1 + anyOf(20) }),
  "label and state": () => ({ label: "Client", state: "expired" }),
});

interface Measured {
  readonly filter: string;
  readonly sort: string;
  readonly firstMs: number[];
  readonly nextMs: number[];
  readonly countMs: number[];
}

const timed = async <T>(into: number[], work: () => Promise<T>): Promise<T> => {
  const startedAt = performance.now();
  const value = await work();
  into.push(performance.now() - startedAt);
  return value;
};

/** The first page and the two after it, from the middle of the list too. */
const measurePages = async (
  search: MappingSearch,
  filterOf: () => MappingFilter,
  sort: (typeof mappingSorts)[number],
  times: number,
  measured: Measured,
): Promise<void> => {
  for (let time = 0; time < times; time += 1) {
    const query = { filter: filterOf(), sort, descending: time % 2 === 0, limit: PAGE };
    const first = await timed(measured.firstMs, () => search.page(query));
    let after = first.next;
    for (let page = 0; page < 2 && after !== null; page += 1) {
      const from = after;
      after = (await timed(measured.nextMs, () => search.page({ ...query, after: from }))).next;
    }
    if (sort === "created") await timed(measured.countMs, () => search.count(query.filter));
  }
};

const measureExport = async (search: MappingSearch, rows: number) => {
  globalThis.gc?.();
  const idleBytes = process.memoryUsage().rss;
  let highestBytes = idleBytes;
  let lines = -1;
  const startedAt = performance.now();
  const headers = mappingColumns.map(({ header }) => header);
  for await (const text of csvOf(
    headers,
    mappingRows(search.stream({}), () => Date.now(), openViewer),
    ",",
  )) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1;
    highestBytes = Math.max(highestBytes, process.memoryUsage.rss());
  }
  const seconds = (performance.now() - startedAt) / 1000;
  if (lines !== rows) throw new BenchmarkFailedError(`The export has ${lines} rows instead of ${rows}.`);
  return { rowsPerSecond: rows / seconds, memoryBytes: highestBytes - idleBytes };
};

const run = async ({ args, progress, signal }: BenchmarkContext): Promise<BenchmarkResult> => {
  const { rows, times, kind } = parseOptions(args);
  const conditions = conditionsNow();
  const database = await openDatabase(kind);
  const { store } = database;
  try {
    const fill = await fillMappings(store, rows, progress, signal);
    const search = createMappingSearch(store);
    const measured: Measured[] = [];
    for (const [filter, filterOf] of Object.entries(filtersOf(rows))) {
      for (const sort of mappingSorts) {
        signal.throwIfAborted();
        const one: Measured = { filter, sort, firstMs: [], nextMs: [], countMs: [] };
        await measurePages(search, filterOf, sort, times, one);
        measured.push(one);
      }
      progress(`${filter}: ${Math.max(...measured.slice(-mappingSorts.length).map(worstOf)).toFixed(1)} ms`);
    }
    const exports = [];
    for (let round = 0; round < EXPORTS; round += 1) exports.push(await measureExport(search, rows));
    const best = exports.toSorted((one, other) => other.rowsPerSecond - one.rowsPerSecond);
    const middle = best[Math.floor(best.length / 2)];
    if (!middle) throw new BenchmarkFailedError("Nothing was exported.");
    return report({ rows, times, kind, conditions, fill, measured, exported: middle });
  } finally {
    await database.remove();
  }
};

const worstOf = ({ firstMs, nextMs, countMs }: Measured): number =>
  Math.max(...[firstMs, nextMs, countMs].filter((all) => all.length > 0).map((all) => percentile(all, 0.95)));

const p95 = (values: readonly number[]): number | null =>
  values.length === 0 ? null : rounded(percentile(values, 0.95), 1);

interface Figures {
  readonly rows: number;
  readonly times: number;
  readonly kind: string;
  readonly conditions: ReturnType<typeof conditionsNow>;
  readonly fill: { readonly rowsPerSecond: number };
  readonly measured: readonly Measured[];
  readonly exported: { readonly rowsPerSecond: number; readonly memoryBytes: number };
}

const report = ({ rows, times, kind, conditions, fill, measured, exported }: Figures): BenchmarkResult => {
  const lists = measured.map((one) => ({
    filter: one.filter,
    sort: one.sort,
    firstP95Ms: p95(one.firstMs),
    nextP95Ms: p95(one.nextMs),
    countP95Ms: p95(one.countMs),
  }));
  const slowest = Math.max(...measured.map(worstOf));
  const goals: Goal[] = [
    goal("slowest page, search, sort or count, p95 in ms", rounded(slowest, 1), { atMost: WANTED_P95_MS }),
    goal("export, rows/s", rounded(exported.rowsPerSecond, 0), { atLeast: WANTED_ROWS_PER_SECOND }),
  ];
  const exportMegabytes = rounded(exported.memoryBytes / 1e6, 1);
  return {
    json: {
      benchmark: "mappings",
      conditions,
      database: kind,
      rows,
      times,
      insertedRowsPerSecond: rounded(fill.rowsPerSecond, 0),
      lists,
      export: { rowsPerSecond: rounded(exported.rowsPerSecond, 0), memoryBytes: exported.memoryBytes },
      goals,
    },
    text: [
      `${rows} mappings on ${kind}, pages of ${PAGE}, ${times} of each kind, p95 in ms.`,
      "",
      table(
        ["filter, sort", "first page", "next pages", "count"],
        lists.map((one) => [`${one.filter}, ${one.sort}`, one.firstP95Ms, one.nextP95Ms, one.countP95Ms]),
      ),
      "",
      `The export took ${exportMegabytes} MB above what the process had before it.`,
      "",
      goalsTable(goals),
      "",
      conditionsInWords(conditions),
    ].join("\n"),
  };
};

export const benchmark: Benchmark = {
  about: "every list, search and sort of a million mappings, and their export",
  options: optionsText,
  run,
};
