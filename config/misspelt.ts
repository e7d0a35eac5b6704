import { environmentSchema, isSettingName } from "./schema.ts";
import { fileSuffix, secretOf } from "./secretFiles.ts";

const isUnknown = (name: string): boolean => !isSettingName(name) && secretOf(name) === null;

/** The environment has many variables of others. Compose puts ours of its `.env` among them, so near misses count. */
export function misspelt(inFile: readonly string[], inEnvironment: readonly string[]): readonly string[] {
  const near = inEnvironment.filter((name) => isUnknown(name) && isAlmostSetting(name));
  return [...new Set([...inFile.filter(isUnknown), ...near])];
}

/** Whether a variable is a slip or two of the keyboard away from a setting. */
function isAlmostSetting(variable: string): boolean {
  const name = variable.toUpperCase();
  return Object.keys(environmentSchema.shape).some(
    (setting) =>
      slips(name, setting) <= (setting.length < 8 ? 1 : 2) || slips(name, `${setting}${fileSuffix}`) <= 1,
  );
}

/** Letters left out, put in, changed, or exchanged with their neighbour (optimal string alignment). */
function slips(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return Number.POSITIVE_INFINITY;
  let [before, last]: [readonly number[], readonly number[]] = [
    [],
    Array.from({ length: other.length + 1 }, (_, at) => at),
  ];
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let at = 1; at <= other.length; at += 1) {
      const same = one[row - 1] === other[at - 1];
      const swapped = row > 1 && at > 1 && one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1];
      current.push(
        Math.min(
          (last[at] ?? 0) + 1,
          (current[at - 1] ?? 0) + 1,
          (last[at - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (before[at - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [before, last] = [last, current];
  }
  return last[other.length] ?? 0;
}
