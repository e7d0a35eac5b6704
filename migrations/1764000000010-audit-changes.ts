import { Table } from "typeorm";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { columnsOf, index, nullable } from "./columns.ts";

/**
 * Old and new values of changes in the audit log. A table of its own, because people may have written a number into
 * such a value, and an erasure removes it, while the entries are never changed.
 */
export class AuditChanges1764000000010 implements MigrationInterface {
  readonly name = "AuditChanges1764000000010";

  async up(queryRunner: QueryRunner): Promise<void> {
    const { bigId, bigint, code, text } = columnsOf(queryRunner);
    await queryRunner.createTable(
      new Table({
        name: "audit_changes",
        columns: [
          bigId(),
          bigint("audit_id"),
          code("field", 20),
          text("value_before", 500, nullable),
          text("value_after", 500, nullable),
        ],
        indices: [index("ix_audit_changes__audit", "audit_id")],
      }),
      true,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable("audit_changes", true);
  }
}
