import type { Verdict } from "../../../lab/parties/verdict.ts";

/** The measured figures of one fault, as a row of the report. */
export const rowOf = (name: string, verdict: Verdict): readonly string[] => {
  const count = (kind: Verdict["findings"][number]["kind"]): string =>
    String(verdict.findings.filter((finding) => finding.kind === kind).length);
  return [
    name,
    String(verdict.calls),
    String(verdict.answered),
    count("lost"),
    count("duplicated"),
    count("wrong"),
    count("stranded"),
    count("rungTwice"),
    (verdict.longestSilenceMs / 1000).toFixed(1),
    Number.isFinite(verdict.longestReleaseMs) ? (verdict.longestReleaseMs / 1000).toFixed(2) : "never",
    verdict.largestTalkErrorSeconds.toFixed(2),
  ];
};

export const columns = [
  "fault",
  "calls",
  "answered",
  "lost",
  "duplicated",
  "wrong",
  "stranded",
  "rung twice",
  "silence s",
  "release s",
  "talk error s",
] as const;
