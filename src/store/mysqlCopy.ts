import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { DataSource } from "typeorm";
import { refuseChangesOnMysql } from "../../migrations/1764000000002-access.ts";
import { dataSourceOptions } from "../../ormconfig.ts";
import { allDone, outputOf, ProgramError, startProgram } from "../ops/programs.ts";
import type { DatabaseCopy } from "./databaseCopyType.ts";
import { serverAddressOf } from "./serverUrl.ts";

const from = "default-mysql-client";

/**
 * mysqldump, or that of MariaDB, reads everything in one transaction with a snapshot: it locks nothing, and its account
 * needs SELECT only. Triggers are left out, because a dump would bind them to the account that created them; the two
 * that protect the audit log are made again.
 */
export function createMysqlCopy(url: string, scratch: string): DatabaseCopy {
  const { database } = serverAddressOf(url);

  /** A file, because everyone can see arguments. Other option files of this machine are not read. */
  async function options(mariaDb: boolean): Promise<string> {
    const file = join(scratch, "mysql-client.cnf");
    await writeFile(file, optionFile(url, mariaDb), { mode: 0o600 });
    return `--defaults-file=${file}`;
  }

  async function withConnection<T>(work: (connection: DataSource) => Promise<T>): Promise<T> {
    const connection = new DataSource(dataSourceOptions({ kind: "mysql", url, poolSize: 1 }));
    await connection.initialize();
    try {
      return await work(connection);
    } finally {
      await connection.destroy();
    }
  }

  return {
    fileName: "database.sql",

    async read() {
      const { program, mariaDb } = await firstOf("mysqldump", "mariadb-dump");
      const running = startProgram(
        [
          program,
          await options(mariaDb),
          ...dumpOptions,
          ...(mariaDb ? [] : ["--set-gtid-purged=OFF"]),
          database,
        ],
        { from },
      );
      running.input.end();
      return { stream: running.output, done: running.done };
    },

    isEmpty: () => withConnection(async (connection) => (await tables(connection)).length === 0),

    async load(file) {
      const { program, mariaDb } = await firstOf("mysql", "mariadb");
      await withConnection(async (connection) => {
        const runner = connection.createQueryRunner();
        await runner.query("SET FOREIGN_KEY_CHECKS = 0");
        // Also those of a later version, which would be in the way of its migrations.
        for (const { name } of await tables(runner)) await runner.query(`DROP TABLE \`${name}\``);
        await runner.release();
      });
      const running = startProgram([program, await options(mariaDb), database], { from });
      running.output.resume();
      await allDone(pipeline(createReadStream(file), running.input), [running.done]);
      await withConnection(async (connection) => {
        const runner = connection.createQueryRunner();
        await refuseChangesOnMysql(runner);
        await runner.release();
      });
    },
  };
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

const quoted = (text: string): string => `"${text.replaceAll("\\", "\\\\")}"`;

function optionFile(url: string, mariaDb: boolean): string {
  const { host, port, user, password, tls } = serverAddressOf(url);
  const mode = tls === null ? null : tls.verify ? "VERIFY_IDENTITY" : "REQUIRED";
  return [
    "[client]",
    "protocol=tcp",
    `host=${quoted(host)}`,
    `port=${port ?? 3306}`,
    `user=${quoted(user)}`,
    `password=${quoted(password)}`,
    ...(mode === null
      ? []
      : mariaDb
        ? ["ssl", ...(tls?.verify ? ["ssl-verify-server-cert"] : [])]
        : [`ssl-mode=${mode}`]),
    ...(tls === null || tls.ca === null ? [] : [`ssl-ca=${quoted(tls.ca)}`]),
    "",
  ].join("\n");
}
