import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Passwords of this machine's lab, generated once and stored in a file that only its owner can read. */
export interface LabSecrets {
  readonly ari: string;
  readonly mysqlRoot: string;
  /** MySQL user of the application. */
  readonly mysqlApplication: string;
  /** MySQL user of the migrations. */
  readonly mysqlMigrations: string;
  /** MySQL user of Asterisk's ODBC connection. */
  readonly mysqlAsterisk: string;
}

const names = ["ari", "mysqlRoot", "mysqlApplication", "mysqlMigrations", "mysqlAsterisk"] as const;

/** Hexadecimal, so that it needs no quoting in INI files, SQL, and URLs. */
const newSecret = (): string => randomBytes(16).toString("hex");

const readExisting = (file: string): Partial<Record<string, unknown>> => {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
};

/** Reads the secrets and generates missing ones. */
export const labSecrets = (directory: string): LabSecrets => {
  const file = join(directory, "secrets.json");
  const existing = readExisting(file);
  const secretNamed = (name: (typeof names)[number]): string => {
    const value = existing[name];
    return typeof value === "string" && /^[0-9a-f]{32}$/u.test(value) ? value : newSecret();
  };
  const secrets: LabSecrets = {
    ari: secretNamed("ari"),
    mysqlRoot: secretNamed("mysqlRoot"),
    mysqlApplication: secretNamed("mysqlApplication"),
    mysqlMigrations: secretNamed("mysqlMigrations"),
    mysqlAsterisk: secretNamed("mysqlAsterisk"),
  };
  if (names.some((name) => existing[name] !== secrets[name])) {
    mkdirSync(directory, { recursive: true });
    const fresh = `${file}.${process.pid}`;
    writeFileSync(fresh, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
    renameSync(fresh, file);
  }
  return secrets;
};
