import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  type Benchmark,
  type BenchmarkContext,
  BenchmarkFailedError,
  type BenchmarkResult,
} from "./benchmark.ts";
import { has, type LoadAnswer, type LoadRequest, type SubjectFigures } from "./controller/messages.ts";
import { type BenchmarkChild, nodeCommand, startChild } from "./support/child.ts";
import { conditionsInWords, conditionsNow } from "./support/conditions.ts";
import { readOptions, wholeNumber } from "./support/options.ts";
import { goal, goalsTable } from "./support/goals.ts";
import { median, rounded, slope } from "./support/statistics.ts";
import { table } from "./support/table.ts";

const optionsText = [
  "--calls N           calls of the long run (100000)",
  "--at-once N         how many of them at once (200)",
  "--connect WAY       dial, or bridge: who connects the calls, as the setting CONNECT (dial)",
  "--quick             a tenth of everything: a look, not a figure to quote",
].join("\n");

/** The spool remembers the last 20,000 ended calls. After those, the heap must not grow. */
const CALLS_UNTIL_STEADY = 25_000;
const LIVE_CALLS = [100, 1_000, 10_000] as const;

interface Options {
  readonly connect: "dial" | "bridge";
  readonly calls: number;
  readonly atOnce: number;
  readonly eventCalls: number;
  readonly rounds: number;
}

export const parseOptions = (args: readonly string[]): Options =>
  readOptions(optionsText, () => {
    const { connect, quick, ...values } = parseArgs({
      args: [...args],
      options: {
        calls: { type: "string", default: "100000" },
        "at-once": { type: "string", default: "200" },
        connect: { type: "string", default: "dial" },
        quick: { type: "boolean", default: false },
      },
    }).values;

    const calls = wholeNumber("calls", values.calls);
    if (connect !== "dial" && connect !== "bridge")
      throw new RangeError(`--connect takes dial or bridge, not "${connect}".`);
    return {
      connect,
      calls: quick ? Math.ceil(calls / 10) : calls,
      atOnce: wholeNumber("at-once", values["at-once"]),
      eventCalls: quick ? 1_000 : 5_000,
      rounds: quick ? 1 : 3,
    };
  });

interface Bench {
  readonly load: (request: LoadRequest) => Promise<LoadAnswer>;
  readonly figures: () => Promise<SubjectFigures>;
  readonly progress: (line: string) => void;
}

const ANSWER_TIMEOUT_MS = 300_000;

const childFile = (name: string): string => fileURLToPath(new URL(`controller/${name}`, import.meta.url));

const startBench = async (
  folder: string,
  connect: Options["connect"],
  children: BenchmarkChild[],
  { progress, signal }: BenchmarkContext,
): Promise<Bench> => {
  const asterisk = startChild(nodeCommand(childFile("asterisk.ts")), {
    messages: true,
    environment: { CONNECT: connect },
  });
  children.push(asterisk);
  const url = await asterisk.message(
    (message) => (has(message, "url") ? String(message.url) : undefined),
    "The simulated Asterisk",
    30_000,
  );
  const subject = startChild(nodeCommand(childFile("subject.ts"), ["--expose-gc"]), {
    messages: true,
    environment: { CONNECT: connect, ASTERISK_URL: url, SPOOL_DIR: join(folder, "spool") },
  });
  children.push(subject);
  await subject.message((message) => (has(message, "ready") ? true : undefined), "The controller", 30_000);
  return {
    progress,
    load: async (request) => {
      signal.throwIfAborted();
      asterisk.send(request);
      const answer = await asterisk.message(
        (message) => (has(message, "done") ? (message as unknown as LoadAnswer) : undefined),
        "The simulated Asterisk",
        ANSWER_TIMEOUT_MS,
      );
      if (answer.failed > 0) throw new BenchmarkFailedError(`${answer.failed} calls were not answered.`);
      return answer;
    },
    figures: () => {
      subject.send({ figures: true });
      return subject.message(
        (message) => (has(message, "heapBytes") ? (message as unknown as SubjectFigures) : undefined),
        "The controller",
        ANSWER_TIMEOUT_MS,
      );
    },
  };
};

/** The long run in ten parts, with the heap measured after each. */
const runLong = async ({ load, figures, progress }: Bench, { calls, atOnce }: Options) => {
  const parts = 10;
  const each = Math.ceil(calls / parts);
  const points: {
    calls: number;
    heapBytes: number;
    callsPerSecond: number;
    cpuMsPerCall: number;
    asteriskCpuMsPerCall: number;
  }[] = [];
  let before = await figures();
  for (let part = 1; part <= parts; part++) {
    const { elapsedMs, cpuMs } = await load({ run: { calls: each, atOnce } });
    const after = await figures();
    points.push({
      calls: part * each,
      heapBytes: after.heapBytes,
      callsPerSecond: (each * 1000) / elapsedMs,
      cpuMsPerCall: (after.cpuMs - before.cpuMs) / each,
      asteriskCpuMsPerCall: cpuMs / each,
    });
    const point = points.at(-1);
    progress(
      `${part * each} calls: ${point?.callsPerSecond.toFixed(0)}/s, controller ${point?.cpuMsPerCall.toFixed(3)} ms, simulated Asterisk ${point?.asteriskCpuMsPerCall.toFixed(3)} ms a call, heap ${(after.heapBytes / 1e6).toFixed(1)} MB`,
    );
    before = after;
  }
  const steady = points.filter((point) => point.calls >= CALLS_UNTIL_STEADY);
  return {
    calls: parts * each,
    callsPerSecond: rounded(median(points.map((point) => point.callsPerSecond)), 0),
    // The rate that one core would reach if it never waited for the other process.
    callsPerControllerCpuSecond: rounded(1000 / median(points.map((point) => point.cpuMsPerCall)), 0),
    controllerCpuMsPerCall: rounded(median(points.map((point) => point.cpuMsPerCall)), 3),
    simulatedAsteriskCpuMsPerCall: rounded(median(points.map((point) => point.asteriskCpuMsPerCall)), 3),
    heapBytes: points.map((point) => point.heapBytes),
    heapGrowthBytesPerCall:
      steady.length < 3 ? null : rounded(slope(steady.map((point) => [point.calls, point.heapBytes])), 1),
  };
};

/** Short calls beside different numbers of calls in progress. The cost of an event must not depend on these. */
const runBeside = async ({ load, figures, progress }: Bench, { eventCalls, rounds }: Options) => {
  const costs = new Map<number, number[]>(LIVE_CALLS.map((live) => [live, []]));
  for (let round = 1; round <= rounds; round++)
    for (const live of LIVE_CALLS) {
      await load({ hold: live });
      const before = await figures();
      await load({ run: { calls: eventCalls, atOnce: 50 } });
      const after = await figures();
      const cost = ((after.cpuMs - before.cpuMs) * 1000) / (after.events - before.events);
      costs.get(live)?.push(cost);
      progress(`beside ${live} live calls: ${cost.toFixed(1)} µs an event`);
    }
  await load({ hold: 0 });
  return [...costs].map(([liveCalls, values]) => ({
    liveCalls,
    cpuMicrosPerEvent: rounded(median(values), 1),
  }));
};

const carryOut = async (context: BenchmarkContext): Promise<BenchmarkResult> => {
  const options = parseOptions(context.args);
  const conditions = conditionsNow();
  const folder = await mkdtemp(join(tmpdir(), "phone-proxy-bench-"));
  const children: BenchmarkChild[] = [];
  const onAbort = (): void => void Promise.all(children.map((child) => child.stop()));
  context.signal.addEventListener("abort", onAbort);
  try {
    const bench = await startBench(folder, options.connect, children, context);
    await bench.load({ run: { calls: 3_000, atOnce: options.atOnce } });
    const long = await runLong(bench, options);
    const beside = await runBeside(bench, options);
    const { records, events, liveCalls } = await bench.figures();
    const cost = (live: number): number =>
      beside.find(({ liveCalls }) => liveCalls === live)?.cpuMicrosPerEvent ?? Number.NaN;
    const goals = [
      goal("calls/s set up and torn down", long.callsPerSecond, { atLeast: 1_500 }),
      goal("heap growth, bytes a call", long.heapGrowthBytesPerCall, { atMost: 10 }),
      goal("cost of an event, 10,000 to 100 live", rounded(cost(10_000) / cost(100), 2), { atMost: 1.2 }),
    ];
    const json = {
      benchmark: "controller",
      connect: options.connect,
      conditions,
      long,
      beside,
      records,
      events,
      liveCallsAtEnd: liveCalls,
      goals,
    };
    return { json, text: textOf(conditionsInWords(conditions), long, beside, goals) };
  } finally {
    context.signal.removeEventListener("abort", onAbort);
    await Promise.all(children.map((child) => child.stop()));
    await rm(folder, { recursive: true, force: true });
  }
};

const textOf = (
  conditions: string,
  long: Awaited<ReturnType<typeof runLong>>,
  beside: Awaited<ReturnType<typeof runBeside>>,
  goals: Parameters<typeof goalsTable>[0],
): string =>
  [
    conditions,
    "",
    table(
      ["calls", "calls/s", "controller CPU, ms", "its calls per CPU s", "simulated Asterisk CPU, ms"],
      [
        [
          long.calls,
          long.callsPerSecond,
          long.controllerCpuMsPerCall,
          long.callsPerControllerCpuSecond,
          long.simulatedAsteriskCpuMsPerCall,
        ],
      ],
    ),
    "",
    table(
      ["live calls", "CPU an event, µs"],
      beside.map(({ liveCalls, cpuMicrosPerEvent }) => [String(liveCalls), cpuMicrosPerEvent]),
    ),
    "",
    goalsTable(goals),
    "",
  ].join("\n");

export const benchmark: Benchmark = {
  about: "the controller alone against a simulated Asterisk in another process",
  options: optionsText,
  run: carryOut,
};
