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
import { has } from "./controller/messages.ts";
import type {
  Decided,
  Joined,
  JoinRequest,
  LoadAnswer,
  LoadRequest,
  SeenRequest,
  WatchRequest,
} from "./live/messages.ts";
import { openRealParts } from "./live/realParts.ts";
import { setUpAdministrator } from "./support/administrator.ts";
import { type BenchmarkChild, nodeCommand, startChild } from "./support/child.ts";
import { conditionsInWords, conditionsNow } from "./support/conditions.ts";
import { readOptions, wholeNumber } from "./support/options.ts";
import { goal, goalsTable } from "./support/goals.ts";
import { median, rounded } from "./support/statistics.ts";
import { table } from "./support/table.ts";

const optionsText = [
  "--sockets N         browsers that watch (1000)",
  "--events N          changes of calls a second (100)",
  "--seconds N         length of a round (15)",
  "--rounds N          rounds without and with watchers, in turn (3)",
  "--real              the application on MySQL and Redis, the watchers signed in; else SQLite, in-process bus, open",
  "--quick             one round of five seconds: a look, not a figure to quote",
].join("\n");

/** Changes per call: arrived, looked up, dialled, ringing, answered, ended. */
const CHANGES_OF_A_CALL = 6;

interface Options {
  readonly sockets: number;
  readonly events: number;
  readonly seconds: number;
  readonly rounds: number;
  /** Uses MySQL, the bus over Redis, and real access checks instead of the embedded parts. */
  readonly real: boolean;
}

export const parseOptions = (args: readonly string[]): Options =>
  readOptions(optionsText, () => {
    const { sockets, events, seconds, rounds, real, quick } = parseArgs({
      args: [...args],
      options: {
        sockets: { type: "string", default: "1000" },
        events: { type: "string", default: "100" },
        seconds: { type: "string" },
        rounds: { type: "string" },
        real: { type: "boolean", default: false },
        quick: { type: "boolean", default: false },
      },
    }).values;
    return {
      real,
      sockets: wholeNumber("sockets", sockets),
      events: wholeNumber("events", events),
      seconds: wholeNumber("seconds", seconds ?? (quick ? 5 : 15)),
      rounds: wholeNumber("rounds", rounds ?? (quick ? 1 : 3)),
    };
  });

const childFile = (name: string): string => fileURLToPath(new URL(`live/${name}`, import.meta.url));

interface Processes {
  readonly asterisk: BenchmarkChild;
  readonly subject: BenchmarkChild;
  readonly watchers: BenchmarkChild;
}

interface Started {
  readonly child: BenchmarkChild;
  readonly url: string;
}

const startProcesses = async (
  folder: string,
  { real }: Options,
  cleanUp: (() => unknown)[],
  progress: (line: string) => void,
): Promise<Processes> => {
  const start = async (
    file: string,
    what: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<Started> => {
    const child = startChild(nodeCommand(childFile(file)), { messages: true, environment });
    cleanUp.unshift(() => child.stop());
    const url = await child.message(
      (message) => (has(message, "ready") ? (has(message, "url") ? String(message.url) : "") : undefined),
      what,
      60_000,
    );
    return { child, url };
  };
  const asterisk = await start("asterisk.ts", "The simulated Asterisk", {});
  const startEmbedded = (): Promise<Started> =>
    start("subject.ts", "The controller", {
      ASTERISK_URL: asterisk.url,
      SPOOL_DIR: join(folder, "spool"),
      SQLITE_FILE: join(folder, "bench.sqlite"),
    });
  const startReal = async (): Promise<Started & { cookie: string }> => {
    const parts = await openRealParts(folder, asterisk.url, progress);
    cleanUp.unshift(() => parts.remove());
    const started = await start("application.ts", "The application", {
      BENCH_SETTINGS: JSON.stringify(parts.settings),
    });
    const port = Number(new URL(started.url).port);
    const { cookie } = await setUpAdministrator({ child: started.child, port });
    return { ...started, cookie };
  };
  const subject = real ? await startReal() : { ...(await startEmbedded()), cookie: "" };
  const watchers = await start("watchers.ts", "The watchers", {
    LIVE_URL: subject.url,
    LIVE_COOKIE: subject.cookie,
  });
  return { asterisk: asterisk.child, subject: subject.child, watchers: watchers.child };
};

const ask = <Answer>(
  child: BenchmarkChild,
  request: LoadRequest | WatchRequest | SeenRequest | JoinRequest,
  name: string,
  what: string,
): Promise<Answer> => {
  child.send(request);
  return child.message(
    (message) => (has(message, name) ? (message as unknown as Answer) : undefined),
    what,
    120_000,
  );
};

interface Round {
  readonly load: LoadAnswer;
  readonly seen: Joined;
  /** Processor time of the controller's process per second. */
  readonly cpuMsPerSecond: number;
}

const runRound = async (
  { asterisk, subject, watchers }: Processes,
  sockets: number,
  { events, seconds }: Options,
): Promise<Round> => {
  await ask(watchers, { watch: sockets }, "watching", "The watchers");
  const before = await ask<Decided>(subject, { seen: true }, "decided", "The controller");
  const startedAt = performance.now();
  const load = await ask<LoadAnswer>(
    asterisk,
    { callsPerSecond: events / CHANGES_OF_A_CALL, seconds },
    "setUpMs",
    "The simulated Asterisk",
  );
  const elapsedMs = performance.now() - startedAt;
  if (load.failed > 0) throw new BenchmarkFailedError(`${load.failed} calls were not answered.`);
  const { decided, cpuMs } = await ask<Decided>(subject, { seen: true }, "decided", "The controller");
  const seen = await ask<Joined>(watchers, { join: decided }, "joined", "The watchers");
  return { load, seen, cpuMsPerSecond: ((cpuMs - before.cpuMs) * 1000) / elapsedMs };
};

const carryOut = async ({ args, progress, signal }: BenchmarkContext): Promise<BenchmarkResult> => {
  const options = parseOptions(args);
  const conditions = conditionsNow();
  const folder = await mkdtemp(join(tmpdir(), "phone-proxy-bench-"));
  const cleanUp: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const processes = await startProcesses(folder, options, cleanUp, progress);
    const children = Object.values(processes) as BenchmarkChild[];
    // Pending requests to them reject then.
    signal.addEventListener("abort", () => void Promise.all(children.map((child) => child.stop())));
    const [alone, watched]: [Round[], Round[]] = [[], []];
    await runRound(processes, options.sockets, { ...options, seconds: 3 });
    for (let round = 1; round <= options.rounds; round++)
      for (const [sockets, rounds] of [
        [0, alone],
        [options.sockets, watched],
      ] as const) {
        signal.throwIfAborted();
        const one = await runRound(processes, sockets, options);
        rounds.push(one);
        progress(`${sockets} sockets: ${inShort(one)}`);
      }
    const setUp = (rounds: readonly Round[], share: "p50" | "p95" | "p99"): number | null =>
      rounded(median(rounds.map(({ load }) => load.setUpMs[share])), 2);
    const seen = (name: "p50Ms" | "p95Ms" | "p99Ms" | "maxMs"): number | null =>
      rounded(median(watched.map((round) => round.seen[name])), 1);
    const cpu = (rounds: readonly Round[]): number | null =>
      rounded(median(rounds.map(({ cpuMsPerSecond }) => cpuMsPerSecond)), 0);
    const [aloneP95, watchedP95] = [setUp(alone, "p95"), setUp(watched, "p95")];
    const figures = (rounds: readonly Round[]) => ({
      setUpP50Ms: setUp(rounds, "p50"),
      setUpP95Ms: setUp(rounds, "p95"),
      setUpP99Ms: setUp(rounds, "p99"),
      controllerCpuMsPerSecond: cpu(rounds),
      calls: rounds.reduce((sum, { load }) => sum + load.calls, 0),
    });
    const json = {
      benchmark: "live",
      conditions,
      parts: options.real ? "real" : "embedded",
      sockets: options.sockets,
      eventsPerSecond: options.events,
      alone: figures(alone),
      watched: {
        ...figures(watched),
        eventToSocketP50Ms: seen("p50Ms"),
        eventToSocketP95Ms: seen("p95Ms"),
        eventToSocketP99Ms: seen("p99Ms"),
        eventToSocketMaxMs: seen("maxMs"),
        deliveries: watched.reduce((sum, round) => sum + round.seen.deliveries, 0),
        replacedChanges: watched.reduce((sum, round) => sum + round.seen.replaced, 0),
        brokenSockets: watched.reduce((sum, round) => sum + round.seen.broken, 0),
      },
      goals: [
        goal("event to socket, p99 ms", seen("p99Ms"), { atMost: 100 }),
        goal(
          "set-up p95 with watchers to without",
          aloneP95 === null || watchedP95 === null ? null : rounded(watchedP95 / aloneP95, 2),
          { atMost: 1.1 },
        ),
        goal(
          "sockets that missed something",
          watched.reduce((sum, round) => sum + round.seen.broken, 0),
          {
            atMost: 0,
          },
        ),
      ],
    };
    const row = (name: string, of: ReturnType<typeof figures>) => [
      name,
      of.setUpP50Ms,
      of.setUpP95Ms,
      of.setUpP99Ms,
      of.controllerCpuMsPerSecond,
    ];
    const text = [
      conditionsInWords(conditions),
      options.real
        ? "The application on MySQL and Redis; the watchers have signed in."
        : "On SQLite, in-process bus, open access.",
      "",
      table(
        ["", "set-up p50, ms", "p95", "p99", "controller CPU, ms/s"],
        [row("no viewers", json.alone), row(`${options.sockets} sockets`, json.watched)],
      ),
      "",
      table(
        ["event to socket", "p50, ms", "p95", "p99", "max"],
        [["all sockets", seen("p50Ms"), seen("p95Ms"), seen("p99Ms"), seen("maxMs")]],
      ),
      "",
      goalsTable(json.goals),
      "",
    ].join("\n");
    return { json, text };
  } finally {
    for (const step of cleanUp) await step();
  }
};

const inShort = ({ load, seen, cpuMsPerSecond }: Round): string => {
  const { p50, p95, p99 } = load.setUpMs;
  const watched =
    seen.deliveries === 0
      ? ""
      : `, event to socket ${[seen.p50Ms, seen.p95Ms, seen.p99Ms, seen.maxMs].map((value) => value.toFixed(1)).join(" / ")} ms ` +
        `(${seen.deltas} deltas, ${seen.replaced} replaced, ${seen.broken} broken)`;
  return `set-up ${p50} / ${p95} / ${p99} ms, controller ${cpuMsPerSecond.toFixed(0)} ms/s${watched}`;
};

export const benchmark: Benchmark = {
  about: "browsers that watch: from a change to every socket, and what the calls feel of it",
  options: optionsText,
  run: carryOut,
};
