import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { DataSource } from "typeorm";
import type { DataSourceOptions } from "typeorm";
import { dataSourceOptions } from "../../ormconfig.ts";
import type { DatabaseAddress } from "../../src/store/dataSource.ts";
import { differences, readSchema } from "./readSchema.ts";
import type { DatabaseSchema } from "./readSchema.ts";

/** Not compared, because entities cannot describe them. */
const onlyInMigrations = ["triggers"] as const;

/** An empty database that is dropped afterwards. */
export type Scratch = <T>(work: (address: DatabaseAddress) => Promise<T>) => Promise<T>;

/**
 * Creates two databases, one with the migrations and one with TypeORM from the entities, and compares their schemas.
 * TypeORM's own comparison (`migration:generate --check`) does not work here: it reports every default that is an
 * expression as a difference, and ignores collations, generated columns, and the order of indexes on SQLite.
 */
export async function checkMigrations(
  scratch: Scratch,
  options: (address: DatabaseAddress) => DataSourceOptions = dataSourceOptions,
): Promise<string[]> {
  const migrated = await scratch((address) =>
    schemaAfter(options(address), async (dataSource) => {
      await dataSource.runMigrations({ transaction: "all" });
    }),
  );
  const described = await scratch((address) =>
    schemaAfter(options(address), (dataSource) => dataSource.synchronize()),
  );
  return differences(["migrations", withoutWhatEntitiesCannotSay(migrated)], ["entities", described]);
}

async function schemaAfter(
  options: DataSourceOptions,
  make: (dataSource: DataSource) => Promise<void>,
): Promise<DatabaseSchema> {
  const dataSource = new DataSource(options);
  await dataSource.initialize();
  try {
    await make(dataSource);
    return await readSchema(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

function withoutWhatEntitiesCannotSay(schema: DatabaseSchema): DatabaseSchema {
  return Object.fromEntries(
    Object.entries(schema).map(([name, table]) => [
      name,
      { ...table, ...Object.fromEntries(onlyInMigrations.map((part) => [part, []])) },
    ]),
  );
}

export const onSqlite: Scratch = async (work) => {
  const folder = await mkdtemp(join(tmpdir(), "phone-proxy-schema-"));
  try {
    return await work({ kind: "sqlite", file: join(folder, "schema.sqlite") });
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** `serverUrl`: with an account that may create databases whose names begin with `phone_proxy_test_`. */
export function onMysql(serverUrl: string): Scratch {
  return async (work) => {
    const name = `phone_proxy_test_${randomBytes(6).toString("hex")}`;
    const connection = await createConnection(serverUrl);
    try {
      await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
      const url = new URL(serverUrl);
      url.pathname = `/${name}`;
      return await work({ kind: "mysql", url: url.href, poolSize: 2 });
    } finally {
      await connection.query(`DROP DATABASE IF EXISTS ${name}`);
      await connection.end();
    }
  };
}
