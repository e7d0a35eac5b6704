import { Table } from "typeorm";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { columnsOf, createTables, dropTables, index, nullable, primary, unique, zero } from "./columns.ts";
import type { Columns } from "./columns.ts";

/** Users, their sessions, API keys, IP rules, and the audit log. */
export class Access1764000000002 implements MigrationInterface {
  readonly name = "Access1764000000002";

  async up(queryRunner: QueryRunner): Promise<void> {
    const columns = columnsOf(queryRunner);
    await createTables(queryRunner, tablesOf(columns));
    await (columns.mysql ? refuseChangesOnMysql(queryRunner) : refuseChangesOnSqlite(queryRunner));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropTables(queryRunner, tablesOf(columnsOf(queryRunner)));
  }
}

const tablesOf = ({ bigId, bigint, code, id, int, text, time }: Columns): Table[] => [
  new Table({
    name: "users",
    columns: [
      id(),
      // In lowercase.
      code("username", 64),
      text("display_name", 100),
      code("role", 20),
      // Null until the invitation is accepted.
      code("password_hash", 255, nullable),
      code("totp_secret", 64, nullable),
      // The secret of an authenticator that is not confirmed yet.
      code("totp_pending", 64, nullable),
      // The time step of the last used code: no code is accepted twice.
      bigint("totp_last_step", zero),
      // Hashes of the unused recovery codes, separated by commas.
      code("recovery_codes", 700, nullable),
      int("disabled", zero),
      time("last_sign_in_at", nullable),
      time("created_at"),
      time("updated_at"),
    ],
    indices: [unique("uq_users__username", "username")],
  }),
  new Table({
    name: "sessions",
    columns: [
      id(),
      // SHA-256 of the cookie's value.
      code("token_hash", 64),
      int("user_id"),
      code("address", 45),
      text("user_agent", 200),
      time("created_at"),
      time("last_seen_at"),
      time("expires_at"),
    ],
    indices: [
      unique("uq_sessions__token_hash", "token_hash"),
      index("ix_sessions__user", "user_id"),
      index("ix_sessions__expires", "expires_at"),
    ],
  }),
  new Table({
    name: "sign_in_addresses",
    columns: [
      int("user_id", primary),
      // An IPv4 address, or an IPv6 /64.
      code("network", 50, primary),
      time("last_at"),
    ],
    indices: [index("ix_sign_in_addresses__last", "last_at")],
  }),
  new Table({
    name: "sign_in_failures",
    columns: [
      // SHA-256 of the name, of name and address, or of a session's ID: an entered name may be a password.
      code("subject", 64, primary),
      int("failures"),
      time("last_at"),
      time("locked_until"),
    ],
    indices: [index("ix_sign_in_failures__last", "last_at")],
  }),
  new Table({
    name: "one_time_links",
    columns: [
      code("token_hash", 64, primary),
      // Null: the setup of the first administrator.
      int("user_id", nullable),
      time("expires_at"),
    ],
  }),
  new Table({
    name: "api_keys",
    columns: [
      id(),
      text("name", 100),
      code("key_hash", 64),
      // The first characters, by which users distinguish keys.
      code("hint", 16),
      // Separated by spaces.
      code("scopes", 400),
      time("expires_at", nullable),
      time("last_used_at", nullable),
      time("revoked_at", nullable),
      int("created_by", nullable),
      time("created_at"),
    ],
    indices: [unique("uq_api_keys__key_hash", "key_hash")],
  }),
  new Table({
    name: "ip_rules",
    columns: [
      id(),
      code("purpose", 16),
      code("network", 50),
      text("note", 200),
      int("created_by", nullable),
      time("created_at"),
    ],
    indices: [unique("uq_ip_rules__network", "purpose", "network")],
  }),
  new Table({
    name: "audit_log",
    columns: [
      bigId(),
      time("at"),
      code("action", 40),
      code("outcome", 10),
      code("actor_kind", 10),
      int("actor_id", nullable),
      // At that time: the user may be gone by now.
      text("actor_name", 100),
      code("target_kind", 20, nullable),
      code("target_id", 150, nullable),
      code("address", 45),
      text("details", 2000, nullable),
    ],
    indices: [
      index("ix_audit_log__action", "action", "id"),
      index("ix_audit_log__actor", "actor_kind", "actor_id", "id"),
      index("ix_audit_log__target", "target_kind", "target_id", "id"),
      index("ix_audit_log__at", "at"),
    ],
  }),
];

const changes = ["UPDATE", "DELETE"] as const;
const nameOf = (change: string): string => `audit_log_no_${change.toLowerCase()}`;

/** Old entries may be removed by a transaction with this row, which only the command `auditlog` inserts. */
const outsideRetention = {
  UPDATE: "1 = 1",
  DELETE: "NOT EXISTS (SELECT 1 FROM locks WHERE name = 'audit_retention')",
} as const;

async function refuseChangesOnSqlite(queryRunner: QueryRunner): Promise<void> {
  for (const change of changes) {
    await queryRunner.query(
      `CREATE TRIGGER ${nameOf(change)} BEFORE ${change} ON audit_log WHEN ${outsideRetention[change]}
       BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END`,
    );
  }
}

/**
 * The account may not be allowed to create triggers, the binary log may forbid it, or they may exist from an
 * earlier attempt.
 */
const toleratedCodes = new Set([
  "ER_BINLOG_CREATE_ROUTINE_NEED_SUPER",
  "ER_TABLEACCESS_DENIED_ERROR",
  "ER_SPECIFIC_ACCESS_DENIED_ERROR",
  "ER_ACCESS_DENIED_ERROR",
  "ER_TRG_ALREADY_EXISTS",
]);

/**
 * The application never changes the log, with or without triggers. They also protect it from manual changes, where
 * the server allows creating them.
 */
export async function refuseChangesOnMysql(queryRunner: QueryRunner): Promise<void> {
  for (const change of changes) {
    try {
      await queryRunner.query(
        `CREATE TRIGGER ${nameOf(change)} BEFORE ${change} ON audit_log FOR EACH ROW
         IF ${outsideRetention[change]}
         THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the audit log is append-only'; END IF`,
      );
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      if (!toleratedCodes.has(code)) throw error;
    }
  }
}
