import { createConnection, type RowDataPacket } from "mysql2/promise";
import type { RecordSeen } from "../../../lab/parties/verdict.ts";
import type { LoadNumber } from "./load.ts";

/** Proxy numbers of these tests begin with this, real numbers with `7958`. */
const proxyPrefix = "7495800";
const numberCount = 600;

export const faultNumbers: readonly LoadNumber[] = Array.from({ length: numberCount }, (_, index) => {
  const digits = String(index).padStart(4, "0");
  return { proxy: `${proxyPrefix}${digits}`, real: `7958000${digits}` };
});

type Connection = Awaited<ReturnType<typeof createConnection>>;

async function withDatabase<T>(url: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await createConnection({ uri: url, timezone: "Z" });
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}

export async function storeNumbers(url: string): Promise<void> {
  await forgetNumbers(url);
  await withDatabase(url, (connection) =>
    connection.query("INSERT INTO phone_mappings (real_phone, fake_phone, state) VALUES ?", [
      faultNumbers.map(({ proxy, real }) => [real, proxy, "active"]),
    ]),
  );
}

/** With all records of calls to them. */
export const forgetNumbers = (url: string): Promise<void> =>
  withDatabase(url, async (connection) => {
    await connection.query("DELETE FROM call_logs WHERE fake_phone LIKE ?", [`${proxyPrefix}%`]);
    await connection.query("DELETE FROM phone_mappings WHERE fake_phone LIKE ?", [`${proxyPrefix}%`]);
  });

interface RecordRow extends RowDataPacket {
  readonly call_id: string;
  readonly fake_phone: string;
  readonly caller_id: string;
  readonly call_status: string;
  readonly status_reason: string | null;
  readonly ended_by: string | null;
  readonly call_duration: number;
  readonly call_timestamp: Date;
}

export const recordsOfCalls = (url: string): Promise<RecordSeen[]> =>
  withDatabase(url, async (connection) => {
    const [rows] = await connection.query<RecordRow[]>(
      `SELECT call_id, fake_phone, caller_id, call_status, status_reason, ended_by, call_duration, call_timestamp
       FROM call_logs WHERE fake_phone LIKE ?`,
      [`${proxyPrefix}%`],
    );
    return rows.map((row) => ({
      callId: row.call_id,
      proxyNumber: row.fake_phone,
      caller: row.caller_id.replace(/^\+/u, ""),
      status: row.call_status,
      reason: row.status_reason,
      endedBy: row.ended_by,
      talkSeconds: row.call_duration,
      startedAtMs: row.call_timestamp.getTime(),
    }));
  });
