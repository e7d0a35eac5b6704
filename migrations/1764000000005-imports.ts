import { Table } from "typeorm";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { columnsOf, createTables, dropTables, index, nullable, primary, unique, zero } from "./columns.ts";
import type { Columns } from "./columns.ts";

/** Import jobs: their progress, and the result of every row. */
export class Imports1764000000005 implements MigrationInterface {
  readonly name = "Imports1764000000005";

  async up(queryRunner: QueryRunner): Promise<void> {
    await createTables(queryRunner, tablesOf(columnsOf(queryRunner)));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropTables(queryRunner, tablesOf(columnsOf(queryRunner)));
  }
}

const tablesOf = ({ bigint, code, id, int, longBlob, longText, real, text, time }: Columns): Table[] => [
  new Table({
    name: "imports",
    columns: [
      id(),
      code("state", 16),
      text("file_name", 200),
      // The name of the file's folder; the client's file name never becomes a path.
      code("file_token", 36),
      bigint("file_bytes"),
      // Hash of the file and all parameters of the request.
      code("request_hash", 64),
      code("idempotency_key", 200, nullable),
      int("pool_id", nullable),
      // JSON, typed in the module.
      longText("description"),
      longText("counts"),
      longText("preview", nullable),
      longText("failure", nullable),
      real("progress", zero),
      int("last_row", zero),
      int("rows_per_second", nullable),
      bigint("remaining_ms", nullable),
      int("undo_after_id", zero),
      int("undo_removed", zero),
      int("undo_kept", zero),
      int("undo_released", zero),
      // The instance that runs the job, and until when.
      code("lease_owner", 120, nullable),
      time("lease_until", nullable),
      time("created_at"),
      time("started_at", nullable),
      time("finished_at", nullable),
      time("updated_at"),
      // The instance that received the file; no other instance has it.
      code("node", 64, nullable),
      // JSON: the state to restore after a failed undo.
      longText("before_undo", nullable),
    ],
    indices: [
      unique("uq_imports__file_token", "file_token"),
      unique("uq_imports__idempotency_key", "idempotency_key"),
      index("ix_imports__state", "state"),
    ],
  }),
  new Table({
    name: "import_results",
    columns: [
      int("import_id", primary),
      // The last row of the file in this piece.
      int("last_row", primary),
      longBlob("piece"),
    ],
  }),
];
