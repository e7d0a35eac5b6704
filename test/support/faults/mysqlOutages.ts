import { join } from "node:path";
import { createConnection, type Connection } from "mysql2/promise";
import { labAddresses, startPart, stopPart } from "../../../lab/lab.ts";
import { labLayout } from "../../../lab/layout.ts";
import { BINARY_LOG_FOLDER, SOCKET } from "../../../lab/parts/mysql.ts";
import { labSecrets } from "../../../lab/secrets.ts";
import type { Outage } from "./outage.ts";
import { SmallDisk } from "./smallDisk.ts";

const asRoot = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
  const { directory, root } = labLayout();
  const connection = await createConnection({
    socketPath: join(root, SOCKET),
    user: "root",
    password: labSecrets(directory).mysqlRoot,
  });
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
};

const setGlobal = (name: string, value: string): Promise<void> =>
  asRoot(async (connection) => void (await connection.query(`SET GLOBAL ${name} = ${value}`)));

export const mysqlReadOnly = {
  name: "mysql read-only",
  async begin() {
    await setGlobal("super_read_only", "ON");
    return async () => {
      await setGlobal("super_read_only", "OFF");
      await setGlobal("read_only", "OFF");
    };
  },
} satisfies Outage;

/** Every connection but the administrator's is ended, and there is room for no other. */
export const mysqlOutOfConnections: Outage = {
  name: "mysql out of connections",
  async begin() {
    await asRoot(async (connection) => {
      await connection.query("SET GLOBAL max_connections = 1");
      const [rows] = await connection.query(
        "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER <> 'root'",
      );
      for (const { id } of rows as { readonly id: number }[])
        // It may have ended by itself.
        await connection.query(`KILL ${id}`).catch(() => undefined);
    });
    // The first to ask gets the last connection.
    const held = await createConnection({ uri: labAddresses().mysql.url }).catch(() => null);
    return async () => {
      await held?.end();
      await setGlobal("max_connections", "300");
    };
  },
};

let binaryLogDisk: SmallDisk | null = null;

/**
 * The disk of the binary log, which every commit writes. MySQL then waits for space, and looks once a minute. It is back
 * when a write succeeds: a session that is killed while it waits takes MySQL down (`binlog_error_action`).
 */
export const mysqlOutOfDisk: Outage = {
  name: "mysql out of disk",
  async prepare() {
    if (binaryLogDisk !== null) return () => Promise.resolve();
    await stopPart("mysql");
    const disk = await SmallDisk.below(join(labLayout().root, BINARY_LOG_FOLDER), "48m");
    binaryLogDisk = disk;
    await startPart("mysql");
    return async () => {
      await stopPart("mysql");
      await disk.remove();
      binaryLogDisk = null;
      await startPart("mysql");
    };
  },
  async begin() {
    if (binaryLogDisk === null) throw new Error("Prepare this outage first.");
    const disk = binaryLogDisk;
    disk.fill();
    return async () => {
      disk.free();
      await asRoot(async (connection) => {
        await connection.query("CREATE DATABASE IF NOT EXISTS phone_proxy");
        // The log of an hour of calls would fill the disk by itself.
        await connection.query("PURGE BINARY LOGS BEFORE NOW()");
      });
    };
  },
};
