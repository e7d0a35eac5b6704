import { createConnection } from "mysql2/promise";
import type { RowDataPacket } from "mysql2/promise";
import type { LabAddresses } from "../../lab/lab.ts";

/** The benchmark's own range of proxy and real numbers, so that its rows can be found and removed. */
const PROXY_PREFIX = "7955000";
const REAL_PREFIX = "7956000";
const COUNT = 2_000;

interface BenchmarkNumber {
  readonly proxy: string;
  readonly real: string;
}

/** Consecutive calls use distant numbers, as in normal operation: 1,201 and 2,000 have no common factor. */
export const benchmarkNumbers: readonly BenchmarkNumber[] = Array.from({ length: COUNT }, (_, index) => {
  const digits = String((index * 1_201) % COUNT).padStart(4, "0");
  return { proxy: PROXY_PREFIX + digits, real: REAL_PREFIX + digits };
});

const withDatabase = async <T>(
  lab: LabAddresses,
  work: (connection: Awaited<ReturnType<typeof createConnection>>) => Promise<T>,
): Promise<T> => {
  const connection = await createConnection(lab.mysql.url);
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
};

/** Stores the mappings in existing tables. Safe to repeat after an interrupted run. */
export const storeNumbers = (lab: LabAddresses): Promise<void> =>
  withDatabase(lab, async (connection) => {
    const rows = benchmarkNumbers.map(({ proxy, real }) => [real, proxy, "active"]);
    await connection.query(
      "INSERT INTO phone_mappings (real_phone, fake_phone, state) VALUES ? ON DUPLICATE KEY UPDATE state = 'active'",
      [rows],
    );
  });

/** Number of the benchmark's calls with a record. */
export const countRecords = (lab: LabAddresses): Promise<number> =>
  withDatabase(lab, async (connection) => {
    const [rows] = await connection.query<(RowDataPacket & { count: number })[]>(
      "SELECT COUNT(*) AS count FROM call_logs WHERE fake_phone LIKE ?",
      [`${PROXY_PREFIX}%`],
    );
    return rows[0]?.count ?? 0;
  });

/** The same by status. */
export const countByStatus = (lab: LabAddresses): Promise<ReadonlyMap<string, number>> =>
  withDatabase(lab, async (connection) => {
    const [rows] = await connection.query<(RowDataPacket & { status: string; count: number })[]>(
      "SELECT call_status AS status, COUNT(*) AS count FROM call_logs WHERE fake_phone LIKE ? GROUP BY 1",
      [`${PROXY_PREFIX}%`],
    );
    return new Map(rows.map(({ status, count }) => [status, count]));
  });

export const removeNumbers = (lab: LabAddresses): Promise<void> =>
  withDatabase(lab, async (connection) => {
    await connection.query("DELETE FROM call_logs WHERE fake_phone LIKE ?", [`${PROXY_PREFIX}%`]);
    await connection.query("DELETE FROM phone_mappings WHERE fake_phone LIKE ?", [`${PROXY_PREFIX}%`]);
  });
