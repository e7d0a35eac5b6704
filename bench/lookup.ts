import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureLab } from "../lab/lab.ts";
import { createLogger } from "../src/ops/logger.ts";
import { type Benchmark, type BenchmarkContext, type BenchmarkResult } from "./benchmark.ts";
import { startApplicationProcess } from "./support/application.ts";
import { type LookupData, makeLookupData } from "./lookup/database.ts";
import { startInProcess } from "./lookup/inProcess.ts";
import { startBareKoa } from "./lookup/startBareKoa.ts";
import { type Asking, AT_ONCE, askingOverHttp, measure, type Round, type Way } from "./lookup/ways.ts";
import { conditionsInWords, conditionsNow } from "./support/conditions.ts";
import { HttpClient } from "./support/httpClient.ts";
import { readOptions, wholeNumber } from "./support/options.ts";
import { median, rounded } from "./support/statistics.ts";
import { table } from "./support/table.ts";

const optionsText = [
  "--quick             one round of half a second: a look, not a figure to quote",
  "--rounds N          rounds of a second for each way, in turn (5)",
].join("\n");

const COUNT = 10_000;

export const parseOptions = (args: readonly string[]) =>
  readOptions(optionsText, () => {
    const { rounds, quick } = parseArgs({
      args: [...args],
      options: { quick: { type: "boolean", default: false }, rounds: { type: "string" } },
    }).values;
    return {
      rounds: wholeNumber("rounds", rounds ?? (quick ? 1 : 5)),
      durationMs: quick ? 500 : 1_000,
    };
  });

const asking = (ask: () => Promise<unknown>) => (): Asking => ({ ask, close: () => undefined });

interface Opened {
  readonly ways: readonly Way[];
  readonly check: () => void;
}

const open = async (data: LookupData, folder: string, cleanUp: (() => unknown)[]): Promise<Opened> => {
  const logger = createLogger({ level: "warn", format: "pretty", destination: process.stderr });
  const inProcess = await startInProcess(data, logger);
  cleanUp.unshift(() => inProcess.close());
  const pid = process.pid;

  const application = async (
    name: string,
    settings: Record<string, string>,
  ): Promise<{ pid: number; port: number }> => {
    const started = await startApplicationProcess(join(folder, name), {
      ROLE: "web",
      DATABASE_URL: data.databaseUrl,
      REDIS_URL: data.redisUrl,
      ...settings,
    });
    cleanUp.unshift(() => started.child.stop());
    return { pid: started.child.pid, port: started.port };
  };
  const paths = data.numbers.map((number) => `/lookup/real/${number}`);

  const cached = await application("cached", { CACHE_LOCAL_TTL_MS: "60000" });
  const uncached = await application("uncached", { CACHE_LOCAL_ENTRIES: "0" });
  const client = await HttpClient.connect("127.0.0.1", cached.port);
  const body = await client.get(paths[0] ?? "");
  client.close();
  const bare = await startBareKoa(body);
  cleanUp.unshift(() => bare.child.stop());

  const few = paths.slice(0, 100);
  return {
    check: () => {
      inProcess.local.check();
      inProcess.redis.check();
      inProcess.database.check();
    },
    ways: [
      {
        name: "inProcess",
        about: "in process, remembered",
        pid,
        atOnce: 1,
        batch: 1_000,
        open: asking(inProcess.local.ask),
      },
      {
        name: "redis",
        about: "in process, from Redis",
        pid,
        atOnce: AT_ONCE,
        open: asking(inProcess.redis.ask),
      },
      {
        name: "database",
        about: "in process, from MySQL",
        pid,
        atOnce: AT_ONCE,
        open: asking(inProcess.database.ask),
      },
      {
        name: "http",
        about: "over HTTP, remembered",
        pid: cached.pid,
        atOnce: AT_ONCE,
        open: askingOverHttp(cached.port, few),
      },
      {
        name: "httpRedis",
        about: "over HTTP, from Redis",
        pid: uncached.pid,
        atOnce: AT_ONCE,
        open: askingOverHttp(uncached.port, few),
      },
      {
        name: "bareKoa",
        about: "bare Koa, the same bytes",
        pid: bare.child.pid,
        atOnce: AT_ONCE,
        open: askingOverHttp(bare.port, few),
      },
    ],
  };
};

const carryOut = async ({ args, progress, signal }: BenchmarkContext): Promise<BenchmarkResult> => {
  const { rounds, durationMs } = parseOptions(args);
  const conditions = conditionsNow();
  const lab = await ensureLab(progress);
  const folder = await mkdtemp(join(tmpdir(), "phone-proxy-bench-"));
  const cleanUp: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const silent = createLogger({ level: "error", format: "pretty", destination: process.stderr });
    const data = await makeLookupData(lab, COUNT, silent);
    cleanUp.unshift(() => data.remove());
    const { ways, check } = await open(data, folder, cleanUp);
    const results = new Map<string, Round[]>(ways.map(({ name }) => [name, []]));
    for (let round = 0; round <= rounds; round++)
      for (const way of ways) {
        signal.throwIfAborted();
        const result = await measure(way, durationMs);
        // The first round warms up caches and the compiler.
        if (round > 0) results.get(way.name)?.push(result);
        progress(
          `${way.name.padEnd(10)} round ${round}  ${result.perSecond.toFixed(0)}/s, ${result.cpuUs.toFixed(1)} µs CPU`,
        );
      }
    check();
    const middle = (name: string, value: (round: Round) => number, digits = 1): number | null =>
      rounded(median((results.get(name) ?? []).map(value)), digits);
    const figures = Object.fromEntries(
      ways.map(({ name }) => [
        name,
        {
          perSecond: middle(name, (round) => round.perSecond, 0),
          p50Us: middle(name, (round) => round.p50Us),
          p99Us: middle(name, (round) => round.p99Us),
          cpuUs: middle(name, (round) => round.cpuUs),
        },
      ]),
    );
    const toBare = (name: string): number | null =>
      rounded((figures[name]?.perSecond ?? Number.NaN) / (figures["bareKoa"]?.perSecond ?? Number.NaN), 2);
    const json = {
      benchmark: "lookup",
      conditions,
      mappings: COUNT,
      ways: figures,
      httpToBareKoa: toBare("http"),
      httpRedisToBareKoa: toBare("httpRedis"),
    };
    const text = [
      conditionsInWords(conditions),
      "",
      table(
        ["lookup", "a second", "p50, µs", "p99, µs", "CPU, µs"],
        ways.map(({ name, about }) => {
          const { perSecond = null, p50Us = null, p99Us = null, cpuUs = null } = figures[name] ?? {};
          return [about, perSecond, p50Us, p99Us, cpuUs];
        }),
      ),
      `${AT_ONCE} questions at a time, one at a time where remembered in process; CPU of the process that answers.`,
      `Over HTTP to bare Koa: ${json.httpToBareKoa} remembered, ${json.httpRedisToBareKoa} from Redis.`,
      "",
    ].join("\n");
    return { json, text };
  } finally {
    for (const step of cleanUp) await step();
  }
};

export const benchmark: Benchmark = {
  about: "whose number is this: in process, through Redis, from MySQL, over HTTP beside a bare Koa",
  options: optionsText,
  run: carryOut,
};
