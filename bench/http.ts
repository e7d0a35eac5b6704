import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureLab } from "../lab/lab.ts";
import type { Benchmark, BenchmarkContext, BenchmarkResult } from "./benchmark.ts";
import { BENCHMARK_REDIS, emptyRedis } from "./lookup/database.ts";
import { startBareKoa } from "./lookup/startBareKoa.ts";
import { AT_ONCE, askingOverHttp, measure, type Round, type Way } from "./lookup/ways.ts";
import { openDatabase } from "./numbers/database.ts";
import { fillMappings } from "./numbers/fillMappings.ts";
import { setUpAdministrator } from "./support/administrator.ts";
import { startApplicationProcess } from "./support/application.ts";
import { conditionsInWords, conditionsNow } from "./support/conditions.ts";
import { goal, goalsTable } from "./support/goals.ts";
import { HttpClient } from "./support/httpClient.ts";
import { median, rounded } from "./support/statistics.ts";
import { table } from "./support/table.ts";
import { readWholeNumbers } from "./support/options.ts";

const optionsText = [
  "--quick             one round of half a second, 20000 mappings: a look, not a figure to quote",
  "--rounds N          rounds for each way, in turn (5)",
  "--milliseconds N    length of a round (2000)",
  "--rows N            mappings in the database (200000)",
].join("\n");

export const parseOptions = (args: readonly string[]) =>
  readWholeNumbers(args, {
    defaults: { rounds: 5, milliseconds: 2_000, rows: 200_000 },
    quick: { rounds: 1, milliseconds: 500, rows: 20_000 },
    text: optionsText,
  });

/** Page size of the numbers page. */
const PAGE = 50;
const PAGES = 20;
const LOOKUPS = 100;
const WANTED_RATIO = 0.7;

/** Requests are counted as usual, but the limits are too high to reject any of them. */
const limitsOn = { USER_REQUESTS_PER_MINUTE: "1000000", KEY_REQUESTS_PER_MINUTE: "10000000" };

/** URLs of the first pages of the list, each from the page before. */
const pagesOf = async (client: HttpClient): Promise<{ paths: string[]; body: string }> => {
  const paths = [`/mappings?limit=${PAGE}`];
  let body = "";
  while (paths.length < PAGES) {
    body = await client.get(paths.at(-1) ?? "");
    const { next } = JSON.parse(body) as { readonly next: string | null };
    if (next === null) break;
    paths.push(`/mappings?limit=${PAGE}&after=${encodeURIComponent(next)}`);
  }
  return { paths, body };
};

interface Opened {
  readonly ways: readonly Way[];
}

const open = async (
  { progress, signal }: BenchmarkContext,
  rows: number,
  folder: string,
  cleanUp: (() => unknown)[],
): Promise<Opened> => {
  const lab = await ensureLab(progress);
  const database = await openDatabase("mysql");
  cleanUp.unshift(() => database.remove());
  await fillMappings(database.store, rows, progress, signal);
  const proxies: readonly { readonly fake_phone: string }[] = await database.store.read((manager) =>
    manager.query(
      `SELECT fake_phone FROM phone_mappings WHERE state = 'active' ORDER BY id LIMIT ${LOOKUPS}`,
    ),
  );
  const redisUrl = `${lab.redis.url}/${BENCHMARK_REDIS}`;
  await emptyRedis(redisUrl);
  cleanUp.unshift(() => emptyRedis(redisUrl));
  const application = await startApplicationProcess(join(folder, "application"), {
    ROLE: "web",
    ACCESS: "required",
    DATABASE_URL: database.address.kind === "mysql" ? database.address.url : "",
    REDIS_URL: redisUrl,
    ...limitsOn,
  });
  cleanUp.unshift(() => application.child.stop());
  const { child, port } = application;
  const administrator = await setUpAdministrator(application);
  const key = { "X-API-Key": await administrator.keyWith(["lookups.read"]) };
  const session = { Cookie: administrator.cookie };
  const lookupPaths = proxies.map(({ fake_phone }) => `/lookup/real/${fake_phone}`);

  const byKey = await HttpClient.connect("127.0.0.1", port, key);
  const lookupBody = await byKey.get(lookupPaths[0] ?? "");
  byKey.close();
  const bySession = await HttpClient.connect("127.0.0.1", port, session);
  const pages = await pagesOf(bySession);
  bySession.close();

  const bare = async (body: string) => {
    const started = await startBareKoa(body);
    cleanUp.unshift(() => started.child.stop());
    return started;
  };
  const bareLookup = await bare(lookupBody);
  const barePage = await bare(pages.body);
  return {
    ways: [
      {
        name: "lookup",
        about: "lookup, by key",
        pid: child.pid,
        atOnce: AT_ONCE,
        open: askingOverHttp(port, lookupPaths, key),
      },
      {
        name: "bareLookup",
        about: "bare Koa, the same bytes",
        pid: bareLookup.child.pid,
        atOnce: AT_ONCE,
        open: askingOverHttp(bareLookup.port, lookupPaths, key),
      },
      {
        name: "mappings",
        about: `page of ${PAGE} mappings, by session`,
        pid: child.pid,
        atOnce: AT_ONCE,
        open: askingOverHttp(port, pages.paths, session),
      },
      {
        name: "bareMappings",
        about: "bare Koa, the same bytes",
        pid: barePage.child.pid,
        atOnce: AT_ONCE,
        open: askingOverHttp(barePage.port, pages.paths, session),
      },
    ],
  };
};

const carryOut = async (context: BenchmarkContext): Promise<BenchmarkResult> => {
  const { rounds, milliseconds, rows } = parseOptions(context.args);
  const conditions = conditionsNow();
  const folder = await mkdtemp(join(tmpdir(), "phone-proxy-bench-"));
  const cleanUp: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const { ways } = await open(context, rows, folder, cleanUp);
    const results = new Map<string, Round[]>(ways.map(({ name }) => [name, []]));
    for (let round = 0; round <= rounds; round++)
      for (const way of ways) {
        context.signal.throwIfAborted();
        const result = await measure(way, milliseconds);
        // The first round warms up caches and the compiler.
        if (round > 0) results.get(way.name)?.push(result);
        context.progress(
          `${way.name.padEnd(12)} round ${round}  ${result.perSecond.toFixed(0)}/s, ${result.cpuUs.toFixed(0)} µs CPU`,
        );
      }
    return report(conditions, rows, ways, results);
  } finally {
    for (const step of cleanUp) await step();
  }
};

const report = (
  conditions: ReturnType<typeof conditionsNow>,
  rows: number,
  ways: readonly Way[],
  results: ReadonlyMap<string, readonly Round[]>,
): BenchmarkResult => {
  const middle = (name: string, value: (round: Round) => number, digits: number): number | null =>
    rounded(median((results.get(name) ?? []).map(value)), digits);
  const figures = Object.fromEntries(
    ways.map(({ name }) => [
      name,
      {
        perSecond: middle(name, ({ perSecond }) => perSecond, 0),
        p50Us: middle(name, ({ p50Us }) => p50Us, 0),
        p99Us: middle(name, ({ p99Us }) => p99Us, 0),
        cpuUs: middle(name, ({ cpuUs }) => cpuUs, 0),
      },
    ]),
  );
  /** The ratio of two consecutive rounds, so that a machine that becomes slower does not count. */
  const ratio = (name: string, bare: string): number | null =>
    rounded(
      median(
        (results.get(name) ?? []).map(
          ({ perSecond }, round) => perSecond / (results.get(bare)?.[round]?.perSecond ?? Number.NaN),
        ),
      ),
      2,
    );
  const lookupToBareKoa = ratio("lookup", "bareLookup");
  const mappingsToBareKoa = ratio("mappings", "bareMappings");
  const goals = [
    goal("lookups by key, to bare Koa", lookupToBareKoa, { atLeast: WANTED_RATIO }),
    goal("pages of mappings by session, to bare Koa", mappingsToBareKoa, { atLeast: WANTED_RATIO }),
  ];
  return {
    json: {
      benchmark: "http",
      conditions,
      rows,
      atOnce: AT_ONCE,
      ways: figures,
      lookupToBareKoa,
      mappingsToBareKoa,
      goals,
    },
    text: [
      conditionsInWords(conditions),
      "",
      table(
        ["over HTTP", "a second", "p50, µs", "p99, µs", "CPU, µs"],
        ways.map(({ name, about }) => {
          const { perSecond = null, p50Us = null, p99Us = null, cpuUs = null } = figures[name] ?? {};
          return [about, perSecond, p50Us, p99Us, cpuUs];
        }),
      ),
      `ACCESS=required, limits counted, MySQL with ${rows} mappings, Redis; ${AT_ONCE} requests at a time.`,
      "",
      goalsTable(goals),
      "",
    ].join("\n"),
  };
};

export const benchmark: Benchmark = {
  about: "lookups by key and pages of mappings by session, access required, beside a bare Koa",
  options: optionsText,
  run: carryOut,
};
