import { TableColumn } from "typeorm";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { dialectOf, nullable } from "./columns.ts";

/** Where the file of an import lies, and what an import was before it was undone. */
export class ImportPlaces1763800000016 implements MigrationInterface {
  readonly name = "ImportPlaces1763800000016";

  async up(queryRunner: QueryRunner): Promise<void> {
    const { mysql, code } = dialectOf(queryRunner);
    await queryRunner.addColumns("imports", [
      // The instance that took the file in: where it does not find it, nobody will.
      new TableColumn(code("node", 64, nullable)),
      // JSON: what a failed undo goes back to.
      new TableColumn({ name: "before_undo", type: mysql ? "longtext" : "text", isNullable: true }),
    ]);
    // Cancelling is done at once now.
    await queryRunner.query("UPDATE imports SET state = 'cancelled' WHERE state = 'cancelling'");
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropColumns("imports", ["node", "before_undo"]);
  }
}
