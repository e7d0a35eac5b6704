import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Cleanups } from "../lab/demo/cleanups.ts";
import { ensureLab } from "../lab/lab.ts";
import type { Benchmark, BenchmarkContext, BenchmarkResult } from "./benchmark.ts";
import { BenchmarkUsageError } from "./benchmark.ts";
import { untilQuiet } from "./calls/asterisk.ts";
import { startCallees } from "./calls/callees.ts";
import { refuseTaken, startOurs, stopOurs } from "./calls/controllers.ts";
import { climb, judge, LIMIT_P95_MS } from "./calls/ladder.ts";
import { placeCalls } from "./calls/load.ts";
import { benchmarkNumbers, countByStatus, removeNumbers, storeNumbers } from "./calls/numbers.ts";
import { keepOff, serverPids } from "./calls/processes.ts";
import { untilRecorded } from "./calls/records.ts";
import type { LoadResult } from "./calls/sippFiles.ts";
import { conditionsInWords, conditionsNow } from "./support/conditions.ts";
import { goal, goalsTable } from "./support/goals.ts";
import { readOptions, wholeNumber } from "./support/options.ts";
import { percentile, rounded } from "./support/statistics.ts";
import { table } from "./support/table.ts";

const optionsText = [
  "--rate N      the sustained rate; by default it is measured first",
  "--seconds N   how long twice the rate is offered (20)",
].join("\n");

/** Belongs to SIPp of both sides, and everything else runs on the others: SIPp measures badly when it has to wait. */
const SIPP_CORE = 1;
const RATES = Array.from({ length: 20 }, (_, index) => (index + 1) * 20);
const STEP_SECONDS = 5;
const WARM_UP = { callsPerSecond: 40, calls: 400 };

interface Options {
  readonly rate: number | null;
  readonly seconds: number;
}

const parseOptions = (args: readonly string[]): Options =>
  readOptions(optionsText, () => {
    const { rate, seconds } = parseArgs({
      args: [...args],
      options: { rate: { type: "string" }, seconds: { type: "string", default: "20" } },
    }).values;
    return {
      rate: rate === undefined ? null : wholeNumber("rate", rate),
      seconds: wholeNumber("seconds", seconds),
    };
  });

const carryOut = async ({ args, progress, signal }: BenchmarkContext): Promise<BenchmarkResult> => {
  const options = parseOptions(args);
  const conditions = conditionsNow();
  const lab = await ensureLab(progress);
  await refuseTaken(lab);
  const folder = await mkdtemp(join(tmpdir(), "phone-proxy-bench-"));
  const cleanups = new Cleanups();
  cleanups.add(() => rm(folder, { recursive: true, force: true }));
  try {
    const application = await startOurs(lab, folder, "dial", "split");
    cleanups.add(() => stopOurs(lab, application));
    await removeNumbers(lab);
    await storeNumbers(lab);
    cleanups.add(() => removeNumbers(lab));
    const callees = await startCallees(lab, { core: SIPP_CORE });
    cleanups.add(() => callees.stop());

    const { asterisk, mysql, redis } = await serverPids();
    for (const pid of [asterisk, mysql, redis, application.pid]) {
      await keepOff(SIPP_CORE, pid);
      cleanups.add(() => keepOff(null, pid));
    }

    let placed = 0;
    const place = async (callsPerSecond: number, calls: number, refusals: boolean): Promise<LoadResult> => {
      await untilQuiet(lab, signal);
      const dialled = Array.from(
        { length: calls },
        (_, index) => benchmarkNumbers[(placed + index) % benchmarkNumbers.length]?.proxy ?? "",
      );
      placed += calls;
      return await placeCalls(lab, { dialled, callsPerSecond, calls, refusals, core: SIPP_CORE }, signal);
    };
    await place(WARM_UP.callsPerSecond, WARM_UP.calls, true);

    const sustained =
      options.rate ??
      (
        await climb(["dial"], RATES, async (_name, rate, attempt) => {
          const step = judge(rate, attempt, await place(rate, rate * STEP_SECONDS, false));
          progress(`${rate}/s: p95 ${step.p95Ms.toFixed(1)} ms, ${step.failed} failed`);
          return step;
        })
      ).get("dial")?.highestRate ??
      0;
    if (sustained === 0)
      throw new BenchmarkUsageError("No rate is sustained on this machine now. Name one with --rate.");

    await untilRecorded(lab, placed);
    const before = await countByStatus(lab);
    const calls = Math.round(sustained * 2 * options.seconds);
    const load = await place(sustained * 2, calls, true);
    await untilRecorded(lab, placed);
    const after = await countByStatus(lab);
    const recorded = (status: string): number => (after.get(status) ?? 0) - (before.get(status) ?? 0);
    const records = {
      all: [...after.keys()].reduce((sum, status) => sum + recorded(status), 0),
      answered: recorded("answered"),
      overload: recorded("overload"),
    };
    return report(conditionsInWords(conditions), { sustained, calls, load, records, conditions });
  } finally {
    await cleanups.run((error) => progress(`Cleaning up: ${String(error)}`));
  }
};

interface Outcome {
  readonly sustained: number;
  readonly calls: number;
  readonly load: LoadResult;
  readonly records: { readonly all: number; readonly answered: number; readonly overload: number };
  readonly conditions: object;
}

const times = (values: readonly number[]) => ({
  calls: values.length,
  p50Ms: rounded(percentile(values, 0.5), 1),
  p95Ms: rounded(percentile(values, 0.95), 1),
  p99Ms: rounded(percentile(values, 0.99), 1),
  longestMs: rounded(percentile(values, 1), 1),
});

const report = (
  circumstances: string,
  { sustained, calls, load, records, conditions }: Outcome,
): BenchmarkResult => {
  const [admitted, refused] = [times(load.setUpMs), times(load.refusedMs)];
  const neither = calls - admitted.calls - refused.calls;
  const goals = [
    goal("set-up p95 of calls taken, ms", admitted.p95Ms, { atMost: 500 }),
    goal("slowest 503, ms", refused.longestMs, { atMost: 1_000 }),
    goal("calls neither taken nor refused", neither, { atMost: 0 }),
    goal("calls without a record", calls - records.all, { atMost: 0 }),
  ];
  return {
    json: {
      benchmark: "overload",
      conditions,
      limitP95Ms: LIMIT_P95_MS,
      sustainedCallsPerSecond: sustained,
      offeredCallsPerSecond: sustained * 2,
      calls,
      admitted,
      refused,
      neither,
      records,
      goals,
    },
    text: [
      circumstances,
      `${calls} calls at ${sustained * 2}/s, twice the sustained rate; SIPp on one core.`,
      "",
      table(
        ["calls", "number", "p50 ms", "p95 ms", "p99 ms", "longest ms", "records"],
        [
          [
            "taken",
            admitted.calls,
            admitted.p50Ms,
            admitted.p95Ms,
            admitted.p99Ms,
            admitted.longestMs,
            records.answered,
          ],
          [
            "refused with 503",
            refused.calls,
            refused.p50Ms,
            refused.p95Ms,
            refused.p99Ms,
            refused.longestMs,
            records.overload,
          ],
        ],
      ),
      "",
      goalsTable(goals),
    ].join("\n"),
  };
};

export const benchmark: Benchmark = {
  about: "twice as many calls as can be handled, through a real Asterisk",
  options: optionsText,
  run: carryOut,
};
