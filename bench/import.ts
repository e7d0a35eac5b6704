import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createConnection } from "mysql2/promise";
import { ensureLab } from "../lab/lab.ts";
import { type Benchmark, type BenchmarkContext, type BenchmarkResult } from "./benchmark.ts";
import { besideFigures, type BesideOptions, measureBesideCalls } from "./import/besideCalls.ts";
import { measureCancels } from "./import/cancels.ts";
import { loadData } from "./import/loadData.ts";
import { fileBytes, importFile, type ImportMeasured, writeNumbers } from "./import/world.ts";
import { startApplicationProcess } from "./support/application.ts";
import { conditionsInWords, conditionsNow } from "./support/conditions.ts";
import { readOptions, wholeNumber } from "./support/options.ts";
import { goal, goalsTable } from "./support/goals.ts";
import { rounded } from "./support/statistics.ts";
import { table } from "./support/table.ts";

const optionsText = [
  "--rows N            rows of the file (200000; the goals are meant for 1000000)",
  "--database NAME     mysql, sqlite or both (both)",
  "--calls N           real calls a second without and beside an import, on MySQL (20); 0 leaves them out",
  "--rounds N          rounds of calls, without and beside in turn (3)",
  "--seconds N         length of a round of calls (15)",
].join("\n");

const databases = ["mysql", "sqlite"] as const;
type Database = (typeof databases)[number];

export const parseOptions = (args: readonly string[]) =>
  readOptions(optionsText, () => {
    const { database, calls, rounds, seconds, ...values } = parseArgs({
      args: [...args],
      options: {
        rows: { type: "string", default: "200000" },
        database: { type: "string", default: "both" },
        calls: { type: "string", default: "20" },
        rounds: { type: "string", default: "3" },
        seconds: { type: "string", default: "15" },
      },
    }).values;

    const rows = wholeNumber("rows", values.rows, 1, 5_000_000);
    const chosen = databases.filter((one) => database === "both" || database === one);
    if (chosen.length === 0) throw new RangeError("--database takes mysql, sqlite or both.");
    return {
      rows,
      databases: chosen,
      beside: {
        callsPerSecond: chosen.includes("mysql") ? wholeNumber("calls", calls, 0, 200) : 0,
        rounds: wholeNumber("rounds", rounds, 1, 20),
        seconds: wholeNumber("seconds", seconds, 1, 300),
        rows: Math.min(rows, 200_000),
      } satisfies BesideOptions,
    };
  });

interface Made {
  readonly url: string;
  remove(): Promise<void>;
}

async function makeMysql(progress: (line: string) => void): Promise<Made> {
  const lab = await ensureLab(progress);
  const name = `phone_proxy_bench_${randomBytes(6).toString("hex")}`;
  const execute = async (sql: string): Promise<void> => {
    const connection = await createConnection(lab.mysql.url);
    try {
      await connection.query(sql);
    } finally {
      await connection.end();
    }
  };
  await execute(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  const url = new URL(lab.mysql.url);
  url.pathname = `/${name}`;
  return { url: url.href, remove: () => execute(`DROP DATABASE ${name}`) };
}

interface Measured extends ImportMeasured {
  /** null on SQLite, which has no such statement. */
  readonly loadDataMs: number | null;
  /** One value per cancellation. */
  readonly cancelMs: readonly number[];
}

async function measure(
  database: Database,
  path: string,
  rows: number,
  { progress, signal }: BenchmarkContext,
): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), "phone-proxy-bench-"));
  const made =
    database === "mysql"
      ? await makeMysql(progress)
      : { url: join(folder, "bench.sqlite"), remove: async () => undefined };
  try {
    const application = await startApplicationProcess(join(folder, "application"), {
      ROLE: "web",
      DATABASE_URL: made.url,
      UPLOAD_DIR: join(folder, "uploads"),
      UPLOAD_MAX_BYTES: "1073741824",
      DEFAULT_POOL: "79580000000-79589999999",
    });
    try {
      const { port, child } = application;
      const measured = await importFile({ port, pid: child.pid }, path, rows, signal);
      progress(`${database}: ${Math.round((rows * 1000) / measured.tookMs)} rows/s`);
      const loadDataMs =
        database === "mysql" ? await loadData(made.url, join(folder, "finished.csv"), rows) : null;
      if (loadDataMs !== null) progress(`LOAD DATA: ${Math.round((rows * 1000) / loadDataMs)} rows/s`);
      const cancelMs = await measureCancels(port, folder, signal);
      return { ...measured, loadDataMs, cancelMs };
    } finally {
      await application.child.stop();
    }
  } finally {
    await made.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

/** null if calls were skipped. */
async function measureCalls(options: BesideOptions, context: BenchmarkContext) {
  if (options.callsPerSecond === 0) return null;
  const lab = await ensureLab(context.progress);
  const folder = await mkdtemp(join(tmpdir(), "phone-proxy-bench-"));
  const made = await makeMysql(context.progress);
  try {
    return besideFigures(
      await measureBesideCalls({ lab, databaseUrl: made.url, folder }, options, context),
      options,
    );
  } finally {
    await made.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

const megabytes = (bytes: number): number => bytes / 1e6;

const carryOut = async (context: BenchmarkContext): Promise<BenchmarkResult> => {
  const { rows, databases: chosen, beside } = parseOptions(context.args);
  const conditions = conditionsNow();
  const folder = await mkdtemp(join(tmpdir(), "phone-proxy-bench-"));
  try {
    const path = await writeNumbers(folder, rows);
    const results = new Map<Database, Measured>();
    for (const database of chosen) results.set(database, await measure(database, path, rows, context));
    const calls = await measureCalls(beside, context);
    const perSecond = (tookMs: number | null | undefined): number | null =>
      typeof tookMs === "number" ? rounded((rows * 1000) / tookMs, 0) : null;
    const figures = Object.fromEntries(
      [...results].map(([database, { tookMs, idleBytes, peakBytes, loadDataMs, cancelMs }]) => [
        database,
        {
          rowsPerSecond: perSecond(tookMs),
          seconds: rounded(tookMs / 1000, 1),
          idleMegabytes: rounded(megabytes(idleBytes), 0),
          peakMegabytes: rounded(megabytes(peakBytes), 0),
          loadDataRowsPerSecond: perSecond(loadDataMs),
          timesLoadData: loadDataMs === null ? null : rounded(tookMs / loadDataMs, 2),
          longestCancelMs: rounded(Math.max(...cancelMs), 0),
        },
      ]),
    );
    const above = [...results.values()].map(({ idleBytes, peakBytes }) => megabytes(peakBytes - idleBytes));
    const mysql = figures["mysql"];
    const goals = [
      goal("rows/s on MySQL, end to end", mysql?.rowsPerSecond ?? null, { atLeast: 20_000 }),
      goal("times LOAD DATA of the finished rows", mysql?.timesLoadData ?? null, { atMost: 2.5 }),
      goal(
        "ms until a cancellation is answered, at most",
        rounded(Math.max(...[...results.values()].flatMap(({ cancelMs }) => cancelMs)), 0),
        { atMost: 1000 },
      ),
      goal("MB resident above idle", rounded(Math.max(...above), 0), { atMost: 200 }),
      goal("set-up p95 of calls beside an import, to without", calls?.p95Ratio ?? null, { atMost: 1.2 }),
    ];
    const json = {
      benchmark: "import",
      conditions,
      rows,
      fileBytes: await fileBytes(path),
      databases: figures,
      calls,
      goals,
    };
    const text = [
      conditionsInWords(conditions),
      "",
      table(
        [
          "database",
          "rows/s",
          "seconds",
          "idle, MB",
          "peak, MB",
          "LOAD DATA, rows/s",
          "times LOAD DATA",
          "cancel, ms",
        ],
        Object.entries(figures).map(([database, one]) => [
          database,
          one.rowsPerSecond,
          one.seconds,
          one.idleMegabytes,
          one.peakMegabytes,
          one.loadDataRowsPerSecond,
          one.timesLoadData,
          one.longestCancelMs,
        ]),
      ),
      `${rows} rows, from the first byte of the upload until every row and its result are stored.`,
      ...(calls === null
        ? []
        : [
            "",
            table(
              [`${calls.callsPerSecond} calls a second`, "set-up p50, ms", "p95", "p99", "failed"],
              (["alone", "beside"] as const).map((name) => {
                const { setUpP50Ms, setUpP95Ms, setUpP99Ms, failedCalls } = calls[name];
                return [
                  name === "alone" ? "without an import" : "beside an import",
                  setUpP50Ms,
                  setUpP95Ms,
                  setUpP99Ms,
                  failedCalls,
                ];
              }),
            ),
            `Medians of ${calls.rounds} rounds each, in turn; beside the calls ${calls.beside.rowsPerSecond} rows/s were imported.`,
          ]),
      "",
      goalsTable(goals),
      "",
    ].join("\n");
    return { json, text };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

export const benchmark: Benchmark = {
  about: "a file of numbers imported over HTTP, beside LOAD DATA of the finished rows; what calls feel of it",
  options: optionsText,
  run: carryOut,
};
