import { readFileSync } from "node:fs";
import { parse as parseDotenv } from "dotenv";
import type { z } from "zod";
import { arrange } from "./arrange.ts";
import { misspelt } from "./misspelt.ts";
import { environmentSchema, isSettingName } from "./schema.ts";
import { readSecretFiles } from "./secretFiles.ts";
import { descriptions } from "./setting.ts";
import { shownSettings } from "./shownSettings.ts";
import { SettingsError } from "./settingsError.ts";
import type { Settings } from "./types.ts";
import { withoutEffect } from "./withoutEffect.ts";

export interface SettingsSource {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Read when it exists; the environment wins over it. null: no file. */
  readonly envFile: string | null;
  /** Whether the log goes to a terminal. */
  readonly terminal: boolean;
}

export const ofTheProcess = (): SettingsSource => ({
  environment: process.env,
  envFile: process.env["SETTINGS_FILE"] ?? ".env",
  terminal: process.stdout.isTTY,
});

const inFileOf = ({ envFile }: SettingsSource): Record<string, string> =>
  envFile === null ? {} : readEnvFile(envFile);

/** The variables of the environment and the file, settings or not, unchecked. */
export function givenVariables(source: SettingsSource): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [name, value] of [...Object.entries(inFileOf(source)), ...Object.entries(source.environment)]) {
    // Compose files pass unset variables as empty ones: an empty variable counts as not set.
    if (value !== undefined && value.trim() !== "") given[name] = value.trim();
  }
  return given;
}

/** Reads and checks all settings. Throws a `SettingsError` that names every mistake. */
export function loadSettings(source: SettingsSource = ofTheProcess()): Settings {
  const fromFile = inFileOf(source);
  const given = givenVariables(source);
  const files = readSecretFiles(given);
  const result = environmentSchema.safeParse(given, { error: inWords });
  if (!result.success || files.problems.length > 0) {
    throw new SettingsError([
      ...files.problems,
      ...(result.error?.issues ?? []).map(({ path, message }) => {
        const [name, ...inner] = path;
        const place = inner.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
        const setting = String(name);
        return {
          setting: `${setting}${place}`,
          problem: message,
          expected: isSettingName(setting)
            ? (descriptions.get(environmentSchema.shape[setting])?.form ?? "")
            : "",
        };
      }),
    ]);
  }
  return arrange(result.data, source.terminal, {
    unknownSettings: [
      ...misspelt(Object.keys(fromFile), Object.keys(source.environment)),
      ...files.unknown.map((name) => `${name} (file)`),
    ],
    withoutEffect: [
      ...files.withoutEffect,
      ...withoutEffect(result.data, (name) => given[name] !== undefined),
    ],
    shown: shownSettings({ environment: source.environment, envFile: fromFile, given }),
  });
}

/** Messages for what the schema has none for. They never repeat the value. */
function inWords(issue: z.core.$ZodRawIssue): string {
  if (issue.code === "invalid_type") {
    return issue.input === undefined ? "is missing" : `must be of type ${issue.expected}`;
  }
  return issue.code === "unrecognized_keys" ? `has an unknown key: ${issue.keys.join(", ")}` : "is invalid";
}

function readEnvFile(path: string): Record<string, string> {
  try {
    return parseDotenv(readFileSync(path));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    if (code === "ENOENT" && path !== process.env["SETTINGS_FILE"]) return {};
    throw new SettingsError([
      {
        setting: path,
        problem: `cannot be read (${code})`,
        expected: "a readable file, or no file",
      },
    ]);
  }
}
