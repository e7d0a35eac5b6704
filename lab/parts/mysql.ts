import { readFileSync } from "node:fs";
import { chmod, mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createConnection } from "mysql2/promise";
import {
  APPLICATION_DATABASE_USER,
  ASTERISK_DATABASE_USER,
  BENCH_DATABASE_USER,
  DATABASE,
  MIGRATIONS_DATABASE_USER,
} from "../asteriskSettings.ts";
import { LAB_HOST, portSettings, type LabLayout } from "../layout.ts";
import { run } from "../run.ts";
import type { LabSecrets } from "../secrets.ts";
import type { LabPart } from "./part.ts";

const DATA = "/var/lib/phone-proxy-mysql/data";
/** In the lab's root folder. */
export const SOCKET = `${DATA}/mysql.sock`;
/** A folder of its own, so that a test can give it a small disk. */
export const BINARY_LOG_FOLDER = "/var/lib/phone-proxy-mysql/binary-log";
const INIT_FILE = "/var/lib/phone-proxy-mysql/init.sql";

/** The accounts of real installations. */
const ACCOUNTS = fileURLToPath(new URL("../../deploy/mysql/accounts.sql", import.meta.url));

/** The statements of a file without comments, each on one line, as MySQL reads a file of its option `init-file`. */
const statementsOf = (sql: string): string[] =>
  sql
    .replace(/^--.*$/gmu, "")
    .split(/;\s*$/mu)
    .map((statement) => statement.replace(/\s+/gu, " ").trim())
    .filter((statement) => statement !== "");

/**
 * Idempotent: the server runs it at each start, before it accepts connections. The application's user may also create
 * databases whose names begin with `phone_proxy_`, for tests. The benchmark of the seed's dialplan has a user of its own,
 * who writes records.
 */
const initSql = (secrets: LabSecrets): string => {
  const [application, migrations, asterisk, bench] = [
    APPLICATION_DATABASE_USER,
    MIGRATIONS_DATABASE_USER,
    ASTERISK_DATABASE_USER,
    BENCH_DATABASE_USER,
  ].map((user) => `'${user}'@'%'`);
  return [
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${secrets.mysqlRoot}'`,
    ...statementsOf(readFileSync(ACCOUNTS, "utf8")),
    `ALTER USER ${application} IDENTIFIED BY '${secrets.mysqlApplication}'`,
    `ALTER USER ${migrations} IDENTIFIED BY '${secrets.mysqlMigrations}'`,
    `ALTER USER ${asterisk} IDENTIFIED BY '${secrets.mysqlAsterisk}'`,
    `GRANT ALL ON \`phone\\_proxy\\_%\`.* TO ${application}`,
    `CREATE USER IF NOT EXISTS ${bench}`,
    `ALTER USER ${bench} IDENTIFIED BY '${secrets.mysqlAsterisk}'`,
    `GRANT SELECT, INSERT ON ${DATABASE}.* TO ${bench}`,
    "",
  ].join(";\n");
};

const exists = async (path: string): Promise<boolean> =>
  await stat(path).then(
    () => true,
    () => false,
  );

/**
 * Durability is MySQL's default, so that benchmarks are comparable: each commit is flushed to the log and to the binary
 * log (innodb_flush_log_at_trx_commit=1, sync_binlog=1).
 */
const serverOptions = (port: number): readonly string[] => [
  "--no-defaults",
  "--user=mysql",
  `--datadir=${DATA}`,
  `--port=${port}`,
  `--bind-address=${LAB_HOST}`,
  `--socket=${SOCKET}`,
  `--pid-file=${DATA}/mysql.pid`,
  "--mysqlx=OFF",
  // SQL statements must not read or write the server's files.
  "--secure-file-priv=NULL",
  `--init-file=${INIT_FILE}`,
  "--skip-name-resolve",
  "--default-time-zone=+00:00",
  "--max-connections=300",
  "--innodb-buffer-pool-size=512M",
  "--innodb-redo-log-capacity=512M",
  `--log-bin=${BINARY_LOG_FOLDER}/binlog`,
  // The default keeps binary logs for a month, too long for a developer's disk.
  "--binlog-expire-logs-seconds=3600",
  // The import benchmark compares itself with LOAD DATA LOCAL.
  "--local-infile=ON",
];

const PROGRAM = "/usr/sbin/mysqld";

export const mysqlPart = (layout: LabLayout, secrets: LabSecrets): LabPart => {
  const port = layout.ports.mysql;
  const inside = (...command: string[]): Promise<string> => run(["chroot", layout.root, ...command]);
  const data = join(layout.root, DATA);
  const command = ["chroot", layout.root, PROGRAM, ...serverOptions(port)];

  /** The data folder is created under another name and renamed when complete, so an incomplete one is never used. */
  const makeData = async (): Promise<void> => {
    const making = `${DATA}.making`;
    await rm(join(layout.root, making), { recursive: true, force: true });
    await mkdir(join(data, ".."), { recursive: true });
    await inside("chown", "mysql:mysql", join(DATA, ".."));
    await inside(
      "mysqld",
      "--no-defaults",
      "--user=mysql",
      "--initialize-insecure",
      "--secure-file-priv=NULL",
      `--datadir=${making}`,
    );
    await rename(join(layout.root, making), data);
  };

  return {
    name: "mysql",
    endpoints: [{ protocol: "tcp", host: LAB_HOST, port, setting: portSettings.mysql.setting }],
    command,
    program: PROGRAM,
    stopGraceMs: 30_000,
    logFiles: [],
    fingerprint: async () => `${command.join(" ")}\n${initSql(secrets)}`,
    prepare: async () => {
      if (!(await exists(data))) await makeData();
      await mkdir(join(layout.root, BINARY_LOG_FOLDER), { recursive: true });
      await inside("chown", "mysql:mysql", BINARY_LOG_FOLDER);
      // A killed server leaves its PID here, and the next one does not start while any process of its user has that
      // PID. Our server is not running at this point.
      await rm(join(data, "mysql.sock.lock"), { force: true });
      const file = join(layout.root, INIT_FILE);
      await writeFile(file, initSql(secrets), { mode: 0o600 });
      await chmod(file, 0o600);
      await inside("chown", "mysql:mysql", INIT_FILE);
    },
    ask: async () => {
      const connection = await createConnection({
        host: LAB_HOST,
        port,
        user: APPLICATION_DATABASE_USER,
        password: secrets.mysqlApplication,
        database: DATABASE,
        connectTimeout: 2_000,
      });
      try {
        await connection.query("SELECT 1");
      } finally {
        await connection.end();
      }
    },
  };
};
