import { heavyRequests } from "../test/support/eventLoop/requests.ts";
import type { HeavyRequest } from "../test/support/eventLoop/requests.ts";
import { startObserved } from "../test/support/eventLoop/observed.ts";
import type { ObservedApplication } from "../test/support/eventLoop/observed.ts";
import type { Benchmark, BenchmarkContext, BenchmarkResult } from "./benchmark.ts";
import type { LoadAnswer } from "./live/messages.ts";
import { fillMappings } from "./numbers/fillMappings.ts";
import { conditionsInWords, conditionsNow } from "./support/conditions.ts";
import { goal, goalsTable } from "./support/goals.ts";
import { rounded } from "./support/statistics.ts";
import { table } from "./support/table.ts";
import { readWholeNumbers } from "./support/options.ts";

const optionsText = [
  "--mappings N        in the embedded SQLite, and as many calls and rows of an import (100000)",
  "--calls N           that begin in a second (20)",
  "--seconds N         length of a round of calls, without and beside the requests (20)",
  "--rounds N          times that each request is sent (3)",
  "--quick             10,000 mappings, one round of ten seconds: a look, not a figure to quote",
].join("\n");

const longestMs = 50;

interface Measured {
  readonly request: HeavyRequest;
  status: number;
  /** Until the last byte of the response. */
  tookMs: number;
  maxMs: number;
  maxWithWaitMs: number;
  maxCpuMs: number;
}

export const benchmark: Benchmark = {
  about: "how long each kind of request holds the event loop, and what calls feel of it",
  options: optionsText,
  run,
};

async function run({ args, progress, signal }: BenchmarkContext): Promise<BenchmarkResult> {
  const { mappings, calls, seconds, rounds } = readWholeNumbers(args, {
    defaults: { mappings: 100_000, calls: 20, seconds: 20, rounds: 3 },
    quick: { mappings: 10_000, seconds: 10, rounds: 1 },
    text: optionsText,
  });
  const conditions = conditionsNow();
  const application = await startObserved((store) => fillMappings(store, mappings, progress, signal), {
    records: mappings,
  });
  try {
    const load = () => application.calls({ callsPerSecond: calls, seconds });
    // The first requests are slower, because code is compiled.
    await load();
    progress("Calls alone");
    const alone = await load();
    progress("Calls beside the requests");
    const measured: Measured[] = heavyRequests.map((request) => ({
      request,
      status: 0,
      tookMs: 0,
      maxMs: 0,
      maxWithWaitMs: 0,
      maxCpuMs: 0,
    }));
    await application.delays();
    const [beside, sent] = await Promise.all([
      load(),
      sendUntilDone(application, measured, { rounds, seconds, signal, progress }),
    ]);
    return resultOf({ conditions, mappings, calls, alone, beside, measured, sent });
  } finally {
    await application.stop();
  }
}

/** This many rounds, then more while calls start. */
async function sendUntilDone(
  application: ObservedApplication,
  measured: readonly Measured[],
  options: Pick<BenchmarkContext, "signal" | "progress"> & {
    readonly rounds: number;
    readonly seconds: number;
  },
): Promise<number> {
  const { rounds, seconds, signal, progress } = options;
  const endsAt = performance.now() + seconds * 1000;
  let sent = 0;
  for (let round = 1; round <= rounds || performance.now() < endsAt; round += 1) {
    for (const one of measured) {
      signal.throwIfAborted();
      const startedAt = performance.now();
      one.status = await send(application, one.request, round);
      one.tookMs = Math.max(one.tookMs, performance.now() - startedAt);
      const { maxMs, maxWithWaitMs, maxCpuMs } = await application.delays();
      one.maxCpuMs = Math.max(one.maxCpuMs, maxCpuMs);
      one.maxMs = Math.max(one.maxMs, maxMs);
      one.maxWithWaitMs = Math.max(one.maxWithWaitMs, maxWithWaitMs);
      sent += 1;
    }
    progress(`Round ${round} of the requests is over`);
  }
  return sent;
}

/** The status, after the whole response. The server may reject a request before all of its body has been sent. */
async function send(application: ObservedApplication, request: HeavyRequest, round: number): Promise<number> {
  const { method, path, type, body } = request;
  try {
    const response = await fetch(`${application.url}${path}`, {
      method,
      headers: {
        Cookie: application.cookie,
        Origin: application.url,
        ...(type !== undefined && { "Content-Type": type }),
      },
      // Names and numbers of pools must be unique.
      ...(body !== undefined && { body: round === 1 ? body : body.replace('"listed"', `"listed ${round}"`) }),
    });
    for await (const _ of response.body ?? []) continue;
    return response.status;
  } catch (error) {
    if (request.status === 413) return 413;
    throw error;
  }
}

interface Figures {
  readonly conditions: ReturnType<typeof conditionsNow>;
  readonly mappings: number;
  readonly calls: number;
  readonly alone: LoadAnswer;
  readonly beside: LoadAnswer;
  readonly measured: readonly Measured[];
  readonly sent: number;
}

function resultOf({ conditions, mappings, calls, alone, beside, measured, sent }: Figures): BenchmarkResult {
  const ratio = beside.setUpMs.p95 / alone.setUpMs.p95;
  const longest = Math.max(...measured.map(({ maxMs }) => maxMs));
  const goals = [
    goal("longest delay of the event loop by any request, ms", rounded(longest, 1), { atMost: longestMs }),
    goal("calls that failed beside the requests", beside.failed, { atMost: 0 }),
  ];
  return {
    json: {
      benchmark: "eventloop",
      conditions,
      mappings,
      callsPerSecond: calls,
      requests: sent,
      routes: measured.map(({ request, status, tookMs, maxMs, maxWithWaitMs, maxCpuMs }) => ({
        name: request.name,
        route: `${request.method} ${request.path.replace(/\?.*/, "")}`,
        status,
        tookMs: rounded(tookMs, 0),
        maxDelayMs: rounded(maxMs, 1),
        maxDelayWithWaitMs: rounded(maxWithWaitMs, 1),
        maxCpuMs: rounded(maxCpuMs, 1),
      })),
      setUpP95Ms: { alone: rounded(alone.setUpMs.p95, 2), beside: rounded(beside.setUpMs.p95, 2) },
      setUpRatio: rounded(ratio, 2),
      failedCalls: beside.failed,
      goals,
    },
    text: [
      conditionsInWords(conditions),
      "",
      table(
        ["request", "route", "status", "answer ms", "delay ms", "with waiting for a processor", "CPU ms"],
        measured.map(({ request, status, tookMs, maxMs, maxWithWaitMs, maxCpuMs }) => [
          request.name,
          `${request.method} ${request.path.replace(/\?.*/, "")}`,
          status,
          rounded(tookMs, 0),
          rounded(maxMs, 1),
          rounded(maxWithWaitMs, 1),
          rounded(maxCpuMs, 1),
        ]),
      ),
      "",
      `${calls} calls a second, p95 of set-up: ${rounded(alone.setUpMs.p95, 2)} ms alone, ` +
        `${rounded(beside.setUpMs.p95, 2)} ms beside ${sent} requests (${rounded(ratio, 2)} times).`,
      "",
      goalsTable(goals),
    ].join("\n"),
  };
}
