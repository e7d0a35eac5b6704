import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureLab } from "../lab/lab.ts";
import type { Benchmark, BenchmarkContext, BenchmarkResult } from "./benchmark.ts";
import { BENCHMARK_REDIS, emptyRedis } from "./lookup/database.ts";
import { openDatabase } from "./numbers/database.ts";
import { fillMappings } from "./numbers/fillMappings.ts";
import { startChromium } from "./page/chromium.ts";
import { type Felt, measureList } from "./page/list.ts";
import { type FirstLoad, measureFirstLoad, type Site } from "./page/load.ts";
import { setUpAdministrator } from "./support/administrator.ts";
import { startApplicationProcess } from "./support/application.ts";
import { conditionsInWords, conditionsNow } from "./support/conditions.ts";
import { goal, goalsTable } from "./support/goals.ts";
import { median, percentile, rounded } from "./support/statistics.ts";
import { table } from "./support/table.ts";
import { readWholeNumbers } from "./support/options.ts";

const optionsText = [
  "--quick             two loads, three pages, 20000 mappings: a look, not a figure to quote",
  "--rows N            mappings in the database (1000000)",
  "--loads N           first loads, each by a new browser context (9)",
  "--pages N           pages of the list to go through (20)",
].join("\n");

export const parseOptions = (args: readonly string[]) =>
  readWholeNumbers(args, {
    defaults: { rows: 1_000_000, loads: 9, pages: 20 },
    quick: { rows: 20_000, loads: 2, pages: 3 },
    text: optionsText,
  });

const WANTED_BYTES = 80_000;
const WANTED_INTERACTIVE_MS = 1_000;
const WANTED_LONGEST_TASK_MS = 200;

/** The last digits of a number, for a search. */
const searchesOf = (rows: number): string[] =>
  [0.13, 0.48, 0.77, 0.91].map((share) => String(Math.floor(rows * share)).padStart(7, "0"));

const buildPages = (): void => {
  const script = fileURLToPath(new URL("../scripts/buildWeb.mjs", import.meta.url));
  spawnSync(process.execPath, [script], { stdio: ["ignore", 2, 2] });
};

interface Measured {
  readonly loads: readonly FirstLoad[];
  readonly paging: Felt;
  readonly searching: Felt;
}

const measure = async (
  { progress, signal }: BenchmarkContext,
  { rows, loads, pages }: ReturnType<typeof parseOptions>,
  folder: string,
  cleanUp: (() => unknown)[],
): Promise<Measured> => {
  const browser = await startChromium();
  cleanUp.unshift(() => browser.close());
  const lab = await ensureLab(progress);
  const database = await openDatabase("mysql");
  cleanUp.unshift(() => database.remove());
  await fillMappings(database.store, rows, progress, signal);
  const redisUrl = `${lab.redis.url}/${BENCHMARK_REDIS}`;
  await emptyRedis(redisUrl);
  cleanUp.unshift(() => emptyRedis(redisUrl));
  const application = await startApplicationProcess(join(folder, "application"), {
    ROLE: "web",
    ACCESS: "required",
    DATABASE_URL: database.address.kind === "mysql" ? database.address.url : "",
    REDIS_URL: redisUrl,
  });
  cleanUp.unshift(() => application.child.stop());
  const { cookie } = await setUpAdministrator(application);
  const site: Site = { url: `http://127.0.0.1:${application.port}`, cookie };

  const measured: FirstLoad[] = [];
  // The first load warms up the server.
  for (let load = 0; load <= loads; load += 1) {
    signal.throwIfAborted();
    const one = await measureFirstLoad(browser, site);
    if (load > 0) measured.push(one);
    progress(
      `first load ${load}: ${one.bytes} bytes, usable after ${one.usableMs.toFixed(0)} ms, first input ${one.firstInputMs.toFixed(0)} ms`,
    );
  }
  const { paging, searching } = await measureList(browser, site, pages, searchesOf(rows));
  return { loads: measured, paging, searching };
};

const carryOut = async (context: BenchmarkContext): Promise<BenchmarkResult> => {
  const options = parseOptions(context.args);
  const conditions = conditionsNow();
  buildPages();
  const folder = await mkdtemp(join(tmpdir(), "phone-proxy-bench-"));
  const cleanUp: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    return report(conditions, options, await measure(context, options, folder, cleanUp));
  } finally {
    for (const step of cleanUp) await step();
  }
};

const feltOf = ({ inputsMs, longTasksMs }: Felt) => ({
  inputs: inputsMs.length,
  inputP50Ms: rounded(percentile(inputsMs, 0.5), 0),
  inputP95Ms: rounded(percentile(inputsMs, 0.95), 0),
  inputMaxMs: rounded(Math.max(...inputsMs), 0),
  longTasks: longTasksMs.length,
  // The browser reports only tasks of 50 ms and longer.
  longestTaskMs: rounded(Math.max(0, ...longTasksMs), 0),
});

const report = (
  conditions: ReturnType<typeof conditionsNow>,
  { rows }: ReturnType<typeof parseOptions>,
  { loads, paging, searching }: Measured,
): BenchmarkResult => {
  const middle = (value: (load: FirstLoad) => number): number | null => rounded(median(loads.map(value)), 0);
  const firstLoad = {
    loads: loads.length,
    bytes: middle(({ bytes }) => bytes),
    usableMs: middle(({ usableMs }) => usableMs),
    firstInputMs: middle(({ firstInputMs }) => firstInputMs),
    interactiveMs: middle(({ usableMs, firstInputMs }) => usableMs + firstInputMs),
  };
  const list = { paging: feltOf(paging), searching: feltOf(searching) };
  const longest = Math.max(0, ...paging.longTasksMs, ...searching.longTasksMs);
  const goals = [
    goal("first load, bytes", firstLoad.bytes, { atMost: WANTED_BYTES }),
    goal("until interactive, ms", firstLoad.interactiveMs, { atMost: WANTED_INTERACTIVE_MS }),
    goal("longest task in the list, ms", rounded(longest, 0), { atMost: WANTED_LONGEST_TASK_MS }),
  ];
  const row = (name: string, felt: ReturnType<typeof feltOf>) => [
    name,
    felt.inputs,
    felt.inputP50Ms,
    felt.inputP95Ms,
    felt.inputMaxMs,
    felt.longestTaskMs,
  ];
  return {
    json: { benchmark: "page", conditions, rows, firstLoad, list, goals },
    text: [
      conditionsInWords(conditions),
      "",
      table(
        ["first load of the board", "bytes", "usable, ms", "first input, ms", "interactive, ms"],
        [
          [
            `median of ${loads.length}`,
            firstLoad.bytes,
            firstLoad.usableMs,
            firstLoad.firstInputMs,
            firstLoad.interactiveMs,
          ],
        ],
      ),
      "",
      table(
        [`list of ${rows} mappings`, "inputs", "p50, ms", "p95", "max", "longest task, ms"],
        [row("paging", list.paging), row("searching", list.searching)],
      ),
      "",
      goalsTable(goals),
      "",
    ].join("\n"),
  };
};

export const benchmark: Benchmark = {
  about: "the pages in Chromium: first load, until interactive, and a list of a million mappings",
  options: optionsText,
  run: carryOut,
};
