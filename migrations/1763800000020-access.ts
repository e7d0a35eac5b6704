import { Table } from "typeorm";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { dialectOf, nullable } from "./columns.ts";

const tables = [
  "audit_log",
  "ip_rules",
  "api_keys",
  "one_time_links",
  "sign_in_failures",
  "sessions",
  "users",
];

const flag = (name: string) => ({ name, type: "int", default: 0 });
const text = (name: string, length: number, more = {}) => ({
  name,
  type: "varchar",
  length: String(length),
  ...more,
});

/** Who may do what: users, their sessions, keys of programs, rules by address, and what everybody did. */
export class Access1763800000020 implements MigrationInterface {
  readonly name = "Access1763800000020";

  async up(queryRunner: QueryRunner): Promise<void> {
    const { bigId, code, id, time, mysql } = dialectOf(queryRunner);
    const big = mysql ? "bigint" : "integer";
    const create = (table: Table): Promise<void> => queryRunner.createTable(table, true);

    await create(
      new Table({
        name: "users",
        columns: [
          id(),
          // In small letters.
          code("username", 64),
          text("display_name", 100),
          code("role", 20),
          // Null until the invitation is taken up.
          code("password_hash", 255, nullable),
          code("totp_secret", 64, nullable),
          // Of an authenticator that has not shown a code yet.
          code("totp_pending", 64, nullable),
          // Number of the time step whose code was used last: no code is good twice.
          { name: "totp_last_step", type: big, default: 0 },
          flag("disabled"),
          time("last_sign_in_at", nullable),
          time("created_at"),
          time("updated_at"),
        ],
        indices: [{ name: "uq_users__username", columnNames: ["username"], isUnique: true }],
      }),
    );
    await create(
      new Table({
        name: "sessions",
        columns: [
          id(),
          // SHA-256 of the cookie's value.
          code("token_hash", 64),
          { name: "user_id", type: "int" },
          code("address", 45),
          text("user_agent", 200),
          time("created_at"),
          time("last_seen_at"),
          time("expires_at"),
        ],
        indices: [
          { name: "uq_sessions__token_hash", columnNames: ["token_hash"], isUnique: true },
          { name: "ix_sessions__user", columnNames: ["user_id"] },
          { name: "ix_sessions__expires", columnNames: ["expires_at"] },
        ],
      }),
    );
    await create(
      new Table({
        name: "sign_in_failures",
        columns: [
          // SHA-256 of the name, or of name and address: what is typed as a name may be a password.
          { ...code("subject", 64), isPrimary: true },
          { name: "failures", type: "int" },
          time("last_at"),
          time("locked_until"),
        ],
        indices: [{ name: "ix_sign_in_failures__last", columnNames: ["last_at"] }],
      }),
    );
    await create(
      new Table({
        name: "one_time_links",
        columns: [
          { ...code("token_hash", 64), isPrimary: true },
          // Null: the set-up of the first administrator.
          { name: "user_id", type: "int", isNullable: true },
          time("expires_at"),
        ],
      }),
    );
    await create(
      new Table({
        name: "api_keys",
        columns: [
          id(),
          text("name", 100),
          code("key_hash", 64),
          // Its first characters, by which people tell keys apart.
          code("hint", 16),
          // With a space between.
          code("scopes", 400),
          time("expires_at", nullable),
          time("last_used_at", nullable),
          time("revoked_at", nullable),
          { name: "created_by", type: "int", isNullable: true },
          time("created_at"),
        ],
        indices: [{ name: "uq_api_keys__key_hash", columnNames: ["key_hash"], isUnique: true }],
      }),
    );
    await create(
      new Table({
        name: "ip_rules",
        columns: [
          id(),
          code("purpose", 16),
          code("network", 50),
          text("note", 200),
          { name: "created_by", type: "int", isNullable: true },
          time("created_at"),
        ],
        indices: [{ name: "uq_ip_rules__network", columnNames: ["purpose", "network"], isUnique: true }],
      }),
    );
    await create(
      new Table({
        name: "audit_log",
        columns: [
          bigId(),
          time("at"),
          code("action", 40),
          code("outcome", 10),
          code("actor_kind", 10),
          { name: "actor_id", type: "int", isNullable: true },
          // As it was then: the user may be gone by now.
          text("actor_name", 100),
          code("target_kind", 20, nullable),
          code("target_id", 150, nullable),
          code("address", 45),
          text("details", 2000, nullable),
        ],
        indices: [
          { name: "ix_audit_log__action", columnNames: ["action", "id"] },
          { name: "ix_audit_log__actor", columnNames: ["actor_kind", "actor_id", "id"] },
          { name: "ix_audit_log__target", columnNames: ["target_kind", "target_id", "id"] },
          { name: "ix_audit_log__at", columnNames: ["at"] },
        ],
      }),
    );
    await queryRunner.query("INSERT INTO locks (name) VALUES ('access')");
    await (mysql ? refuseChangesOnMysql(queryRunner) : refuseChangesOnSqlite(queryRunner));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of tables) await queryRunner.dropTable(table);
    await queryRunner.query("DELETE FROM locks WHERE name = 'access'");
  }
}

const changes = ["UPDATE", "DELETE"] as const;
const nameOf = (change: string): string => `audit_log_no_${change.toLowerCase()}`;

async function refuseChangesOnSqlite(queryRunner: QueryRunner): Promise<void> {
  for (const change of changes) {
    await queryRunner.query(
      `CREATE TRIGGER ${nameOf(change)} BEFORE ${change} ON audit_log
       BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END`,
    );
  }
}

/** The account may lack the right to make triggers, or the binary log may forbid it. */
const notAllowed = new Set([
  "ER_BINLOG_CREATE_ROUTINE_NEED_SUPER",
  "ER_TABLEACCESS_DENIED_ERROR",
  "ER_SPECIFIC_ACCESS_DENIED_ERROR",
  "ER_ACCESS_DENIED_ERROR",
]);

/**
 * We never change what is in the log, with triggers or without them. They also stop people at the database's
 * own prompt, where the server lets us make them.
 */
async function refuseChangesOnMysql(queryRunner: QueryRunner): Promise<void> {
  for (const change of changes) {
    try {
      await queryRunner.query(
        `CREATE TRIGGER ${nameOf(change)} BEFORE ${change} ON audit_log FOR EACH ROW
         SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the audit log is append-only'`,
      );
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      if (!notAllowed.has(code)) throw error;
    }
  }
}
