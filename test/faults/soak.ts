import { execFileSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { faultOf, leftBehind, soak } from "../support/faults/soak.ts";
import { soakPlan } from "../support/faults/soakPlan.ts";
import { soakReport } from "../support/faults/soakReport.ts";
import { labForTests } from "../support/labTurn.ts";

/**
 * `npm run soak -- --minutes N [--seed S]`: random faults under load. Exits with 1 if a record or a caller suffered, or
 * if something is left behind.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: "string" },
    seed: { type: "string" },
    /** Folder of the report and of the history. */
    folder: { type: "string", default: "data/soak" },
  },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
  console.error("npm run soak -- --minutes N [--seed S] [--folder FOLDER]");
  process.exit(2);
}
const plan = soakPlan({
  minutes,
  seed: values.seed === undefined ? randomInt(1_000_000) : Number(values.seed),
});
const startedAt = new Date();
const commit = execFileSync("git", ["rev-parse", "--short=8", "HEAD"], { encoding: "utf8" }).trim();
const load = loadavg()[0]?.toFixed(1) ?? "?";
const machine = `${cpus().length} cores, load ${load} at the start.`;
const tell = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);

tell(`seed ${plan.seed}, commit ${commit}`);
const result = await soak(await labForTests(), plan, tell);
const report = soakReport(result, plan, { commit, startedAt, minutes, machine });
const { calls, records, verdict, faults, before, after } = result;
const history = {
  commit,
  plan: { ...plan, outages: plan.outages.map(({ name }) => name) },
  faults,
  before,
  after,
  findings: verdict.findings.map((finding) => ({
    ...finding,
    fault: faultOf(result, finding)?.name ?? null,
    seen: calls[finding.call],
    records: records.filter(({ caller }) => caller === calls[finding.call]?.caller.from),
  })),
  calls,
};
mkdirSync(values.folder, { recursive: true });
const name = `${startedAt.toISOString().slice(0, 16).replaceAll(":", "")}-seed-${plan.seed}`;
writeFileSync(join(values.folder, `${name}.json`), JSON.stringify(history), { mode: 0o600 });
writeFileSync(join(values.folder, `${name}.md`), report);
console.log(report);
const left = leftBehind(result);
for (const line of left) console.log(line);
process.exit(verdict.findings.length + left.length === 0 ? 0 : 1);
