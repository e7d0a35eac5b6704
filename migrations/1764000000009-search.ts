import { TableColumn, TableIndex } from "typeorm";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { columnsOf, index } from "./columns.ts";
import type { Columns } from "./columns.ts";

const table = "phone_mappings";
const searchIndex = index("ix_phone_mappings__search", "id", "search_text", "held_phone");

/**
 * One index for searches anywhere in a label, a reference, or a number. It is read as a whole, and begins with the ID so
 * that an import only appends to it. It replaces the index of references.
 */
export class Search1764000000009 implements MigrationInterface {
  readonly name = "Search1764000000009";

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const column of searchColumns(columnsOf(queryRunner))) {
      if (!(await queryRunner.hasColumn(table, column.name))) await queryRunner.addColumn(table, column);
    }
    await addIndex(queryRunner, searchIndex);
    await dropIndex(queryRunner, referenceIndex(columnsOf(queryRunner)).name);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await addIndex(queryRunner, referenceIndex(columnsOf(queryRunner)));
    await dropIndex(queryRunner, searchIndex.name);
    for (const { name } of searchColumns(columnsOf(queryRunner)).toReversed()) {
      if (await queryRunner.hasColumn(table, name)) await queryRunner.dropColumn(table, name);
    }
  }
}

type NamedIndex = ReturnType<typeof index>;

async function addIndex(queryRunner: QueryRunner, wanted: NamedIndex): Promise<void> {
  const found = await queryRunner.getTable(table);
  if (found?.indices.every(({ name }) => name !== wanted.name))
    await queryRunner.createIndex(table, new TableIndex(wanted));
}

async function dropIndex(queryRunner: QueryRunner, unwanted: string): Promise<void> {
  const found = await queryRunner.getTable(table);
  if (found?.indices.some(({ name }) => name === unwanted)) await queryRunner.dropIndex(table, unwanted);
}

function searchColumns({ code, generated, mysql }: Columns): readonly TableColumn[] {
  const folded = (name: string): string =>
    `REPLACE(COALESCE(${mysql ? "" : `${name}_folded, `}lower(${name}), ''), 'ё', 'е')`;
  const texts = [folded("label"), folded("reference"), "fake_phone"];
  const searchText = mysql ? `CONCAT(${texts.join(", '\n', ")})` : texts.join(" || '\n' || ");
  // SQLite prefers the index to the table only if its columns look short: without a length.
  const text = (name: string, length: number, expression: string): TableColumn =>
    new TableColumn({ ...generated(name, "text", expression), ...(mysql ? code(name, length) : {}) });
  return [
    text("search_text", 450, searchText),
    text("held_phone", 20, "COALESCE(real_phone, released_real_phone)"),
  ];
}

const referenceIndex = ({ mysql }: Columns): NamedIndex =>
  mysql
    ? index(
        "ix_phone_mappings__reference",
        "reference",
        "id",
        "real_phone",
        "fake_phone",
        "expires_at",
        "label",
      )
    : index("ix_phone_mappings__reference", "reference_key");
