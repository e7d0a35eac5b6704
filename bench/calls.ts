import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cleanups } from "../lab/demo/cleanups.ts";
import { ensureLab } from "../lab/lab.ts";
import type { Benchmark, BenchmarkContext, BenchmarkResult } from "./benchmark.ts";
import { untilQuiet } from "./calls/asterisk.ts";
import { startCallees } from "./calls/callees.ts";
import { refuseTaken, startOurs, stopOurs } from "./calls/controllers.ts";
import { removeNumbers, storeNumbers } from "./calls/numbers.ts";
import { optionsText, parseOptions } from "./calls/options.ts";
import { serverPids } from "./calls/processes.ts";
import { untilRecorded } from "./calls/records.ts";
import { report } from "./calls/report.ts";
import { Rounds } from "./calls/rounds.ts";
import { casesOf } from "./calls/sessions.ts";
import { caseName } from "./calls/variants.ts";
import { conditionsNow } from "./support/conditions.ts";

const carryOut = async ({ args, progress, signal }: BenchmarkContext): Promise<BenchmarkResult> => {
  const options = parseOptions(args);
  const conditions = conditionsNow();
  const lab = await ensureLab(progress);
  await refuseTaken(lab);
  const folder = await mkdtemp(join(tmpdir(), "phone-proxy-bench-"));
  const cleanups = new Cleanups();
  cleanups.add(() => rm(folder, { recursive: true, force: true }));
  try {
    // Creates the tables and gives Asterisk our settings.
    const collect = async (): Promise<void> =>
      await stopOurs(lab, await startOurs(lab, folder, "dial", "split"));
    await collect();
    await removeNumbers(lab);
    await storeNumbers(lab);
    cleanups.add(() => removeNumbers(lab));
    const callees = await startCallees(lab, options);
    cleanups.add(() => callees.stop());
    const bench = { lab, pids: await serverPids(), signal };
    await untilQuiet(lab, signal);

    const cases = casesOf(options.only, options.trunks);
    const rounds = new Rounds({ bench, folder, progress }, options);
    cleanups.add(() => rounds.stop());
    const steady = await rounds.steady(cases);
    const climbs = await rounds.climbs(cases);

    // The fallback's calls are recorded when the application runs again.
    await rounds.stop();
    if (options.only.includes("fallback")) await collect();
    const written = await untilRecorded(lab, rounds.recorded);
    return report(
      { conditions, options, records: { expected: rounds.recorded, written } },
      cases.map((one) => ({
        case: one,
        rounds: steady.get(caseName(one)) ?? [],
        climb: climbs?.get(caseName(one)) ?? null,
      })),
    );
  } finally {
    await cleanups.run((error) => progress(`Cleaning up: ${String(error)}`));
  }
};

export const benchmark: Benchmark = {
  about: "real calls through a real Asterisk, seven ways in turn",
  options: optionsText,
  run: carryOut,
};
