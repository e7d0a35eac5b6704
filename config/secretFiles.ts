import { readFileSync } from "node:fs";
import { environmentSchema, isSettingName } from "./schema.ts";
import type { SettingName } from "./schema.ts";
import { descriptions } from "./setting.ts";
import type { SettingProblem } from "./settingsError.ts";

export const fileSuffix = "_FILE";

/** The setting whose value is in the file that the variable names, e.g. `ASTERISK_PASSWORD_FILE`. */
export function secretOf(variable: string): SettingName | null {
  const name = variable.endsWith(fileSuffix) ? variable.slice(0, -fileSuffix.length) : "";
  return isSettingName(name) && descriptions.get(environmentSchema.shape[name])?.secret === true
    ? name
    : null;
}

/** Adds the secrets that are given as files, as container runtimes do. A value that is given directly wins. */
export function readSecretFiles(given: Record<string, string>): {
  readonly problems: readonly SettingProblem[];
  readonly ignored: readonly string[];
} {
  const problems: SettingProblem[] = [];
  const ignored: string[] = [];
  for (const [variable, path] of Object.entries(given)) {
    const name = secretOf(variable);
    if (name === null) continue;
    if (given[name] !== undefined) {
      ignored.push(variable);
      continue;
    }
    const user = process.getuid?.();
    const expected =
      user === undefined ? "a file that can be read" : `a file that the user with the id ${user} can read`;
    try {
      const value = readFileSync(path, "utf8").trim();
      if (value === "")
        problems.push({ setting: variable, problem: `names an empty file, ${path}`, expected });
      else given[name] = value;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
      problems.push({
        setting: variable,
        problem: `names a file that cannot be read, ${path} (${code})`,
        expected,
      });
    }
  }
  return { problems, ignored };
}
