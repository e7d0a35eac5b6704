import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createConnection } from "mysql2/promise";
import type { Connection, RowDataPacket } from "mysql2/promise";
import type { LabAddresses } from "../../lab/lab.ts";
import { labLayout } from "../../lab/layout.ts";
import { SOCKET } from "../../lab/parts/mysql.ts";
import { run } from "../../lab/run.ts";
import { labSecrets } from "../../lab/secrets.ts";
import { freePort } from "../support/freePort.ts";
import { until } from "../support/until.ts";

const folder = "/var/lib/phone-proxy-mysql/replica";
const accountsScript = fileURLToPath(new URL("../../deploy/mysql/accounts.sql", import.meta.url));
const password = "replica-of-the-lab";

/** A second server in the lab's root folder, which copies one database of the lab's MySQL. */
export class MysqlReplica {
  port = 0;
  readonly #lab: LabAddresses;
  readonly #database: string;
  readonly #root = labLayout().root;
  #server: ChildProcess | null = null;
  #admin: Connection | null = null;

  constructor(lab: LabAddresses, database: string) {
    this.#lab = lab;
    this.#database = database;
  }

  /** For `DATABASE_READ_URLS`, once `grant()` was called. */
  get url(): string {
    return `mysql://phone_proxy_read:${password}@127.0.0.1:${this.port}/${this.#database}`;
  }

  /** Before the database is created on the primary: it is copied from its first statement on. */
  async follow(): Promise<void> {
    rmSync(join(this.#root, folder), { recursive: true, force: true });
    mkdirSync(join(this.#root, folder));
    await run(["chroot", this.#root, "chown", "mysql:mysql", folder]);
    await run([...this.#mysqld(), "--initialize-insecure"]);
    this.port = await freePort();
    await this.start();
    const primary = await this.#primaryAdmin();
    try {
      await primary.query(`CREATE USER IF NOT EXISTS 'replication'@'%' IDENTIFIED BY '${password}'`);
      await primary.query("GRANT REPLICATION SLAVE ON *.* TO 'replication'@'%'");
      const [rows] = await primary.query<RowDataPacket[]>("SHOW BINARY LOG STATUS");
      const at = rows[0];
      await this.sql(
        `CHANGE REPLICATION FILTER REPLICATE_WILD_DO_TABLE = ('${this.#database.replaceAll("_", "\\_")}.%')`,
      );
      await this.sql(
        `CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=${this.#lab.mysql.port},
           SOURCE_USER='replication', SOURCE_PASSWORD='${password}', GET_SOURCE_PUBLIC_KEY=1,
           SOURCE_LOG_FILE='${String(at?.["File"])}', SOURCE_LOG_POS=${Number(at?.["Position"])}`,
      );
    } finally {
      await primary.end();
    }
    await this.sql("START REPLICA");
  }

  /** The accounts of real installations, on what has been copied. */
  async grant(): Promise<void> {
    const sql = readFileSync(accountsScript, "utf8")
      .replaceAll("phone\\_proxy", this.#database.replaceAll("_", "\\_"))
      .replaceAll(/\bphone_proxy\b(?=[. ])/g, this.#database);
    await this.sql(sql);
    await this.sql(`ALTER USER 'phone_proxy_read'@'%' IDENTIFIED BY '${password}'`);
  }

  /** As its administrator. */
  async sql(statements: string): Promise<RowDataPacket[]> {
    if (this.#admin === null) throw new Error("The replica is not running.");
    const [rows] = await this.#admin.query<RowDataPacket[]>(statements);
    return rows;
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const server = spawn(this.#mysqld()[0] ?? "", [...this.#mysqld().slice(1), `--port=${this.port}`], {
      stdio: "ignore",
    });
    this.#server = server;
    process.once("exit", () => server.kill("SIGKILL"));
    await until(
      async () => {
        this.#admin = await createConnection({
          socketPath: join(this.#root, folder, "mysql.sock"),
          user: "root",
          multipleStatements: true,
        }).catch(() => null);
        return this.#admin !== null;
      },
      { timeoutMs: 60_000, everyMs: 100 },
    );
    this.#admin?.on("error", () => undefined);
  }

  /** Like a power failure. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (server === null || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, "exit");
    server.kill("SIGKILL");
    await gone;
    this.#admin?.destroy();
    this.#admin = null;
    rmSync(join(this.#root, folder, "mysql.sock.lock"), { force: true });
  }

  async remove(): Promise<void> {
    await this.kill();
    const primary = await this.#primaryAdmin();
    await primary.query("DROP USER IF EXISTS 'replication'@'%'");
    await primary.end();
    rmSync(join(this.#root, folder), { recursive: true, force: true });
  }

  #mysqld(): string[] {
    return [
      "chroot",
      this.#root,
      "/usr/sbin/mysqld",
      "--no-defaults",
      "--user=mysql",
      "--server-id=2",
      `--datadir=${folder}/data`,
      `--socket=${folder}/mysql.sock`,
      `--pid-file=${folder}/mysql.pid`,
      "--bind-address=127.0.0.1",
      "--mysqlx=OFF",
      "--secure-file-priv=NULL",
      "--skip-name-resolve",
      "--skip-log-bin",
      "--skip-replica-start=OFF",
      "--innodb-buffer-pool-size=64M",
    ];
  }

  #primaryAdmin(): Promise<Connection> {
    return createConnection({
      socketPath: join(this.#root, SOCKET),
      user: "root",
      password: labSecrets(labLayout().directory).mysqlRoot,
    });
  }
}
