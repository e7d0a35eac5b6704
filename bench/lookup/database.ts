import { randomBytes } from "node:crypto";
import { createConnection } from "mysql2/promise";
import { Redis } from "ioredis";
import type { LabAddresses } from "../../lab/lab.ts";
import { isPhoneNumber, type PhoneNumber } from "../../src/values/phoneNumber.ts";
import type { Logger } from "../../src/ops/types.ts";
import { createStore } from "../../src/store/store.ts";
import type { Store } from "../../src/store/types.ts";

/** A higher database number than in any test, so that it contains only the benchmark's entries. */
export const BENCHMARK_REDIS = 9;
const CHUNK = 1_000;

/** The benchmark's own database and Redis, with mappings. */
export interface LookupData {
  readonly store: Store;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly numbers: readonly PhoneNumber[];
  remove(): Promise<void>;
}

export const emptyRedis = async (redisUrl: string): Promise<void> => {
  const redis = new Redis(redisUrl);
  await redis.flushdb();
  redis.disconnect();
};

const phoneNumber = (text: string): PhoneNumber => {
  if (!isPhoneNumber(text)) throw new Error("The benchmark's numbers are wrong.");
  return text;
};

export const makeLookupData = async (
  lab: LabAddresses,
  count: number,
  logger: Logger,
): Promise<LookupData> => {
  const name = `phone_proxy_bench_${randomBytes(6).toString("hex")}`;
  const execute = async (sql: string, values: unknown[] = [], database?: string): Promise<void> => {
    const url = new URL(lab.mysql.url);
    if (database !== undefined) url.pathname = `/${database}`;
    const connection = await createConnection(url.href);
    try {
      await connection.query(sql, values);
    } finally {
      await connection.end();
    }
  };
  const redisUrl = `${lab.redis.url}/${BENCHMARK_REDIS}`;
  await execute(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  const url = new URL(lab.mysql.url);
  url.pathname = `/${name}`;
  const store = createStore({ address: { kind: "mysql", url: url.href, poolSize: 10 }, logger });
  const remove = async (): Promise<void> => {
    await store.close();
    await execute(`DROP DATABASE ${name}`);
    await emptyRedis(redisUrl);
  };
  try {
    store.open();
    await store.ready();
    const digits = Array.from({ length: count }, (_, index) => String(index).padStart(7, "0"));
    for (let first = 0; first < count; first += CHUNK)
      await execute(
        "INSERT INTO phone_mappings (real_phone, fake_phone, state) VALUES ?",
        [digits.slice(first, first + CHUNK).map((text) => [`7956${text}`, `7955${text}`, "active"])],
        name,
      );
    return {
      store,
      databaseUrl: url.href,
      redisUrl,
      numbers: digits.map((text) => phoneNumber(`7955${text}`)),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
};
