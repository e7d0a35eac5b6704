import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Connection, RowDataPacket } from "mysql2/promise";
import type { LabAddresses } from "../../lab/lab.ts";
import { connectAsAdministrator } from "./mysqlAdministrator.ts";

const script = fileURLToPath(new URL("../../deploy/mysql/accounts.sql", import.meta.url));
const accounts = [
  "phone_proxy",
  "phone_proxy_migrations",
  "phone_proxy_backup",
  "phone_proxy_read",
  "asterisk",
] as const;
export type MysqlAccount = (typeof accounts)[number];

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
    try {
      for (const [user = "", password = ""] of await made.runScript()) made.passwords.set(user, password);
      return made;
    } catch (error) {
      await made.remove();
      throw error;
    }
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
    try {
      const users = this.names.map((name) => `'${name}'@'%'`);
      await this.admin.query(`DROP USER IF EXISTS ${users.join()}; DROP DATABASE IF EXISTS ${this.database}`);
    } finally {
      await this.admin.end();
    }
  }
}
