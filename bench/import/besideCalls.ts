import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { LabAddresses } from "../../lab/lab.ts";
import type { BenchmarkContext } from "../benchmark.ts";
import { startCallees } from "../calls/callees.ts";
import { placeCalls } from "../calls/load.ts";
import { untilQuiet } from "../calls/asterisk.ts";
import { benchmarkNumbers, storeNumbers } from "../calls/numbers.ts";
import type { LoadResult } from "../calls/sippFiles.ts";
import { refuseTaken } from "../calls/controllers.ts";
import { BENCHMARK_REDIS, emptyRedis } from "../lookup/database.ts";
import { startApplicationProcess } from "../support/application.ts";
import { BenchmarkFailedError } from "../benchmark.ts";
import { median, percentile, rounded } from "../support/statistics.ts";
import { importFile, pageAsksEveryMs, writeNumbers } from "./world.ts";

export interface BesideOptions {
  readonly callsPerSecond: number;
  readonly rounds: number;
  readonly seconds: number;
  /** Numbers per file. Files are imported one after another while calls are placed. */
  readonly rows: number;
}

/** A round of calls, with or without imports. */
interface Round {
  readonly load: LoadResult;
  readonly importedRows: number;
  readonly importMs: number;
}

interface Beside {
  readonly alone: readonly Round[];
  readonly beside: readonly Round[];
}

interface World {
  readonly lab: LabAddresses;
  /** The application's own database. */
  readonly databaseUrl: string;
  readonly folder: string;
}

/**
 * Real calls through the lab's Asterisk, alternately with and without an import in the same application, as with
 * `ROLE=all`.
 */
export const measureBesideCalls = async (
  { lab, databaseUrl, folder }: World,
  { callsPerSecond, rounds, seconds, rows }: BesideOptions,
  { progress, signal }: BenchmarkContext,
): Promise<Beside> => {
  await refuseTaken(lab);
  const redisUrl = `${lab.redis.url}/${BENCHMARK_REDIS}`;
  await emptyRedis(redisUrl);
  const cleanUp: (() => unknown)[] = [() => emptyRedis(redisUrl)];
  try {
    const application = await startApplicationProcess(join(folder, "calls-application"), {
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      ASTERISK_URL: lab.ari.url,
      ASTERISK_USER: lab.ari.username,
      ASTERISK_PASSWORD: lab.ari.password,
      UPLOAD_DIR: join(folder, "calls-uploads"),
      UPLOAD_MAX_BYTES: "1073741824",
      DEFAULT_POOL: "79580000000-79589999999",
    });
    cleanUp.unshift(() => application.child.stop());
    await storeNumbers({ ...lab, mysql: { ...lab.mysql, url: databaseUrl } });
    const callees = await startCallees(lab);
    cleanUp.unshift(() => callees.stop());

    let calledSoFar = 0;
    const placeSome = (howLongSeconds: number): Promise<LoadResult> => {
      const calls = callsPerSecond * howLongSeconds;
      const first = calledSoFar;
      calledSoFar += calls;
      const dialled = Array.from(
        { length: calls },
        (_, index) => benchmarkNumbers[(first + index) % benchmarkNumbers.length]?.proxy ?? "",
      );
      return placeCalls(lab, { dialled, callsPerSecond, calls }, signal);
    };
    const quiet = (): Promise<void> => untilQuiet(lab, signal);

    let files = 0;
    /** Imports one file after another, so that an import is running during every call. */
    const importUntil = async (over: () => boolean) => {
      let [importedRows, importMs] = [0, 0];
      while (!over()) {
        const path = await writeNumbers(folder, rows, files * rows);
        files += 1;
        const { port, child } = application;
        const measured = await importFile({ port, pid: child.pid }, path, rows, signal, pageAsksEveryMs);
        importMs += measured.tookMs;
        importedRows += rows;
        await rm(path);
      }
      return { importedRows, importMs };
    };

    const alone: Round[] = [];
    const beside: Round[] = [];
    await placeSome(2);
    await quiet();
    for (let round = 1; round <= rounds; round += 1) {
      const load = await placeSome(seconds);
      await quiet();
      alone.push({ load, importedRows: 0, importMs: 0 });
      progress(`calls alone, round ${round}: ${inShort(load)}`);

      let callsAreOver = false;
      const calls = placeSome(seconds).finally(() => {
        callsAreOver = true;
      });
      const [together, imported] = await Promise.all([calls, importUntil(() => callsAreOver)]);
      await quiet();
      beside.push({ load: together, ...imported });
      progress(`beside an import, round ${round}: ${inShort(together)}; ${imported.importedRows} rows`);
    }
    const failed = [...alone, ...beside].reduce((sum, round) => sum + round.load.failed, 0);
    if (failed > 0 && failed === calledSoFar) throw new BenchmarkFailedError("Every single call failed.");
    return { alone, beside };
  } finally {
    for (const step of cleanUp) await step();
  }
};

const inShort = ({ setUpMs, failed }: LoadResult): string =>
  `set-up p50/p95 ${percentile(setUpMs, 0.5).toFixed(1)} / ${percentile(setUpMs, 0.95).toFixed(1)} ms, ${failed} failed`;

const p95 = ({ load }: Round): number => percentile(load.setUpMs, 0.95);

const figuresOf = (rounds: readonly Round[]) => {
  const middle = (share: number): number | null =>
    rounded(median(rounds.map(({ load }) => percentile(load.setUpMs, share))), 1);
  return {
    calls: rounds.reduce((sum, { load }) => sum + load.calls, 0),
    failedCalls: rounds.reduce((sum, { load }) => sum + load.failed, 0),
    setUpP50Ms: middle(0.5),
    setUpP95Ms: middle(0.95),
    setUpP99Ms: middle(0.99),
  };
};

/** For the result: compares each round with imports with the round before it. */
export const besideFigures = ({ alone, beside }: Beside, { callsPerSecond }: BesideOptions) => ({
  callsPerSecond,
  rounds: alone.length,
  alone: figuresOf(alone),
  beside: {
    ...figuresOf(beside),
    rowsPerSecond: rounded(
      median(beside.map(({ importedRows, importMs }) => (importedRows * 1000) / importMs)),
      0,
    ),
  },
  p95Ratio: rounded(median(beside.map((round, index) => p95(round) / p95(alone[index] ?? round))), 2),
});
