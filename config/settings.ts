import { readFileSync } from "node:fs";
import { parse as parseDotenv } from "dotenv";
import type { z } from "zod";
import type { AriAddress } from "../src/ari/types.ts";
import type { InboundTrunk } from "../src/calls/active/rules/dialplanSettings.ts";
import type { Announcements, OutboundTrunk } from "../src/calls/decision/policy.ts";
import type { NumberRange } from "../src/values/numberRange.ts";
import { descriptions, environmentSchema } from "./schema.ts";
import type { Environment, SettingName } from "./schema.ts";

/** Everything that can be set, as the application uses it. Durations are milliseconds. */
export interface Settings {
  readonly node: { readonly name: string; readonly role: Environment["ROLE"] };
  readonly database:
    | { readonly kind: "mysql"; readonly url: string; readonly poolSize: number }
    | { readonly kind: "sqlite"; readonly file: string };
  /** null: cache and bus within the process. */
  readonly redisUrl: string | null;
  readonly spool: { readonly directory: string; readonly sync: boolean };
  /** Asterisk's own account of calls; null: it does not come to this instance as a file. */
  readonly asteriskCallFile: string | null;
  readonly asterisk: {
    /** Empty while `waitingFor` names the setting that is missing. */
    readonly servers: readonly AriAddress[];
    readonly waitingFor: SettingName | null;
    readonly transport: Environment["ARI_TRANSPORT"];
    readonly commandSockets: number;
    readonly requestTimeoutMs: number;
  };
  readonly calls: {
    readonly ringTimeoutMs: number;
    readonly maxCallMs: number;
    readonly lookupTimeoutMs: number;
    /** Never empty; the first is the default. */
    readonly trunks: readonly [ConfiguredTrunk, ...ConfiguredTrunk[]];
    /** Never empty. */
    readonly inboundTrunks: readonly InboundTrunk[];
    /** SIP codes, besides 5xx, after which the next trunk is tried. */
    readonly failOverCodes: readonly number[];
    readonly silentTrunkMs: number;
    /** Who connects calls: Asterisk (`dial`) or the controller (`bridge`). */
    readonly connect: "dial" | "bridge";
    readonly announcements: Announcements;
  };
  readonly numbers: {
    /** ISO 3166 code, e.g. `RU`. */
    readonly defaultCountry: string;
    readonly defaultPool: readonly NumberRange[];
    readonly cache: {
      readonly localTtlMs: number;
      readonly localEntries: number;
      readonly redisTtlMs: number;
      readonly unknownTtlMs: number;
    };
  };
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly trustedProxies: readonly string[];
    /** Any number when 0. */
    readonly connections: { readonly total: number; readonly perAddress: number };
    readonly uploadMaxBytes: number;
    /** Folder for uploads. */
    readonly uploadDirectory: string;
  };
  readonly access: {
    readonly mode: Environment["ACCESS"];
    readonly publicUrl: string | null;
    /** Requests in `durationSeconds`; `points` 0: no limit. */
    readonly limits: Readonly<Record<"user" | "key" | "address" | "signIn", RequestLimit>>;
    /** 0: no limit. */
    readonly liveSocketsPerUser: number;
  };
  /** `statusFile` null: backups are not monitored. */
  readonly backup: { readonly statusFile: string | null; readonly maxAgeMs: number };
  readonly log: { readonly level: Environment["LOG_LEVEL"]; readonly format: "json" | "pretty" };
  readonly shutdownDeadlineMs: number;
  /** Unknown settings in the `.env` file, and variables that are almost a setting's name: most likely misspelt; logged. */
  readonly unknownSettings: readonly string[];
  /** `NAME_FILE` variables without effect, because `NAME` is set too; logged at startup. */
  readonly ignoredFiles: readonly string[];
}

interface ConfiguredTrunk extends OutboundTrunk {
  /** Prefix of the E.164 digits that the callee sees, usually empty or `+`. */
  readonly callerIdPrefix: string;
}

interface RequestLimit {
  readonly points: number;
  readonly durationSeconds: number;
}

interface SettingProblem {
  /** e.g. `HTTP_PORT` or `ASTERISKS[0].url`. */
  readonly setting: string;
  readonly problem: string;
  /** What a valid value looks like. */
  readonly expected: string;
}

/** Lists every mistake at once. Never repeats a value: it may be a password or a phone number. */
export class SettingsError extends Error {
  readonly code = "SETTINGS_INVALID";
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    const lines = problems.map(
      ({ setting, problem, expected }) => `${setting} ${problem}; expected ${expected}`,
    );
    super(
      lines.length === 1
        ? `${lines[0]}.`
        : `${lines.length} settings are invalid:${lines.map((line) => `\n  ${line}`).join("")}`,
    );
    this.name = "SettingsError";
    this.problems = problems;
  }
}

interface SettingsSource {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Read when it exists; the environment wins over it. null: no file. */
  readonly envFile: string | null;
  /** Whether the log goes to a terminal. */
  readonly terminal: boolean;
}

/** Reads and checks all settings. Throws a `SettingsError` that names every mistake. */
export function loadSettings(
  source: SettingsSource = {
    environment: process.env,
    envFile: ".env",
    terminal: process.stdout.isTTY,
  },
): Settings {
  const fromFile = source.envFile === null ? {} : readEnvFile(source.envFile);
  const given: Record<string, string> = {};
  for (const [name, value] of [...Object.entries(fromFile), ...Object.entries(source.environment)]) {
    // Compose files pass unset variables as empty ones: an empty variable counts as not set.
    if (value !== undefined && value.trim() !== "") given[name] = value.trim();
  }
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
    unknownSettings: misspelt(Object.keys(fromFile), Object.keys(source.environment)),
    ignoredFiles: files.ignored,
  });
}

const isUnknown = (name: string): boolean => !isSettingName(name) && secretOf(name) === null;

/** The environment has many variables of others. Compose puts ours of its `.env` among them, so near misses count. */
function misspelt(inFile: readonly string[], inEnvironment: readonly string[]): readonly string[] {
  const near = inEnvironment.filter((name) => isUnknown(name) && isAlmostSetting(name));
  return [...new Set([...inFile.filter(isUnknown), ...near])];
}

const fileSuffix = "_FILE";

/** The setting whose value is in the file that the variable names, e.g. `ASTERISK_PASSWORD_FILE`. */
function secretOf(variable: string): SettingName | null {
  const name = variable.endsWith(fileSuffix) ? variable.slice(0, -fileSuffix.length) : "";
  return isSettingName(name) && descriptions.get(environmentSchema.shape[name])?.secret === true
    ? name
    : null;
}

/** Adds the secrets that are given as files, as container runtimes do. A value that is given directly wins. */
function readSecretFiles(given: Record<string, string>): {
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

/** The password is kept apart from the address where it comes as a file. */
function withPassword(address: string, password: string | null): string {
  const url = new URL(address);
  if (password === null || url.password !== "") return address;
  url.password = encodeURIComponent(password);
  return url.href;
}

/** Messages for what the schema has none for. They never repeat the value. */
function inWords(issue: z.core.$ZodRawIssue): string {
  if (issue.code === "invalid_type") {
    return issue.input === undefined ? "is missing" : `must be of type ${issue.expected}`;
  }
  return issue.code === "unrecognized_keys" ? `has an unknown key: ${issue.keys.join(", ")}` : "is invalid";
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

function isSettingName(name: string): name is SettingName {
  return name in environmentSchema.shape;
}

function readEnvFile(path: string): Record<string, string> {
  try {
    return parseDotenv(readFileSync(path));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    if (code === "ENOENT") return {};
    throw new SettingsError([
      {
        setting: path,
        problem: `cannot be read (${code})`,
        expected: "a readable file, or no file",
      },
    ]);
  }
}

function arrange(
  values: Environment,
  terminal: boolean,
  notes: Pick<Settings, "unknownSettings" | "ignoredFiles">,
): Settings {
  const { ASTERISK_PASSWORD: password } = values;
  const single = { name: "asterisk", url: values.ASTERISK_URL, username: values.ASTERISK_USER };
  const [first, ...others] = (values.OUTBOUND_TRUNKS ?? []).map(
    ({ name, dialPrefix, callerIdPrefix, callerId }): ConfiguredTrunk => ({
      name,
      dialPrefix,
      callerIdPrefix,
      callerIdPolicy: callerId,
    }),
  );
  return {
    node: { name: values.NODE_NAME, role: values.ROLE },
    database: /^mysql:/i.test(values.DATABASE_URL)
      ? {
          kind: "mysql",
          url: withPassword(values.DATABASE_URL, values.DATABASE_PASSWORD),
          poolSize: values.DATABASE_POOL_SIZE,
        }
      : { kind: "sqlite", file: values.DATABASE_URL },
    redisUrl: values.REDIS_URL,
    spool: { directory: values.SPOOL_DIR, sync: values.SPOOL_SYNC },
    asteriskCallFile: values.ASTERISK_CALL_FILE,
    asterisk: {
      servers:
        values.ASTERISKS ??
        (password === null ? [] : [{ ...single, password, application: values.ASTERISK_APPLICATION }]),
      waitingFor: values.ASTERISKS === null && password === null ? "ASTERISK_PASSWORD" : null,
      transport: values.ARI_TRANSPORT,
      commandSockets: values.ARI_COMMAND_SOCKETS,
      requestTimeoutMs: values.ARI_REQUEST_TIMEOUT_MS,
    },
    calls: {
      ringTimeoutMs: values.RING_TIMEOUT_SECONDS,
      maxCallMs: values.MAX_CALL_SECONDS,
      lookupTimeoutMs: values.LOOKUP_TIMEOUT_MS,
      connect: values.CONNECT,
      trunks: first
        ? [first, ...others]
        : [
            {
              name: values.OUTBOUND_TRUNK,
              dialPrefix: values.OUTBOUND_DIAL_PREFIX,
              callerIdPrefix: values.OUTBOUND_CALLER_ID_PREFIX,
              callerIdPolicy: values.CALLER_ID_POLICY,
            },
          ],
      inboundTrunks: values.INBOUND_TRUNKS,
      failOverCodes: values.FAIL_OVER_CODES,
      silentTrunkMs: values.SILENT_TRUNK_SECONDS,
      announcements: {
        unknown: values.ANNOUNCEMENT_UNKNOWN,
        disabled: values.ANNOUNCEMENT_DISABLED,
        expired: values.ANNOUNCEMENT_EXPIRED,
        failed: values.ANNOUNCEMENT_FAILED,
      },
    },
    numbers: {
      defaultCountry: values.DEFAULT_COUNTRY,
      defaultPool: values.DEFAULT_POOL,
      cache: {
        localTtlMs: values.CACHE_LOCAL_TTL_MS,
        localEntries: values.CACHE_LOCAL_ENTRIES,
        redisTtlMs: values.CACHE_REDIS_TTL_SECONDS,
        unknownTtlMs: values.CACHE_UNKNOWN_TTL_MS,
      },
    },
    http: {
      host: values.HTTP_HOST,
      port: values.HTTP_PORT,
      trustedProxies: values.TRUSTED_PROXIES,
      connections: { total: values.HTTP_CONNECTIONS, perAddress: values.HTTP_CONNECTIONS_PER_ADDRESS },
      uploadMaxBytes: values.UPLOAD_MAX_BYTES,
      uploadDirectory: values.UPLOAD_DIR,
    },
    access: {
      mode: values.ACCESS,
      publicUrl: values.PUBLIC_URL,
      limits: {
        user: { points: values.USER_REQUESTS_PER_MINUTE, durationSeconds: 60 },
        key: { points: values.KEY_REQUESTS_PER_MINUTE, durationSeconds: 60 },
        address: { points: values.ADDRESS_REQUESTS_PER_MINUTE, durationSeconds: 60 },
        signIn: { points: values.SIGN_INS_PER_FIVE_MINUTES, durationSeconds: 300 },
      },
      liveSocketsPerUser: values.LIVE_SOCKETS_PER_USER,
    },
    backup: {
      statusFile: values.BACKUP_STATUS_FILE,
      maxAgeMs: values.BACKUP_MAX_AGE_HOURS * 3_600_000,
    },
    log: {
      level: values.LOG_LEVEL,
      format: values.LOG_FORMAT === "auto" ? (terminal ? "pretty" : "json") : values.LOG_FORMAT,
    },
    shutdownDeadlineMs: values.SHUTDOWN_DEADLINE_MS,
    ...notes,
  };
}
