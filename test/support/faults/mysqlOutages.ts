import type { RowDataPacket } from "mysql2/promise";
import { BINARY_LOG_FOLDER } from "../../../lab/parts/mysql.ts";
import { asAdministrator, connectAsAdministrator } from "../mysqlAdministrator.ts";
import type { Outage } from "./outage.ts";
import { ServerDisk } from "./serverDisk.ts";
import { undoable } from "./undoable.ts";

const query = (sql: string): Promise<void> =>
  asAdministrator(async (connection) => void (await connection.query(sql)));

export const mysqlReadOnly = {
  name: "mysql read-only",
  begin: () =>
    undoable(async (undoWith) => {
      undoWith(() => query("SET GLOBAL super_read_only = OFF, GLOBAL read_only = OFF"));
      await query("SET GLOBAL super_read_only = ON");
    }),
} satisfies Outage;

/**
 * Every connection but the administrator's is ended, and there is room for no other. The administrator stays connected,
 * because MySQL may have no room for the one who gives it back either.
 */
export const mysqlOutOfConnections: Outage = {
  name: "mysql out of connections",
  begin: () =>
    undoable(async (undoWith) => {
      const administrator = await connectAsAdministrator();
      undoWith(() => administrator.end());
      undoWith(async () => void (await administrator.query("SET GLOBAL max_connections = 300")));
      await administrator.query("SET GLOBAL max_connections = 1");
      const [others] = await administrator.query<RowDataPacket[]>(
        "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER <> 'root'",
      );
      for (const { id } of others)
        // It may have ended by itself.
        await administrator.query(`KILL ${id}`).catch(() => undefined);
    }),
};

const binaryLog = new ServerDisk("mysql", BINARY_LOG_FOLDER, "48m");

/**
 * The disk of the binary log, which every commit writes. MySQL then waits for space, and looks once a minute. It is back
 * when a write succeeds: a session that is killed while it waits takes MySQL down (`binlog_error_action`).
 */
export const mysqlOutOfDisk: Outage = {
  name: "mysql out of disk",
  prepare: () => binaryLog.prepare(),
  begin: () =>
    undoable(async (undoWith) => {
      const { disk } = binaryLog;
      undoWith(async () => {
        disk.free();
        // The log of an hour of calls would fill the disk by itself.
        await query("CREATE DATABASE IF NOT EXISTS phone_proxy; PURGE BINARY LOGS BEFORE NOW()");
      });
      disk.fill();
    }),
};
