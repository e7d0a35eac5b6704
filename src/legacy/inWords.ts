import type { LegacyReport } from "./importLegacy.ts";
import type { LegacyOptions } from "./options.ts";

/** Lines for the terminal about what was done, without phone numbers. */
export function inWords(
  { pairs, calls, refusals, notInPoolFile }: LegacyReport,
  { dryRun, refusedFile }: Pick<LegacyOptions, "dryRun" | "refusedFile">,
): string {
  const brought = dryRun ? "would be brought in" : "brought in";
  const lines = [
    ...(dryRun ? ["Dry run: nothing was stored."] : []),
    `Numbers: ${pairs.rows} rows, ${pairs.created} ${brought}, ${pairs.existing} here already, ${pairs.refused} refused.`,
    calls === null
      ? "Calls: the other system has no table call_logs."
      : `Calls: ${calls.rows} rows, ${calls.created} ${brought}, ${calls.existing} here already, ${calls.refused} refused.`,
    ...[...refusals].map(([code, count]) => `  ${code}: ${count}`),
  ];
  if (refusals.size > 0) lines.push(`Each refused row is in ${refusedFile}, with the reason and what to do.`);
  if (notInPoolFile !== null)
    lines.push(
      `${pairs.notInPool.length} proxy numbers are in none of your pools; they are listed in ${notInPoolFile}.`,
      "If your trunk routes them here, create a pool under Pools, paste the list as individual numbers, and run the command again.",
    );
  return `${lines.join("\n")}\n`;
}
