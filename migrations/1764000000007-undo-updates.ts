import { TableColumn } from "typeorm";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { columnsOf, zero } from "./columns.ts";

const names = ["undo_after_row", "undo_restored", "undo_unrestored"] as const;

/** How far the undo of an import has restored the numbers that it updated. */
export class UndoUpdates1764000000007 implements MigrationInterface {
  readonly name = "UndoUpdates1764000000007";

  async up(queryRunner: QueryRunner): Promise<void> {
    const { int } = columnsOf(queryRunner);
    for (const name of names) {
      if (!(await queryRunner.hasColumn("imports", name)))
        await queryRunner.addColumn("imports", new TableColumn(int(name, zero)));
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const name of names) {
      if (await queryRunner.hasColumn("imports", name)) await queryRunner.dropColumn("imports", name);
    }
  }
}
