import { Table } from "typeorm";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { dialectOf, nullable } from "./columns.ts";

/** Imports as jobs: how far each has got, and what became of every row. */
export class Imports1763800000010 implements MigrationInterface {
  readonly name = "Imports1763800000010";

  async up(queryRunner: QueryRunner): Promise<void> {
    const { mysql, id, code, time } = dialectOf(queryRunner);
    const big = mysql ? "bigint" : "integer";
    const text = mysql ? "longtext" : "text";
    await queryRunner.createTable(
      new Table({
        name: "imports",
        columns: [
          id(),
          code("state", 16),
          { name: "file_name", type: "varchar", length: "200" },
          // Names the folder in which the file lies; the client's name for it never becomes a path.
          code("file_token", 36),
          { name: "file_bytes", type: big },
          // Of the file and of all that was asked for with it.
          code("request_hash", 64),
          code("idempotency_key", 200, nullable),
          { name: "pool_id", type: "int", isNullable: true },
          // JSON, as the types of the module say.
          { name: "description", type: text },
          { name: "counts", type: text },
          { name: "preview", type: text, isNullable: true },
          { name: "failure", type: text, isNullable: true },
          { name: "progress", type: mysql ? "double" : "real", default: 0 },
          { name: "last_row", type: "int", default: 0 },
          { name: "rows_per_second", type: "int", isNullable: true },
          { name: "remaining_ms", type: big, isNullable: true },
          { name: "undo_after_id", type: "int", default: 0 },
          { name: "undo_removed", type: "int", default: 0 },
          { name: "undo_kept", type: "int", default: 0 },
          { name: "undo_released", type: "int", default: 0 },
          // Whoever carries the job out, and until when nobody else may.
          code("lease_owner", 120, nullable),
          time("lease_until", nullable),
          time("created_at"),
          time("started_at", nullable),
          time("finished_at", nullable),
          time("updated_at"),
        ],
        indices: [
          { name: "uq_imports__file_token", columnNames: ["file_token"], isUnique: true },
          { name: "uq_imports__idempotency_key", columnNames: ["idempotency_key"], isUnique: true },
          { name: "ix_imports__state", columnNames: ["state"] },
        ],
      }),
      true,
    );
    await queryRunner.createTable(
      new Table({
        name: "import_results",
        columns: [
          { name: "import_id", type: "int", isPrimary: true },
          // The last row of the file that the piece tells of.
          { name: "last_row", type: "int", isPrimary: true },
          { name: "piece", type: mysql ? "longblob" : "blob" },
        ],
      }),
      true,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable("import_results");
    await queryRunner.dropTable("imports");
  }
}
