import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Connection, createConnection, type RowDataPacket } from "mysql2/promise";
import type { LabAddresses } from "../../lab/lab.ts";
import { labLayout } from "../../lab/layout.ts";
import { SOCKET } from "../../lab/parts/mysql.ts";
import { labSecrets } from "../../lab/secrets.ts";

const script = fileURLToPath(new URL("../../deploy/mysql/accounts.sql", import.meta.url));
const accounts = [
  "phone_proxy",
  "phone_proxy_migrations",
  "phone_proxy_backup",
  "phone_proxy_read",
  "asterisk",
] as const;
export type MysqlAccount = (typeof accounts)[number];

/** A connection of the lab's MySQL administrator. */
export function connectAsAdministrator(): Promise<Connection> {
  const { directory, root } = labLayout();
  return createConnection({
    socketPath: join(root, SOCKET),
    user: "root",
    password: labSecrets(directory).mysqlRoot,
    multipleStatements: true,
  });
}

/** The accounts of `deploy/mysql/accounts.sql` with names of their own, for a database of one test. */
export class MysqlAccounts {
  readonly admin: Connection;
  readonly database: string;
  readonly passwords = new Map<string, string>();
  readonly names: readonly string[];
  readonly #serverUrl: string;
  readonly #mark = randomBytes(4).toString("hex");

  private constructor(lab: LabAddresses, admin: Connection) {
    this.#serverUrl = lab.mysql.url;
    this.admin = admin;
    this.database = `accounts_test_${this.#mark}`;
    this.names = accounts.map((account) => this.nameOf(account));
  }

  static async make(lab: LabAddresses): Promise<MysqlAccounts> {
    const made = new MysqlAccounts(lab, await connectAsAdministrator());
    for (const [user = "", password = ""] of await made.runScript()) made.passwords.set(user, password);
    return made;
  }

  nameOf(account: MysqlAccount): string {
    return `${account.replace("phone_proxy", "proxy")}_${this.#mark}`;
  }

  urlOf(account: MysqlAccount): string {
    const url = new URL(this.#serverUrl);
    const name = this.nameOf(account);
    [url.username, url.password, url.pathname] = [
      name,
      encodeURIComponent(this.passwords.get(name) ?? ""),
      this.database,
    ];
    return url.href;
  }

  /** Returns what the script prints: new accounts with their passwords. */
  async runScript(): Promise<string[][]> {
    const { database } = this;
    let sql = readFileSync(script, "utf8").replaceAll("phone\\_proxy", database.replaceAll("_", "\\_"));
    for (const account of accounts) sql = sql.replaceAll(`'${account}'@`, `'${this.nameOf(account)}'@`);
    sql = sql.replaceAll(/\bphone_proxy\b(?=[. ])/g, database);
    const [results] = await this.admin.query<RowDataPacket[][]>(sql);
    return results
      .filter((rows) => Array.isArray(rows))
      .flat()
      .map((row) => [String(row["user"]), String(row["generated password"])]);
  }

  async remove(): Promise<void> {
    await this.admin.query(`DROP DATABASE IF EXISTS ${this.database}`);
    for (const name of this.names) await this.admin.query(`DROP USER IF EXISTS '${name}'@'%'`);
    await this.admin.end();
  }
}
