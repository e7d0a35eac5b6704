import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { isPhoneNumber, type PhoneNumber } from "../src/values/phoneNumber.ts";
import { csvOf } from "../src/http/formats/csv.ts";
import { openViewer } from "../src/access/rules/rights.ts";
import { mappingHeaders, mappingRows } from "../src/http/mappings/table.ts";
import { placesInOrder } from "../src/numbers/mappings/order.ts";
import { createMappingSearch, placeList } from "../src/numbers/mappings/search.ts";
import { type MappingFilter, type MappingSearch, mappingSorts } from "../src/numbers/mappings/types.ts";
import { createPagePlaces } from "../src/numbers/mappings/pagePlaces.ts";
import type { Store } from "../src/store/types.ts";
import {
  type Benchmark,
  type BenchmarkContext,
  BenchmarkFailedError,
  type BenchmarkResult,
} from "./benchmark.ts";
import { fillMappings, labelOf, poolsInData } from "./numbers/fillMappings.ts";
import { openDatabase } from "./numbers/database.ts";
import { type ApplicationProcess, startApplicationProcess } from "./support/application.ts";
import { conditionsInWords, conditionsNow } from "./support/conditions.ts";
import { readOptions, wholeNumber } from "./support/options.ts";
import { type Goal, goal, goalsTable } from "./support/goals.ts";
import { median, percentile, rounded } from "./support/statistics.ts";
import { exactProcessTimeMs } from "./support/processTime.ts";
import { table } from "./support/table.ts";
import { serverPids } from "./calls/processes.ts";

const optionsText = [
  "--rows N            mappings in the database (1000000)",
  "--times N           pages of each kind (40)",
  "--exports N         times that each filter is exported (3); 0 leaves them out",
  "--sqlite            on SQLite instead of MySQL",
].join("\n");

/** For lists without a filter, and for searches by a number, its end, or the beginning of a label. */
const WANTED_P95_MS = 50;
/** For searches anywhere in a text or number, and for references, which read one index as a whole. */
const WANTED_SEARCH_P95_MS = 500;
/** For all other filters and sorts. */
const WANTED_OTHER_P95_MS = 1000;
const WANTED_ROWS_PER_SECOND = 100_000;
/** The memory of an export is bounded: a few chunks, and garbage that V8 has not collected yet. */
const WANTED_MEGABYTES = 100;
const PAGE = 50;

export const parseOptions = (args: readonly string[]) =>
  readOptions(optionsText, () => {
    const { rows, times, exports, sqlite } = parseArgs({
      args: [...args],
      options: {
        rows: { type: "string", default: "1000000" },
        times: { type: "string", default: "40" },
        exports: { type: "string", default: "3" },
        sqlite: { type: "boolean", default: false },
      },
    }).values;
    return {
      rows: wholeNumber("rows", rows),
      times: wholeNumber("times", times),
      exportRounds: wholeNumber("exports", exports, 0),
      kind: sqlite ? ("sqlite" as const) : ("mysql" as const),
    };
  });

const phone = (value: number): PhoneNumber => {
  const text = String(value);
  if (!isPhoneNumber(text)) throw new Error("The benchmark's numbers are wrong.");
  return text;
};

const anyOf = (count: number): number => Math.floor(Math.random() * count);

/** Typical searches with few and many results, different each time. */
const filtersOf = (rows: number): Readonly<Record<string, () => MappingFilter>> => ({
  everything: () => ({}),
  "real number": () => ({ number: phone(79_000_000_000 + anyOf(rows)) }),
  "unknown number": () => ({ number: phone(74_990_000_000 + anyOf(rows)) }),
  "last 3 digits": () => ({ suffix: String(anyOf(1000)).padStart(3, "0") }),
  "last 4 digits": () => ({ suffix: String(anyOf(10_000)).padStart(4, "0") }),
  "last 7 digits": () => ({ suffix: String(anyOf(rows)).padStart(7, "0") }),
  "label, a whole one": () => ({ label: labelOf(anyOf(rows)) }),
  "label, its beginning": () => ({ label: labelOf(anyOf(rows)).slice(0, 9) }),
  "label, a third of all": () => ({ label: "Client" }),
  "reference, a whole one": () => ({ reference: `R-${anyOf(rows)}` }),
  "reference, its beginning": () => ({ reference: `R-${anyOf(99) + 1}` }),
  "search, a name anywhere": () => ({ search: { text: labelOf(anyOf(rows)).slice(3), digits: [] } }),
  "search, digits anywhere": () => {
    const digits = String(7_900_000_000 + Math.floor(anyOf(rows) / 10)).slice(3);
    return { search: { text: digits, digits: [digits] } };
  },
  "search, a third of all": () => ({ search: { text: "lient", digits: [] } }),
  "search, nothing": () => ({ search: { text: "петрова", digits: [] } }),
  "oldest pool": () => ({ poolId: 1 }),
  "newest pool": () => ({ poolId: poolsInData }),
  "state active": () => ({ state: "active" }),
  "state disabled": () => ({ state: "disabled" }),
  "state expired": () => ({ state: "expired" }),
  "pool and state": () => ({ poolId: 1 + anyOf(poolsInData), state: "disabled" }),
  "an import": () => ({ importId: 1 + anyOf(20) }),
  "label and state": () => ({ label: "Client", state: "expired" }),
});

/** Lists that must be fast: when opening the page, and while typing. */
const isSearch = (filter: MappingFilter): boolean => {
  const { number: _number, suffix: _suffix, label: _label, ...others } = filter;
  return Object.keys(others).length === 0;
};

const readsWholeIndex = ({ search, reference }: MappingFilter): boolean =>
  (search ?? reference) !== undefined;

interface Measured {
  readonly filter: string;
  readonly isSearch: boolean;
  readonly readsWholeIndex: boolean;
  readonly sort: string;
  readonly firstMs: number[];
  readonly nextMs: number[];
  readonly middleMs: number[];
  readonly countMs: number[];
  /** The first page with its count, and a page from the middle, over HTTP. */
  readonly httpMs: number[];
  /** For all except those over HTTP. */
  readonly processorMs: number[];
}

interface Asked {
  readonly store: Store;
  readonly search: MappingSearch;
  /** Address of an application with the same database. */
  readonly url: string;
  readonly rows: number;
  readonly times: number;
  /** PID of the database server; null for SQLite. */
  readonly serverPid: number | null;
}

const timed = async <T>(into: number[], work: () => Promise<T>): Promise<T> => {
  const startedAt = performance.now();
  const value = await work();
  into.push(performance.now() - startedAt);
  return value;
};

/** Like `timed`, plus the processor time of the database and this process, which depends less on the machine's load. */
const metered = async <T>(
  into: number[],
  { processorMs }: Measured,
  serverPid: number | null,
  work: () => Promise<T>,
): Promise<T> => {
  const server = serverPid === null ? 0 : exactProcessTimeMs(serverPid);
  const own = process.cpuUsage();
  const value = await timed(into, work);
  const { user, system } = process.cpuUsage(own);
  const servedMs = serverPid === null ? 0 : exactProcessTimeMs(serverPid) - server;
  processorMs.push(servedMs + (user + system) / 1000);
  return value;
};

/** The first three pages, one from a random place, and the same over HTTP. */
const measurePages = async (
  { store, search, url, rows, times, serverPid }: Asked,
  filterOf: () => MappingFilter,
  sort: (typeof mappingSorts)[number],
  measured: Measured,
): Promise<void> => {
  const meter = <T>(into: number[], work: () => Promise<T>): Promise<T> =>
    metered(into, measured, serverPid, work);
  for (let time = 0; time < times; time += 1) {
    const query = { filter: filterOf(), sort, descending: time % 2 === 0, limit: PAGE };
    const first = await meter(measured.firstMs, () => search.page(query));
    let after = first.next;
    for (let page = 0; page < 2 && after !== null; page += 1) {
      const from = after;
      after = (await meter(measured.nextMs, () => search.page({ ...query, after: from }))).next;
    }
    const middle = first.next === null ? null : await placeWithin(store, query, rows);
    if (middle !== null) await meter(measured.middleMs, () => search.page({ ...query, after: middle }));
    if (sort === "created") await meter(measured.countMs, () => search.count(query.filter));
    await timed(measured.httpMs, () => askOverHttp(url, query, null));
    if (middle !== null) await timed(measured.httpMs, () => askOverHttp(url, query, middle));
  }
};

interface AskedPage {
  readonly filter: MappingFilter;
  readonly sort: (typeof mappingSorts)[number];
  readonly descending: boolean;
  readonly limit: number;
}

/** A cursor after a random mapping; null if none was found. */
const placeWithin = async (
  store: Store,
  { filter, sort, descending }: AskedPage,
  rows: number,
): Promise<string | null> => {
  const [taken] = await store.read((manager) =>
    placesInOrder(
      manager,
      filter,
      { sort: "created", descending: false },
      { value: null, id: anyOf(rows) },
      1,
    ),
  );
  if (taken === undefined) return null;
  const found = await createMappingSearch(store).find(taken.id);
  if (found === null) return null;
  const released = found.state === "quarantined";
  const values = {
    created: null,
    realNumber: released ? null : found.realNumber,
    proxyNumber: found.proxyNumber,
    label: found.label,
    expiresAt: found.expiresAtMs,
  };
  return createPagePlaces(store).seal(placeList(sort, descending), { value: values[sort], id: taken.id });
};

const askOverHttp = async (
  url: string,
  { filter, sort, descending, limit }: AskedPage,
  after: string | null,
): Promise<void> => {
  const { poolId, importId, ...rest } = filter;
  const response = await fetch(`${url}/mappings/search`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      ...rest,
      ...(poolId !== undefined && { pool: poolId }),
      ...(importId !== undefined && { import: importId }),
      sort: `${descending ? "-" : ""}${sort}`,
      limit,
      ...(after !== null && { after }),
    }),
  });
  const text = await response.text();
  if (!response.ok) throw new BenchmarkFailedError(`A page answered ${response.status}: ${text}`);
};

/** Filters whose results are also exported. */
const exported: Readonly<Record<string, MappingFilter>> = {
  everything: {},
  "a pool": { poolId: 2 },
  "a state": { state: "active" },
  "an import": { importId: 7 },
  "a label's beginning": { label: "Client 0" },
};

const measureExport = async (search: MappingSearch, filter: MappingFilter) => {
  const rows = await search.countAll(filter);
  globalThis.gc?.();
  const idleBytes = process.memoryUsage().rss;
  let highestBytes = idleBytes;
  let lines = -1;
  const startedAt = performance.now();
  const headers = mappingHeaders("UTC");
  for await (const text of csvOf(
    headers,
    mappingRows(search.stream(filter), { nowMs: () => Date.now(), timeZone: "UTC" }, openViewer),
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
  const { rows, times, exportRounds, kind } = parseOptions(args);
  const conditions = conditionsNow();
  const database = await openDatabase(kind);
  const { store, address } = database;
  const folder = await mkdtemp(join(tmpdir(), "phone-proxy-bench-"));
  let application: ApplicationProcess | null = null;
  try {
    const fill = await fillMappings(store, rows, progress, signal);
    application = await startApplicationProcess(join(folder, "application"), {
      ROLE: "web",
      DATABASE_URL: address.kind === "mysql" ? address.url : address.file,
    });
    const search = createMappingSearch(store);
    const url = `http://127.0.0.1:${application.port}`;
    const serverPid = kind === "mysql" ? (await serverPids()).mysql : null;
    const asked = { store, search, url, rows, times, serverPid };
    const measured: Measured[] = [];
    for (const [filter, filterOf] of Object.entries(filtersOf(rows))) {
      for (const sort of mappingSorts) {
        signal.throwIfAborted();
        const none = { firstMs: [], nextMs: [], middleMs: [], countMs: [], httpMs: [], processorMs: [] };
        const kinds = { isSearch: isSearch(filterOf()), readsWholeIndex: readsWholeIndex(filterOf()) };
        const one: Measured = { filter, ...kinds, sort, ...none };
        await measurePages(asked, filterOf, sort, one);
        measured.push(one);
      }
      progress(`${filter}: ${Math.max(...measured.slice(-mappingSorts.length).map(worstOf)).toFixed(1)} ms`);
    }
    const exports: Exported[] = [];
    for (const [name, filter] of exportRounds === 0 ? [] : Object.entries(exported)) {
      const rounds = [];
      for (let round = 0; round < exportRounds; round += 1) rounds.push(await measureExport(search, filter));
      exports.push({
        name,
        rowsPerSecond: median(rounds.map(({ rowsPerSecond }) => rowsPerSecond)),
        memoryBytes: Math.max(...rounds.map(({ memoryBytes }) => memoryBytes)),
      });
      progress(`export of ${name}: ${Math.round(exports.at(-1)?.rowsPerSecond ?? 0)} rows/s`);
    }
    return report({ rows, times, kind, conditions, fill, measured, exports });
  } finally {
    await application?.child.stop();
    await rm(folder, { recursive: true, force: true });
    await database.remove();
  }
};

const worstOf = ({ firstMs, nextMs, middleMs, countMs, httpMs }: Measured): number =>
  Math.max(
    ...[firstMs, nextMs, middleMs, countMs, httpMs]
      .filter((all) => all.length > 0)
      .map((all) => percentile(all, 0.95)),
  );

const p95 = (values: readonly number[]): number | null =>
  values.length === 0 ? null : rounded(percentile(values, 0.95), 1);

interface Exported {
  readonly name: string;
  /** Median of the rounds. */
  readonly rowsPerSecond: number;
  /** Maximum of the rounds. */
  readonly memoryBytes: number;
}

interface Figures {
  readonly rows: number;
  readonly times: number;
  readonly kind: string;
  readonly conditions: ReturnType<typeof conditionsNow>;
  readonly fill: { readonly rowsPerSecond: number };
  readonly measured: readonly Measured[];
  readonly exports: readonly Exported[];
}

const report = ({ rows, times, kind, conditions, fill, measured, exports }: Figures): BenchmarkResult => {
  const lists = measured.map((one) => ({
    filter: one.filter,
    sort: one.sort,
    firstP95Ms: p95(one.firstMs),
    nextP95Ms: p95(one.nextMs),
    middleP95Ms: p95(one.middleMs),
    countP95Ms: p95(one.countMs),
    httpP95Ms: p95(one.httpMs),
    processorP95Ms: p95(one.processorMs),
  }));
  const [whole] = exports;
  const megabytes =
    exports.length === 0
      ? null
      : rounded(Math.max(...exports.map(({ memoryBytes }) => memoryBytes)) / 1e6, 1);
  const processor = (some: readonly Measured[]): number | null =>
    rounded(Math.max(...some.map(({ processorMs }) => percentile(processorMs, 0.95))), 1);
  const slowestOf = (some: readonly Measured[]): number | null =>
    some.length === 0 ? null : rounded(Math.max(...some.map(worstOf)), 1);
  const searches = measured.filter((one) => one.isSearch);
  const anywhere = measured.filter((one) => one.readsWholeIndex);
  const others = measured.filter((one) => !one.isSearch && !one.readsWholeIndex);
  const goals: Goal[] = [
    goal("slowest list without a filter, or search, p95 in ms", slowestOf(searches), {
      atMost: WANTED_P95_MS,
    }),
    goal("lists of these above it", searches.filter((one) => worstOf(one) > WANTED_P95_MS).length, {
      atMost: 0,
    }),
    goal("… its processor time, p95 in ms", processor(searches), { atMost: WANTED_P95_MS }),
    goal("slowest search anywhere, p95 in ms", slowestOf(anywhere), { atMost: WANTED_SEARCH_P95_MS }),
    goal("… its processor time, p95 in ms", processor(anywhere), { atMost: WANTED_SEARCH_P95_MS }),
    goal("slowest other list or count, p95 in ms", slowestOf(others), { atMost: WANTED_OTHER_P95_MS }),
    goal("… its processor time, p95 in ms", processor(others), { atMost: WANTED_OTHER_P95_MS }),
    goal("export of everything, rows/s", whole === undefined ? null : rounded(whole.rowsPerSecond, 0), {
      atLeast: WANTED_ROWS_PER_SECOND,
    }),
    goal("most memory of an export above what was there before, MB", megabytes, { atMost: WANTED_MEGABYTES }),
  ];
  return {
    json: {
      benchmark: "mappings",
      conditions,
      database: kind,
      rows,
      times,
      insertedRowsPerSecond: rounded(fill.rowsPerSecond, 0),
      lists,
      exports: exports.map((one) => ({ ...one, rowsPerSecond: rounded(one.rowsPerSecond, 0) })),
      goals,
    },
    text: [
      `${rows} mappings on ${kind}, pages of ${PAGE}, ${times} of each kind, p95 in ms.`,
      "",
      table(
        ["filter, sort", "first page", "next pages", "from the middle", "count", "over HTTP", "processor"],
        lists.map((one) => [
          `${one.filter}, ${one.sort}`,
          one.firstP95Ms,
          one.nextP95Ms,
          one.middleP95Ms,
          one.countP95Ms,
          one.httpP95Ms,
          one.processorP95Ms,
        ]),
      ),
      "",
      table(
        ["export of", "rows/s", "MB above before"],
        exports.map(({ name, rowsPerSecond, memoryBytes }) => [
          name,
          rounded(rowsPerSecond, 0),
          rounded(memoryBytes / 1e6, 1),
        ]),
      ),
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
