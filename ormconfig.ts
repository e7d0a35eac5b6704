import { DataSource } from "typeorm";
import type { DataSourceOptions } from "typeorm";
import type { SettingName } from "./config/schema.ts";
import { loadSettings } from "./config/settings.ts";
import { SettingsError } from "./config/settingsError.ts";
import type { Settings } from "./config/types.ts";
import { migrations } from "./migrations/index.ts";
import { restrictUmask } from "./src/ops/privateFiles.ts";
import { redactText } from "./src/ops/redact.ts";
import { forMigrations } from "./src/store/dataSource.ts";
import type { DatabaseAddress } from "./src/store/dataSource.ts";
import { entitiesOn } from "./src/store/entities/index.ts";
import { mayNotChangeTables, StoreQueryError, translate } from "./src/store/errors.ts";
import { migrationLog, noMigrationLog } from "./src/store/migrationLog.ts";
import { mysqlTlsOptionsOf, serverAddressOf } from "./src/store/serverUrl.ts";
import { SqliteDriver } from "./src/store/sqliteDriver.ts";
import { keepDatabasePrivate } from "./src/store/sqliteFile.ts";

/**
 * TypeORM's options for the address. Its own log is off: it would write parameters, and these are phone
 * numbers and keys.
 *
 * `busyTimeoutMs`: how long SQLite waits for another process that writes. It blocks the event loop meanwhile,
 * so the application waits in its own way and gives it next to nothing.
 *
 * `readUrls`: replicas. TypeORM's runners read from them on request only.
 */
export function dataSourceOptions(
  address: DatabaseAddress,
  {
    connectTimeoutMs = 3000,
    busyTimeoutMs = 5000,
    readUrls = [],
  }: {
    readonly connectTimeoutMs?: number;
    readonly busyTimeoutMs?: number;
    readonly readUrls?: readonly string[];
  } = {},
): DataSourceOptions {
  const common = {
    entities: entitiesOn(address.kind),
    migrations: [...migrations],
    migrationsTableName: "migrations",
    synchronize: false,
    logging: false as const,
    logger: noMigrationLog,
  };
  if (address.kind === "sqlite") {
    return {
      ...common,
      type: "better-sqlite3",
      driver: SqliteDriver,
      database: address.file,
      enableWAL: true,
      timeout: busyTimeoutMs,
    };
  }
  const { tls } = serverAddressOf(address.url);
  const primary = credentialsOf(address.url);
  return {
    ...common,
    type: "mysql",
    ...primary,
    ...(readUrls.length === 0 ? {} : { replication: replicationOf(primary, readUrls) }),
    ...(tls === null ? {} : { ssl: mysqlTlsOptionsOf(tls) }),
    timezone: "Z",
    charset: "utf8mb4",
    // Counts beyond 2^53 cannot occur; as numbers they need no care anywhere.
    supportBigNumbers: true,
    bigNumberStrings: false,
    connectTimeout: connectTimeoutMs,
    poolSize: address.poolSize,
    // Idle connections notice a peer that vanished without a word within minutes instead of hours.
    extra: { enableKeepAlive: true, keepAliveInitialDelay: 10_000, maxIdle: address.poolSize },
  };
}

function credentialsOf(url: string) {
  const { host, port, user, password, database } = serverAddressOf(url);
  return { host, port: port ?? 3306, username: user, password, database };
}

/**
 * By default, the driver would forget a server for good after five failures, the primary as well. Which servers are away is
 * decided in src/store, so here each is tried again at once.
 */
const replicationOf = (primary: ReturnType<typeof credentialsOf>, readUrls: readonly string[]) => ({
  master: primary,
  slaves: readUrls.map(credentialsOf),
  removeNodeErrorCount: 1,
  restoreNodeTimeout: 1,
});

/**
 * For the migration commands (`npm run migrate`, `npm run migrate:revert`, and those of TypeORM with
 * `-d ormconfig.ts`): the database of the settings, which are read and checked as the application does it. TypeORM
 * awaits what a file like this exports, and only then is it made: the application imports this file too, and has
 * not looked at its settings by then.
 */
const ofTheSettings: PromiseLike<DataSource> = {
  // oxlint-disable-next-line unicorn/no-thenable
  then: (resolve, reject) =>
    new Promise<DataSource>((made) => {
      const { database } = settingsOrEnd();
      restrictUmask();
      if (database.kind === "sqlite") keepDatabasePrivate(database.file);
      const used = forMigrations(database);
      made(
        new CommandDataSource(
          { ...dataSourceOptions(used), logger: migrationLog((line) => process.stdout.write(`${line}\n`)) },
          used === database ? "DATABASE_URL" : "DATABASE_MIGRATIONS_URL",
        ),
      );
    }).then(resolve, reject),
};
export default ofTheSettings;

/** TypeORM would print a stack trace of what is one line for the operator. */
function endWith(line: string, exitCode: number): never {
  process.stderr.write(`${line}\n`);
  process.exit(exitCode);
}

function settingsOrEnd(): Settings {
  try {
    return loadSettings();
  } catch (error) {
    if (error instanceof SettingsError) endWith(error.message, 2);
    throw error;
  }
}

class CommandDataSource extends DataSource {
  readonly #setting: SettingName;

  constructor(options: DataSourceOptions, setting: SettingName) {
    super(options);
    this.#setting = setting;
  }

  override async initialize(): Promise<this> {
    try {
      return await super.initialize();
    } catch (error) {
      // The driver's words may repeat the name of a user.
      const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
      return endWith(
        `${this.#setting}: the database cannot be opened (${code}). Check that it can be reached, and that this user and ` +
          "password may use it.",
        1,
      );
    }
  }

  override runMigrations(options?: Parameters<DataSource["runMigrations"]>[0]) {
    return this.#orEnd(super.runMigrations(options));
  }

  override undoLastMigration(options?: Parameters<DataSource["undoLastMigration"]>[0]): Promise<void> {
    return this.#orEnd(super.undoLastMigration(options));
  }

  /** TypeORM would print the statement with its parameters. */
  async #orEnd<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      const told = translate(error);
      const words = told instanceof Error ? redactText(told.message) : "unknown error";
      const remedy = mayNotChangeTables(error)
        ? " Set DATABASE_MIGRATIONS_URL to an account that may change tables."
        : told instanceof StoreQueryError
          ? ` ${told.sql}`
          : "";
      return endWith(`${this.#setting}: the migration failed. ${words}${remedy}`, 1);
    }
  }
}
