import { Table } from "typeorm";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { dialectOf, nullable } from "./columns.ts";

/** Which proxy number stands for which real number. */
export class PhoneMappings1763800000001 implements MigrationInterface {
  readonly name = "PhoneMappings1763800000001";

  async up(queryRunner: QueryRunner): Promise<void> {
    const { id, code, time, timeOfInsert } = dialectOf(queryRunner);
    await queryRunner.createTable(
      new Table({
        name: "phone_mappings",
        columns: [
          id(),
          // Null after the release of the proxy number: unique keys allow any number of nulls.
          code("real_phone", 20, nullable),
          code("fake_phone", 20),
          code("state", 16, { default: "'active'" }),
          time("expires_at", nullable),
          code("caller_id_policy", 16, nullable),
          code("caller_id_number", 20, nullable),
          { name: "pool_id", type: "int", isNullable: true },
          { name: "import_id", type: "int", isNullable: true },
          { name: "label", type: "varchar", length: "200", isNullable: true },
          { name: "reference", type: "varchar", length: "200", isNullable: true },
          code("released_real_phone", 20, nullable),
          time("released_at", nullable),
          time("rests_until", nullable),
          timeOfInsert("created_at"),
          timeOfInsert("updated_at"),
        ],
        indices: [
          { name: "uq_phone_mappings__real_phone", columnNames: ["real_phone"], isUnique: true },
          { name: "uq_phone_mappings__fake_phone", columnNames: ["fake_phone"], isUnique: true },
          // The longest-rested number of a pool, and the count of each state.
          { name: "ix_phone_mappings__pool", columnNames: ["pool_id", "state", "rests_until"] },
          { name: "ix_phone_mappings__import", columnNames: ["import_id"] },
        ],
      }),
      true,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable("phone_mappings");
  }
}
