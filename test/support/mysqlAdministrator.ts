import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Connection, createConnection } from "mysql2/promise";
import { labLayout } from "../../lab/layout.ts";
import { SOCKET } from "../../lab/parts/mysql.ts";
import { labSecrets } from "../../lab/secrets.ts";

const patienceMs = 60_000;

/**
 * A connection of the lab's MySQL administrator. Tries for a minute: MySQL refuses even the administrator while a client
 * that has not signed in yet has the last connection.
 */
export async function connectAsAdministrator(): Promise<Connection> {
  const { directory, root } = labLayout();
  const giveUpAt = performance.now() + patienceMs;
  for (;;)
    try {
      return await createConnection({
        socketPath: join(root, SOCKET),
        user: "root",
        password: labSecrets(directory).mysqlRoot,
        multipleStatements: true,
      });
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
      await delay(100);
    }
}

/** With a connection for this work alone. */
export async function asAdministrator<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connectAsAdministrator();
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}
