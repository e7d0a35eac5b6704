import { createReadStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { rootCertificates } from "node:tls";
import { DataSource } from "typeorm";
import { refuseChangesOnMysql } from "../../migrations/1764000000002-access.ts";
import { dataSourceOptions } from "../../ormconfig.ts";
import { allDone, outputOf, ProgramError, startProgram } from "../ops/programs.ts";
import { type DatabaseCopy, tablesOfUse } from "./databaseCopyType.ts";
import { certificateTrouble, mayNotChangeTables } from "./errors.ts";
import { loadable } from "./generatedColumns.ts";
import { serverAddressOf, serverNameOf } from "./serverUrl.ts";

const from = "default-mysql-client";

/**
 * mysqldump, or that of MariaDB, reads everything in one transaction with a snapshot: it locks nothing, and its account
 * needs SELECT only. Triggers are left out, because a dump would bind them to the account that created them; the two
 * that protect the audit log are made again.
 */
export function createMysqlCopy(url: string, scratch: string, readUrl = url): DatabaseCopy {
  /** A file, because everyone can see arguments. Other option files of this machine are not read. */
  async function options(account: string, mariaDb: boolean): Promise<string> {
    const file = join(scratch, "mysql-client.cnf");
    const authorities = join(scratch, "authorities.pem");
    await writeFile(authorities, await knownAuthorities(), { mode: 0o600 });
    await writeFile(file, optionFile(account, mariaDb, authorities), { mode: 0o600 });
    return `--defaults-file=${file}`;
  }

  /** A dump has only the tables that its account sees. */
  async function requireAllTables(): Promise<void> {
    const seen = await withConnection(readUrl, tables);
    if (readUrl === url) return;
    const all = await withConnection(url, tables);
    if (seen.length < all.length)
      throw new Error(`The account of BACKUP_DATABASE_URL can read ${seen.length} of ${all.length} tables.`);
  }

  return {
    fileName: "database.sql",

    async read() {
      const { program, mariaDb } = await firstOf("mysqldump", "mariadb-dump");
      // This also insists on encryption, for which MariaDB's programs have no option.
      await requireAllTables();
      const running = startProgram(
        [
          program,
          await options(readUrl, mariaDb),
          ...dumpOptions,
          ...(mariaDb ? [] : mysqlDumpOptions),
          serverAddressOf(readUrl).database,
        ],
        { from },
      );
      running.input.end();
      return { stream: running.output, done: running.done };
    },

    isEmpty: () =>
      withConnection(url, async (connection) => {
        const names = new Set((await tables(connection)).map(({ name }) => name));
        for (const name of names.size === 0 ? [] : tablesOfUse) {
          const rows: unknown[] = names.has(name)
            ? await connection.query(`SELECT 1 FROM ${name} LIMIT 1`)
            : ["a table of others"];
          if (rows.length > 0) return false;
        }
        return true;
      }),

    async load(file) {
      const { program, mariaDb } = await firstOf("mysql", "mariadb");
      await withConnection(url, async (connection) => {
        const runner = connection.createQueryRunner();
        await requireRights(runner, url);
        await runner.query("SET FOREIGN_KEY_CHECKS = 0");
        // Includes those of a later version, which would conflict with its migrations.
        for (const { name } of await tables(runner)) await runner.query(`DROP TABLE \`${name}\``);
        await runner.release();
      });
      const running = startProgram([program, await options(url, mariaDb), serverAddressOf(url).database], {
        from,
      });
      running.output.resume();
      await allDone(pipeline(loadable(createReadStream(file)), running.input), [running.done]).catch(
        (error: unknown) => {
          throw new Error(
            `${error instanceof Error ? error.message : "It failed."} The database is incomplete: restore again with --replace.`,
            { cause: error },
          );
        },
      );
      await withConnection(url, async (connection) => {
        const runner = connection.createQueryRunner();
        await refuseChangesOnMysql(runner);
        await runner.release();
      });
    },
  };
}

async function withConnection<T>(url: string, work: (connection: DataSource) => Promise<T>): Promise<T> {
  const connection = new DataSource(dataSourceOptions({ kind: "mysql", url, poolSize: 1 }));
  try {
    await connection.initialize();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    const { user } = serverAddressOf(url);
    throw new Error(
      `MySQL on ${serverNameOf(url)} cannot be opened by the account ${user} (${code}${certificateTrouble(error)}). Check that it runs, and the URL and the password.`,
      { cause: error },
    );
  }
  try {
    return await work(connection);
  } finally {
    await connection.destroy();
  }
}

/** Before the first table is gone. */
async function requireRights(runner: Pick<DataSource, "query">, url: string): Promise<void> {
  try {
    await runner.query("CREATE TABLE IF NOT EXISTS phone_proxy_restores (id int PRIMARY KEY)");
    await runner.query("DROP TABLE phone_proxy_restores");
  } catch (error) {
    if (!mayNotChangeTables(error)) throw error;
    throw new Error(
      `The account ${serverAddressOf(url).user} may not change tables. Set DATABASE_MIGRATIONS_URL to one that may.`,
      { cause: error },
    );
  }
}

const tables = (connection: Pick<DataSource, "query">): Promise<{ readonly name: string }[]> =>
  connection.query(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'",
  );

const dumpOptions = [
  "--single-transaction",
  "--quick",
  "--skip-lock-tables",
  "--no-tablespaces",
  "--skip-triggers",
  // They would need privileges to restore that a dump into empty tables does not.
  "--skip-add-locks",
  "--skip-disable-keys",
  "--skip-add-drop-table",
  "--hex-blob",
  "--default-character-set=utf8mb4",
];

/** Policies that mask columns need privileges of their own; our tables have none. Versions before 9 do not know them. */
const mysqlDumpOptions = ["--set-gtid-purged=OFF", "--loose-skip-masking-policies"];

/** The programs of both vendors may have the same names. */
async function firstOf(
  ...programs: readonly [string, string]
): Promise<{ readonly program: string; readonly mariaDb: boolean }> {
  for (const program of programs) {
    try {
      return { program, mariaDb: (await outputOf([program, "--version"], { from })).includes("MariaDB") };
    } catch (error) {
      if (program === programs[1] || !(error instanceof ProgramError)) throw error;
    }
  }
  throw new ProgramError(`${programs[0]} is missing: apt install ${from}`);
}

/** Those that our driver accepts if the URL names none. */
async function knownAuthorities(): Promise<string> {
  const extra = process.env["NODE_EXTRA_CA_CERTS"] ?? "";
  return [...rootCertificates, ...(extra === "" ? [] : [await readFile(extra, "utf8")])].join("\n");
}

const quoted = (text: string): string => `"${text.replaceAll(/[\\"]/g, String.raw`\$&`)}"`;

function optionFile(url: string, mariaDb: boolean, authorities: string): string {
  const { host, port, user, password, tls } = serverAddressOf(url);
  const verify = tls?.verify === true;
  const options = mariaDb
    ? // Recent versions check certificates unless disabled.
      [...(tls === null ? [] : ["ssl"]), `ssl-verify-server-cert=${verify ? 1 : 0}`]
    : tls === null
      ? []
      : [`ssl-mode=${verify ? "VERIFY_IDENTITY" : "REQUIRED"}`];
  return [
    "[client]",
    "protocol=tcp",
    `host=${quoted(host)}`,
    `port=${port ?? 3306}`,
    `user=${quoted(user)}`,
    `password=${quoted(password)}`,
    ...options,
    ...(verify ? [`ssl-ca=${quoted(tls.ca ?? authorities)}`] : []),
    "",
  ].join("\n");
}
