import { parseArgs } from "node:util";
import { ensureLab } from "../lab/lab.ts";
import {
  type Benchmark,
  type BenchmarkContext,
  type BenchmarkResult,
  BenchmarkUsageError,
} from "./benchmark.ts";
import { climb, judge } from "./calls/ladder.ts";
import { startCallees } from "./calls/load.ts";
import { type Bench, type Measured, measure, serverPids, untilQuiet } from "./calls/measure.ts";
import { removeNumbers, storeNumbers } from "./calls/numbers.ts";
import { untilRecorded } from "./calls/records.ts";
import { report } from "./calls/report.ts";
import { startWays, type Way, type WayName, wayNames } from "./calls/ways.ts";
import { conditionsNow } from "./support/conditions.ts";

interface Options {
  readonly only: readonly WayName[];
  /** Calls per second in the steady rounds, which measure percentiles and processor time. */
  readonly rate: number;
  readonly rounds: number;
  readonly roundSeconds: number;
  readonly stepSeconds: number;
  readonly rates: readonly number[];
}

const optionsText = [
  "--quick             shorter rounds and larger steps of the rate: a look, not a figure to quote",
  "--only WAY,WAY      of plain, dialplan, ariClient, phoneProxy",
  "--rate N            calls per second of the steady rounds (60)",
  "--rounds N          steady rounds (5); 0 leaves them out",
  "--seconds N         length of a steady round and of a step (10)",
  "--rates A,B,C       the rising rates (40, 60, 80, 90, 100 … 240); 0 leaves them out",
].join("\n");

const defaultRates = [40, 60, 80, ...Array.from({ length: 16 }, (_, index) => 90 + index * 10)];
const quickRates = [40, 60, 80, 100, 120, 140, 160, 180, 200];

const number = (name: string, text: string, least: number): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value < least)
    throw new BenchmarkUsageError(`--${name} takes a number from ${least}, not "${text}".`);
  return value;
};

export const parseOptions = (args: readonly string[]): Options => {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        quick: { type: "boolean", default: false },
        only: { type: "string" },
        rate: { type: "string", default: "60" },
        rounds: { type: "string" },
        seconds: { type: "string" },
        rates: { type: "string" },
      },
    }));
  } catch (error) {
    throw new BenchmarkUsageError(
      `${error instanceof Error ? error.message : String(error)}\n\n${optionsText}`,
      {
        cause: error,
      },
    );
  }
  const { quick } = values;
  const only = values.only?.split(",") ?? wayNames;
  const unknown = only.find((name) => !wayNames.some((way) => way === name));
  if (unknown !== undefined)
    throw new BenchmarkUsageError(`--only takes ${wayNames.join(", ")}, not "${unknown}".`);
  const seconds = number("seconds", values.seconds ?? (quick ? "5" : "10"), 1);
  return {
    only: wayNames.filter((name) => only.includes(name)),
    rate: number("rate", values.rate, 1),
    rounds: number("rounds", values.rounds ?? (quick ? "2" : "5"), 0),
    roundSeconds: seconds,
    stepSeconds: seconds,
    rates: (
      values.rates?.split(",").map((text) => number("rates", text, 0)) ?? (quick ? quickRates : defaultRates)
    ).filter((rate) => rate > 0),
  };
};

const WARM_UP = { callsPerSecond: 20, seconds: 3 };

const carryOut = async ({ args, progress, signal }: BenchmarkContext): Promise<BenchmarkResult> => {
  const options = parseOptions(args);
  const conditions = conditionsNow();
  const lab = await ensureLab(progress);
  const started = await startWays(lab, options.only);
  const cleanUp = [() => started.stop()];
  try {
    await removeNumbers(lab);
    await storeNumbers(lab);
    cleanUp.unshift(() => removeNumbers(lab));
    const callees = await startCallees(lab);
    cleanUp.unshift(() => callees.stop());
    const bench: Bench = { lab, pids: await serverPids(), signal };
    const { ways } = started;
    await untilQuiet(bench);
    let recorded = 0;
    const run = async (way: Way, rate: number, seconds: number, label: string): Promise<Measured> => {
      const measured = await measure(bench, way, rate, seconds);
      if (way.name !== "plain") recorded += measured.load.calls;
      progress(`${way.name.padEnd(11)} ${String(rate).padStart(4)}/s  ${label}  ${inShort(measured)}`);
      return measured;
    };

    for (const way of ways) await run(way, WARM_UP.callsPerSecond, WARM_UP.seconds, "warm-up");

    const rounds = new Map<WayName, Measured[]>(ways.map(({ name }) => [name, []]));
    for (let round = 1; round <= options.rounds; round++)
      for (const way of rotated(ways, round))
        rounds.get(way.name)?.push(await run(way, options.rate, options.roundSeconds, `round ${round}`));

    const byName = new Map(ways.map((way) => [way.name, way]));
    const climbs =
      options.rates.length === 0
        ? null
        : await climb(options.only, options.rates, async (name, rate, attempt) => {
            const way = byName.get(name);
            if (way === undefined) throw new Error(`${name} was not started.`);
            const { load } = await run(way, rate, options.stepSeconds, `attempt ${attempt}`);
            return judge(rate, attempt, load);
          });

    const written = await untilRecorded(lab, recorded);
    return report(
      conditions,
      options.only.map((name) => ({
        name,
        climb: climbs?.get(name) ?? null,
        rounds: rounds.get(name) ?? [],
      })),
      options.rate,
      { expected: recorded, written },
    );
  } finally {
    for (const step of cleanUp) await step();
  }
};

const rotated = <T>(items: readonly T[], by: number): T[] => {
  const first = by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
};

const inShort = ({ load, cpuMs }: Measured): string => {
  const { p50Ms, p95Ms, p99Ms } = judge(0, 1, load);
  const times = [p50Ms, p95Ms, p99Ms].map((value) => value.toFixed(1)).join(" / ");
  const controller = cpuMs.controller === null ? "" : `, controller ${cpuMs.controller.toFixed(2)} ms`;
  return `p50/p95/p99 ${times} ms, ${load.failed} failed, Asterisk ${cpuMs.asterisk.toFixed(2)} ms${controller}`;
};

export const benchmark: Benchmark = {
  about: "real calls through a real Asterisk, four ways in turn",
  options: optionsText,
  run: carryOut,
};
