import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { createConnection } from "mysql2/promise";
import type { Connection, RowDataPacket } from "mysql2/promise";
import type { LabAddresses } from "../../../lab/lab.ts";
import { labLayout } from "../../../lab/layout.ts";
import { auditlogCommand } from "../../../src/commands/auditlog/command.ts";
import { createStore } from "../../../src/store/store.ts";
import { type MysqlAccount, MysqlAccounts } from "../../support/mysqlAccounts.ts";
import { labOrSkip } from "../../support/requirements.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { until } from "../../support/until.ts";

const denied = /^ER_(?:TABLE|DB|COLUMN|SPECIFIC_)?ACCESS_DENIED(?:_ERROR)?$/;

describe("The accounts of deploy/mysql/accounts.sql", function suite() {
  this.timeout(60_000);
  let lab: LabAddresses;
  let made: MysqlAccounts;
  const connections = new Map<MysqlAccount, Connection>();

  async function answerTo(account: MysqlAccount, sql: string): Promise<string> {
    let connection = connections.get(account);
    if (connection === undefined) {
      connection = await createConnection(made.urlOf(account));
      connections.set(account, connection);
    }
    return connection.query(sql).then(
      () => "done",
      (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : "unknown"),
    );
  }
  const expectDone = async (account: MysqlAccount, ...statements: string[]): Promise<void> => {
    for (const sql of statements) expect(await answerTo(account, sql), `${account}: ${sql}`).to.equal("done");
  };
  const expectDenied = async (account: MysqlAccount, ...statements: string[]): Promise<void> => {
    for (const sql of statements) expect(await answerTo(account, sql), `${account}: ${sql}`).to.match(denied);
  };

  async function healthOf(address: { readonly migrationsUrl?: string }): Promise<string> {
    const store = createStore({
      address: { kind: "mysql", url: made.urlOf("phone_proxy"), poolSize: 2, ...address },
      logger: silentLogger,
    });
    store.open();
    try {
      await until(() => store.health.status === "up" || !store.health.detail.endsWith("not connected yet."), {
        timeoutMs: 50_000,
      });
      return store.health.detail;
    } finally {
      await store.close();
    }
  }

  before(async function prepare() {
    lab = await labOrSkip(this);
    made = await MysqlAccounts.make(lab);
  });
  after(async () => {
    for (const connection of connections.values()) connection.destroy();
    await made?.remove();
  });

  it("have random passwords, which a second run keeps", async () => {
    expect([...made.passwords.keys()]).to.have.members(made.names);
    for (const password of made.passwords.values()) expect(password).to.have.length.of.at.least(20);
    expect(await made.runScript()).to.deep.equal([]);
  });

  it("let the application run once migrations have been run with their account", async () => {
    expect(await healthOf({})).to.include("The tables are not those of this version");
    expect(await healthOf({})).to.include("DATABASE_MIGRATIONS_URL");
    expect(await healthOf({ migrationsUrl: made.urlOf("phone_proxy_migrations") })).to.equal(
      "MySQL is connected.",
    );
    // From now on, without it.
    expect(await healthOf({})).to.equal("MySQL is connected.");
  });

  it("let the application read and write rows, and nothing else", async () => {
    await expectDone(
      "phone_proxy",
      "INSERT INTO phone_mappings (real_phone, fake_phone, state) VALUES ('79161234567', '74957000000', 'active')",
      "UPDATE phone_mappings SET state = 'disabled'",
      "SELECT GET_LOCK('phone-proxy.test', 0)",
      "DELETE FROM phone_mappings",
    );
    await expectDenied(
      "phone_proxy",
      "CREATE TABLE other (id INT)",
      "ALTER TABLE phone_mappings ADD COLUMN other INT",
      "DROP TABLE call_logs",
      "TRUNCATE TABLE call_logs",
      "CREATE INDEX other ON call_logs (id)",
      "CREATE VIEW other AS SELECT 1",
      "SELECT * FROM mysql.user",
      "SELECT LOAD_FILE('/etc/passwd') INTO OUTFILE '/tmp/other'",
      "CREATE USER other",
      "SET GLOBAL max_connections = 300",
      "UPDATE audit_log SET actor_name = 'other'",
      "DELETE FROM audit_log",
      // Its name differs from ours where an underscore would stand for any letter.
      `CREATE DATABASE ${made.database.replace("_", "x")}`,
    );
  });

  it("let the application change the rows of every table but the audit log", async () => {
    const [tables] = await made.admin.query<RowDataPacket[]>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ? AND table_name NOT IN ('migrations', 'typeorm_metadata')",
      [made.database],
    );
    const names = tables.map(({ name }) => String(name));
    expect(names).to.include("audit_log").and.have.length.of.at.least(30);
    for (const name of names.filter((one) => one !== "audit_log"))
      await expectDone("phone_proxy", `DELETE FROM ${name} WHERE 1 = 0`);
  });

  it("let only migrations remove old entries of the audit log, by whole months", async () => {
    const year = new Date().getUTCFullYear();
    const entry = (at: string): string =>
      `INSERT INTO audit_log (at, action, outcome, actor_kind, actor_name, address) VALUES ('${at}', 'export', 'done', 'open', '', '')`;
    await expectDone(
      "phone_proxy",
      entry(`${year - 3}-01-01`),
      entry(`${year - 2}-12-31`),
      entry(`${year}-01-01`),
    );
    const trim = (more: Record<string, string>): Promise<readonly string[]> =>
      auditlogCommand(["--keep-months", "11"], {
        environment: { DATABASE_URL: made.urlOf("phone_proxy"), ...more },
        envFile: null,
        terminal: false,
      });
    const refusal = await trim({}).catch((error: Error) => error.message);
    expect(refusal).to.include("Set DATABASE_MIGRATIONS_URL");
    const [done = ""] = await trim({ DATABASE_MIGRATIONS_URL: made.urlOf("phone_proxy_migrations") });
    expect(done).to.match(/^Removed 2 entries of the audit log, from before \d{4}-\d\d\.$/);
    const [left] = await made.admin.query<RowDataPacket[]>(
      `SELECT action, actor_kind, target_kind FROM ${made.database}.audit_log ORDER BY id`,
    );
    expect(left).to.deep.equal([
      { action: "export", actor_kind: "open", target_kind: null },
      { action: "delete", actor_kind: "command", target_kind: "audit" },
    ]);
  });

  it("let migrations change tables, and nothing of the server", async () => {
    await expectDone(
      "phone_proxy_migrations",
      "CREATE TABLE other (id INT)",
      "ALTER TABLE other ADD COLUMN name INT",
      "DROP TABLE other",
    );
    await expectDenied(
      "phone_proxy_migrations",
      "CREATE DATABASE other_of_test",
      "CREATE USER other",
      "GRANT SELECT ON *.* TO CURRENT_USER()",
      "SELECT * FROM mysql.user",
      "SET GLOBAL max_connections = 300",
    );
  });

  it("let Asterisk read the three tables of its fallback, and nothing else", async () => {
    const tables = ["phone_mappings", "number_pools", "call_logs"];
    await expectDone("asterisk", ...tables.map((table) => `SELECT * FROM ${table}`));
    await expectDenied(
      "asterisk",
      ...tables.flatMap((table) => [
        `INSERT INTO ${table} (id) VALUES (1)`,
        `UPDATE ${table} SET id = 1`,
        `DELETE FROM ${table}`,
        `DROP TABLE ${table}`,
      ]),
      ...["users", "sessions", "api_keys", "audit_log", "imports"].map((table) => `SELECT * FROM ${table}`),
      "CREATE TABLE other (id INT)",
    );
  });

  it("let the application read lists and statistics of a replica, and nothing else", async () => {
    await expectDone(
      "phone_proxy_read",
      ...["phone_mappings", "call_logs", "call_stats", "replication_heartbeat"].map(
        (table) => `SELECT * FROM ${table}`,
      ),
    );
    await expectDenied(
      "phone_proxy_read",
      "UPDATE replication_heartbeat SET beat_at = NOW()",
      "DELETE FROM call_logs",
      ...["users", "sessions", "api_keys", "secrets", "audit_log"].map((table) => `SELECT * FROM ${table}`),
      "DROP TABLE call_logs",
    );
  });

  it("let backups read everything with mysqldump, and change nothing", async () => {
    const { root } = labLayout();
    const dump = execFileSync(
      "chroot",
      [
        root,
        "mysqldump",
        "--host=127.0.0.1",
        `--port=${lab.mysql.port}`,
        `--user=${made.nameOf("phone_proxy_backup")}`,
        "--single-transaction",
        "--no-tablespaces",
        "--set-gtid-purged=OFF",
        "--skip-masking-policies",
        "--routines",
        "--events",
        made.database,
      ],
      {
        encoding: "utf8",
        env: { ...process.env, MYSQL_PWD: made.passwords.get(made.nameOf("phone_proxy_backup")) ?? "" },
      },
    );
    expect(dump).to.include("CREATE TABLE `phone_mappings`").and.include("Dump completed");
    await expectDenied(
      "phone_proxy_backup",
      "INSERT INTO phone_mappings (real_phone, fake_phone, state) VALUES ('1', '2', 'active')",
      "DELETE FROM call_logs",
      "UPDATE users SET role = 'admin'",
      "DROP TABLE call_logs",
      "CREATE TABLE other (id INT)",
    );
  });
});
