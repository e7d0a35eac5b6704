import { parseArgs } from "node:util";
import type { SettingsSource } from "../../../config/settings.ts";
import { UsageError } from "../endInWords.ts";
import { type Finding, findingsOf } from "./checks.ts";
import { gatherFacts } from "./facts.ts";

const usage = `Checks the running system against the production checklist.

  npm run doctor -- [--prometheus URL]

--prometheus URL  where Prometheus is, by default http://127.0.0.1:9090
`;

/** Resolves with what is in order and what is missing, in words. */
export async function doctorCommand(
  args: readonly string[],
  source: SettingsSource,
): Promise<{ readonly lines: readonly string[]; readonly missing: number }> {
  const findings = findingsOf(await gatherFacts(source, { prometheus: prometheusIn(args) }));
  const missing = findings.filter(({ status }) => status === "missing").length;
  const end = missing === 0 ? "Nothing is missing." : `${missing} of ${findings.length} are missing.`;
  return { lines: [...findings.map(lineOf), end], missing };
}

const marks = { ok: "ok", missing: "MISSING", unchecked: "not checked" } as const;

const lineOf = ({ item, status, words }: Finding): string =>
  `${marks[status].padEnd(12)}${item.padEnd(13)}${words}`;

function prometheusIn(args: readonly string[]): string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { prometheus: { type: "string", default: "http://127.0.0.1:9090" } },
    });
    return values.prometheus.replace(/\/$/, "");
  } catch {
    throw new UsageError(usage);
  }
}
