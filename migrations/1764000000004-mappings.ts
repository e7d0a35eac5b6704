import { Table } from "typeorm";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { columnsOf, createTables, dropTables, index, nullable, primary, unique } from "./columns.ts";
import type { Columns } from "./columns.ts";

/** Mappings of real numbers to proxy numbers, and bulk changes. */
export class Mappings1764000000004 implements MigrationInterface {
  readonly name = "Mappings1764000000004";

  async up(queryRunner: QueryRunner): Promise<void> {
    await createTables(queryRunner, tablesOf(columnsOf(queryRunner)));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropTables(queryRunner, tablesOf(columnsOf(queryRunner)));
  }
}

const tablesOf = (columns: Columns): Table[] => [
  phoneMappings(columns),
  bulkChanges(columns),
  bulkChangedMappings(columns),
  mappingChanges(columns),
];

function phoneMappings({
  code,
  generated,
  generatedTime,
  id,
  int,
  mysql,
  text,
  time,
  timeOfInsert,
}: Columns): Table {
  const last4 = (phone: string): readonly [type: string, expression: string] =>
    mysql
      ? ["smallint", `CAST(RIGHT(${phone}, 4) AS UNSIGNED)`]
      : ["integer", `CAST(substr(${phone}, -4) AS INTEGER)`];
  /**
   * For people, upper and lower case are the same. MySQL's columns of text say so themselves. SQLite knows the case of
   * ASCII only: a text with other letters has its lower case written beside it. Searches and sorts use the key.
   */
  const key = (name: string): string => (mysql ? name : `${name}_key`);
  const folded = (name: string) => [
    { name: `${name}_folded`, type: "text", isNullable: true },
    generated(`${name}_key`, "text", `COALESCE(${name}_folded, lower(${name}))`),
  ];
  // The sort keys of lists, so that the mappings with a text are sorted without reading each of them. SQLite does
  // without, because it reads rows cheaply.
  const behindText = mysql ? ["id", "real_phone", "fake_phone", "expires_at"] : [];
  return new Table({
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
      int("pool_id", nullable),
      int("import_id", nullable),
      text("label", 200, nullable),
      text("reference", 200, nullable),
      code("released_real_phone", 20, nullable),
      // The rest after it follows from the pool, so that a pool may change its mind.
      time("released_at", nullable),
      timeOfInsert("created_at"),
      timeOfInsert("updated_at"),
      generated("fake_last4", ...last4("fake_phone")),
      // Known as soon as a call starts, not only when its record is written.
      time("first_used_at", nullable),
      generated("real_last4", ...last4("COALESCE(real_phone, released_real_phone)")),
      // When time changes the state: the end of an active mapping, or the beginning of the rest of a released one.
      generatedTime(
        "due_at",
        "CASE state WHEN 'active' THEN expires_at WHEN 'quarantined' THEN released_at END",
      ),
      ...(mysql ? [] : ["label", "reference"].flatMap(folded)),
    ],
    // Each of them slows down every import. Both databases append the primary key to the columns of an index.
    indices: [
      unique("uq_phone_mappings__real_phone", "real_phone"),
      unique("uq_phone_mappings__fake_phone", "fake_phone"),
      index("ix_phone_mappings__real_last4", "real_last4"),
      index("ix_phone_mappings__fake_last4", "fake_last4"),
      index("ix_phone_mappings__label", key("label"), ...behindText),
      index("ix_phone_mappings__reference", key("reference"), ...behindText, ...(mysql ? ["label"] : [])),
      index("ix_phone_mappings__expires", "expires_at"),
      index("ix_phone_mappings__import", "import_id"),
      index("ix_phone_mappings__state_pool_due", "state", "pool_id", "due_at"),
    ],
  });
}

/**
 * The audit log has one entry for a change of many mappings, and no place for a million ids; here each mapping has a
 * row of two numbers, written with the change itself. As in the audit log, entries stay when a mapping is removed:
 * IDs are never reused.
 */
const bulkChanges = ({ bigId, code, int, text, time }: Columns): Table =>
  new Table({
    name: "bulk_changes",
    columns: [
      bigId(),
      time("at"),
      code("what", 10),
      // Names of the changed fields, separated by commas.
      code("fields", 100),
      code("actor_kind", 10),
      int("actor_id", nullable),
      // At that time: the user may be gone by now.
      text("actor_name", 100),
    ],
  });

const bulkChangedMappings = ({ bigint, int, mysql }: Columns): Table =>
  new Table({
    name: "bulk_changed_mappings",
    columns: [int("mapping_id", primary), bigint("bulk_change_id", primary)],
    withoutRowid: !mysql,
  });

/**
 * The old and new values of changed fields, without numbers. Not in the audit log, which nothing can be removed from:
 * a label may be the name of a person.
 */
const mappingChanges = ({ bigId, code, int, text, time }: Columns): Table =>
  new Table({
    name: "mapping_changes",
    columns: [
      bigId(),
      int("mapping_id"),
      time("at"),
      code("field", 20),
      text("value_before", 200, nullable),
      text("value_after", 200, nullable),
    ],
    indices: [index("ix_mapping_changes__mapping", "mapping_id", "at")],
  });
