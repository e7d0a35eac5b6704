import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentSchema, isSettingName } from "./schema.ts";
import type { SettingName } from "./schema.ts";
import { descriptions } from "./setting.ts";
import type { SettingProblem } from "./settingsError.ts";
import type { WithoutEffect } from "./withoutEffect.ts";

export const fileSuffix = "_FILE";

/** The setting whose value is in the file that the variable names, e.g. `ASTERISK_PASSWORD_FILE`. */
export function secretOf(variable: string): SettingName | null {
  const name = variable.endsWith(fileSuffix) ? variable.slice(0, -fileSuffix.length) : "";
  return isSettingName(name) && descriptions.get(environmentSchema.shape[name])?.secret === true
    ? name
    : null;
}

/**
 * The files that systemd has loaded for the service: `LoadCredential=secrets:FOLDER` makes `secrets_NAME` of each file in the
 * folder. `NAME` alone is read, too.
 */
function addCredentials(given: Record<string, string>): Pick<SecretFiles, "unknown" | "withoutEffect"> {
  const unknown: string[] = [];
  const ignored: WithoutEffect[] = [];
  const folder = given["CREDENTIALS_DIRECTORY"];
  if (folder === undefined) return { unknown, withoutEffect: ignored };
  let files: string[] = [];
  try {
    files = readdirSync(folder);
  } catch {
    // Not for this user, or for another program: a setting that is missing is reported by itself.
  }
  for (const file of files) {
    const name = file.replace(/^[a-z-]+_/, "");
    const variable = `${name}${fileSuffix}`;
    if (secretOf(variable) !== null) given[variable] ??= join(folder, file);
    else if (isSettingName(name))
      ignored.push({ setting: name, because: "a file among the secrets sets only secrets" });
    else unknown.push(name);
  }
  return { unknown, withoutEffect: ignored };
}

interface SecretFiles {
  readonly problems: readonly SettingProblem[];
  /** Names of files among the secrets that are no settings. */
  readonly unknown: readonly string[];
  readonly withoutEffect: readonly WithoutEffect[];
}

/**
 * Adds the secrets that are given as files, as container runtimes and systemd do. A value that is given directly wins.
 */
export function readSecretFiles(given: Record<string, string>): SecretFiles {
  const problems: SettingProblem[] = [];
  const { unknown, withoutEffect } = addCredentials(given);
  const ignored: WithoutEffect[] = [];
  for (const [variable, path] of Object.entries(given)) {
    const name = secretOf(variable);
    if (name === null) continue;
    if (given[name] !== undefined) {
      ignored.push({ setting: variable, because: `${name} is set` });
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
  return { problems, unknown, withoutEffect: [...withoutEffect, ...ignored] };
}
