import type { Footprint } from "./footprint.ts";
import { faultOf, type SoakPlan, type SoakResult } from "./soak.ts";

interface Circumstances {
  readonly commit: string;
  readonly startedAt: Date;
  readonly minutes: number;
  readonly machine: string;
}

const names: Readonly<Record<keyof Footprint, string>> = {
  heapMegabytes: "controllers: heap in use, MB",
  residentMegabytes: "controllers: resident memory, MB",
  descriptors: "controllers: descriptors",
  asteriskMegabytes: "Asterisk: resident memory, MB",
  asteriskDescriptors: "Asterisk: descriptors",
  asteriskTopics: "Asterisk: topics",
};

const seconds = (ms: number): string => (Number.isFinite(ms) ? (ms / 1_000).toFixed(2) : "never");
const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;

/** The report of a soak, in Markdown. */
export function soakReport(result: SoakResult, plan: SoakPlan, at: Circumstances): string {
  const { verdict, faults, before, after } = result;
  const count = (kind: (typeof verdict.findings)[number]["kind"]): number =>
    verdict.findings.filter((finding) => finding.kind === kind).length;
  const kinds = new Map<string, { times: number; wellMs: number; findings: number }>();
  for (const fault of faults) {
    const known = kinds.get(fault.name) ?? { times: 0, wellMs: 0, findings: 0 };
    known.times += 1;
    known.wellMs = Math.max(known.wellMs, fault.wellAtMs - fault.healedAtMs);
    kinds.set(fault.name, known);
  }
  for (const finding of verdict.findings) {
    const known = kinds.get(faultOf(result, finding)?.name ?? "");
    if (known !== undefined) known.findings += 1;
  }
  return [
    `# Soak of ${at.minutes} minutes`,
    "",
    `${at.startedAt.toISOString()}, commit ${at.commit}, seed ${plan.seed}: ${plan.callsPerSecond} calls/s of mixed outcomes, ` +
      `a random fault every ${plan.everySeconds} s for ${plan.outageSeconds.join(" to ")} s, ${plan.controllers} controllers, ` +
      `real Asterisk, MySQL, and Redis. ${at.machine}`,
    "",
    `\`npm run soak -- --minutes ${at.minutes} --seed ${plan.seed}\` places the same calls and faults again.`,
    "",
    row("calls", "answered", "records", "lost", "duplicated", "wrong", "stranded", "silent", "rung twice"),
    row("--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:"),
    row(
      verdict.calls,
      verdict.answered,
      verdict.records,
      count("lost"),
      count("duplicated"),
      count("wrong"),
      count("stranded"),
      count("silent"),
      count("rungTwice"),
    ),
    "",
    `Longest silence ${seconds(verdict.longestSilenceMs)} s, longest release ${seconds(verdict.longestReleaseMs)} s, ` +
      `largest error of a talk time ${verdict.largestTalkErrorSeconds.toFixed(2)} s. ` +
      `${verdict.unclear} callers gave up within a second without having heard anything, and have no record. ` +
      "A finding is a silence of more than 9 s, a release after more than 3 s, or a talk time that is off by more than 1 s.",
    "",
    row("without calls", "at the start", "at the end"),
    row("---", "--:", "--:"),
    ...(Object.keys(names) as (keyof Footprint)[]).map((key) => row(names[key], before[key], after[key])),
    "",
    row("fault", "times", "well again after, s", "findings"),
    row("---", "--:", "--:", "--:"),
    ...[...kinds].map(([name, { times, wellMs, findings }]) => row(name, times, seconds(wellMs), findings)),
    "",
  ].join("\n");
}
