import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { ensureLab } from "../../lab/lab.ts";
import { createLogger } from "../../src/ops/logger.ts";
import type { DatabaseAddress } from "../../src/store/dataSource.ts";
import { createStore } from "../../src/store/store.ts";
import type { Store } from "../../src/store/types.ts";

/** The benchmark's own database, which is dropped afterwards. */
interface BenchDatabase {
  readonly store: Store;
  readonly address: DatabaseAddress;
  remove(): Promise<void>;
}

const quiet = createLogger({ level: "error", format: "pretty", destination: process.stderr });

export const openDatabase = async (kind: "mysql" | "sqlite"): Promise<BenchDatabase> => {
  if (kind === "sqlite") {
    const folder = await mkdtemp(join(tmpdir(), "phone-proxy-bench-"));
    return open({ kind, file: join(folder, "bench.sqlite") }, () => rm(folder, { recursive: true }));
  }
  const { mysql } = await ensureLab();
  const name = `phone_proxy_bench_${randomBytes(6).toString("hex")}`;
  const execute = async (sql: string): Promise<void> => {
    const connection = await createConnection(mysql.url);
    try {
      await connection.query(sql);
    } finally {
      await connection.end();
    }
  };
  await execute(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  const url = new URL(mysql.url);
  url.pathname = `/${name}`;
  return open({ kind, url: url.href, poolSize: 10 }, () => execute(`DROP DATABASE ${name}`));
};

const open = async (address: DatabaseAddress, drop: () => Promise<void>): Promise<BenchDatabase> => {
  const store = createStore({
    address,
    logger: quiet,
    readTimeoutMs: 60_000,
    transactionTimeoutMs: 120_000,
  });
  const remove = async (): Promise<void> => {
    await store.close();
    await drop();
  };
  try {
    store.open();
    await store.ready();
  } catch (error) {
    await remove();
    throw error;
  }
  return { store, address, remove };
};
