import { isMainThread, parentPort, workerData } from "node:worker_threads";
import type { Statement } from "libsql";
import { yieldToOtherThreads } from "../ops/threadPriority.ts";
import { SqliteDriver } from "./sqliteDriver.ts";
import type { FromSqlite, SqliteThreadData, StatementResult, ToSqlite } from "./sqliteThreadMessages.ts";

const rememberedStatements = 100;

/** The thread of `SqliteThread`: one connection, one statement at a time. */
if (!isMainThread && parentPort !== null) run(parentPort, workerData);

function run(port: NonNullable<typeof parentPort>, { file, busyTimeoutMs }: SqliteThreadData): void {
  // Lookups for calls run elsewhere, and call records wait in a spool.
  yieldToOtherThreads();
  const database = new SqliteDriver(file, { timeout: busyTimeoutMs });
  // Like TypeORM's own connections.
  database.pragma("foreign_keys = ON");
  database.pragma("journal_mode = WAL");
  const statements = new Map<string, Statement>();

  function prepared(sql: string): Statement {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    const [oldest] = statements.keys();
    if (statements.size > rememberedStatements && oldest !== undefined) statements.delete(oldest);
    return statement;
  }

  function execute(sql: string, parameters: readonly unknown[]): StatementResult {
    const statement = prepared(sql);
    if (statement.reader) return { rows: statement.all(...parameters), affected: 0, lastInsertRowid: 0 };
    const { changes: affected, lastInsertRowid } = statement.run(...parameters);
    return { rows: null, affected, lastInsertRowid };
  }

  port.on("message", (message: ToSqlite) => {
    if ("close" in message) {
      database.close();
      port.close();
      return;
    }
    const { id } = message;
    let answer: FromSqlite;
    try {
      // Bytes lose their class in transit, and the driver accepts only Node's.
      const parameters = message.parameters.map((value) =>
        value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value,
      );
      answer = { id, result: execute(message.sql, parameters) };
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      answer = { id, error: { message: error instanceof Error ? error.message : String(error), code } };
    }
    port.postMessage(answer, []);
  });
}
