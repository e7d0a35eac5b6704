import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DatabaseAddress } from "../../src/store/dataSource.ts";
import { createStore } from "../../src/store/store.ts";
import { silentLogger } from "./silentLogger.ts";
import type { ImportRequests } from "./imports.ts";
import { until } from "./until.ts";
import { freePort } from "./freePort.ts";

export const urlOf = (address: DatabaseAddress): string =>
  address.kind === "mysql" ? address.url : address.file;

/** The application with a database and a pool of 300,000 numbers, in a process that can be killed. */
export async function importSettings(
  databaseUrl: string,
  folder: string,
  node = "imports",
): Promise<Record<string, string>> {
  return {
    HTTP_PORT: String(await freePort()),
    NODE_NAME: node,
    ROLE: "web",
    LOG_FORMAT: "json",
    DATABASE_URL: databaseUrl,
    SPOOL_DIR: join(folder, node, "spool"),
    UPLOAD_DIR: uploadsOf(folder, node),
    DEFAULT_POOL: "79580000000-79580299999",
  };
}

export const uploadsOf = (folder: string, node = "imports"): string => join(folder, node, "uploads");

/** Uploads without waiting for the import. Retries until the default pool has been created. */
export async function beginImport(
  requests: ImportRequests,
  content: string,
  query = "?wait=0",
): Promise<number> {
  let id = 0;
  await until(async () => {
    const { status, body } = await requests.upload(content, { query });
    id = body.id;
    return status === 202;
  });
  return id;
}

/** Number of stored rows; 0 while the database is not available yet, as after a start. */
export async function storedRows(requests: ImportRequests, id: number): Promise<number> {
  const { status, body } = await requests.get(id);
  return status === 200 ? Number(body.counts["rows"]) : 0;
}

interface StoredNumbers {
  readonly mappings: number;
  readonly realNumbers: number;
  readonly proxyNumbers: number;
}

export async function storedNumbers(address: DatabaseAddress): Promise<StoredNumbers> {
  const [row] = await inDatabase<Record<keyof StoredNumbers, number | string>>(
    address,
    `SELECT COUNT(*) AS mappings, COUNT(DISTINCT real_phone) AS realNumbers,
       COUNT(DISTINCT fake_phone) AS proxyNumbers FROM phone_mappings`,
  );
  return {
    mappings: Number(row?.mappings),
    realNumbers: Number(row?.realNumbers),
    proxyNumbers: Number(row?.proxyNumbers),
  };
}

/** Runs a query on a separate connection. */
export async function inDatabase<Row>(address: DatabaseAddress, sql: string): Promise<readonly Row[]> {
  const store = createStore({ address, logger: silentLogger });
  store.open();
  try {
    await store.ready();
    return await store.read<Row[]>((manager) => manager.query(sql));
  } finally {
    await store.close();
  }
}

/** Resident memory of a process, including threads and buffers: now, or its peak. */
export async function residentBytes(pid: number, field: "VmRSS" | "VmHWM"): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
}
