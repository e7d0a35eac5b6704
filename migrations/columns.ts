import type { QueryRunner, Table, TableColumnOptions } from "typeorm";

type More = Partial<TableColumnOptions>;

/** Columns by their meaning; the two databases spell some of them differently. */
export interface Columns {
  readonly mysql: boolean;
  /** Primary key that counts up. SQLite has 64 bits in any `integer`, MySQL has to be asked for them. */
  readonly id: () => TableColumnOptions;
  readonly bigId: () => TableColumnOptions;
  readonly int: (name: string, more?: More) => TableColumnOptions;
  readonly bigint: (name: string, more?: More) => TableColumnOptions;
  readonly real: (name: string, more?: More) => TableColumnOptions;
  /** Text that is compared byte by byte: digits and identifiers need no rules of language. */
  readonly code: (name: string, length: number, more?: More) => TableColumnOptions;
  /** Text for people: MySQL compares it without regard to case. */
  readonly text: (name: string, length: number, more?: More) => TableColumnOptions;
  readonly longText: (name: string, more?: More) => TableColumnOptions;
  readonly longBlob: (name: string) => TableColumnOptions;
  /** UTC with milliseconds. */
  readonly time: (name: string, more?: More) => TableColumnOptions;
  /** As `time`, filled in by the database where a statement leaves it out. */
  readonly timeOfInsert: (name: string) => TableColumnOptions;
  /** Computed when read; nothing is stored but what an index of it holds. */
  readonly generated: (name: string, type: string, expression: string) => TableColumnOptions;
  /** As `generated`, in UTC with milliseconds. */
  readonly generatedTime: (name: string, expression: string) => TableColumnOptions;
}

export const nullable = { isNullable: true } as const;
export const primary = { isPrimary: true } as const;
/** Starts at zero. */
export const zero = { default: 0 } as const;

const plain =
  (type: string) =>
  (name: string, more: More = {}): TableColumnOptions => ({ name, type, ...more });

const text = (name: string, length: number, more: More = {}): TableColumnOptions => ({
  name,
  type: "varchar",
  length: String(length),
  ...more,
});

const computed = (expression: string): More => ({
  asExpression: expression,
  generatedType: "VIRTUAL",
  isNullable: true,
});

export function columnsOf(queryRunner: QueryRunner): Columns {
  const mysql = queryRunner.dataSource.options.type === "mysql";
  const key = { name: "id", isPrimary: true, isGenerated: true, generationStrategy: "increment" } as const;
  const time = (name: string, more: More = {}): TableColumnOptions => ({
    name,
    type: "datetime",
    ...(mysql ? { precision: 3 } : {}),
    ...more,
  });
  return {
    mysql,
    id: () => ({ ...key, type: mysql ? "int" : "integer" }),
    bigId: () => ({ ...key, type: mysql ? "bigint" : "integer" }),
    int: plain(mysql ? "int" : "integer"),
    bigint: plain(mysql ? "bigint" : "integer"),
    real: plain(mysql ? "double" : "real"),
    code: (name, length, more = {}) =>
      text(name, length, { ...(mysql ? { charset: "utf8mb4", collation: "utf8mb4_bin" } : {}), ...more }),
    text,
    longText: plain(mysql ? "longtext" : "text"),
    longBlob: plain(mysql ? "longblob" : "blob"),
    time,
    timeOfInsert: (name) =>
      time(name, { default: mysql ? "(UTC_TIMESTAMP(3))" : "(strftime('%Y-%m-%d %H:%M:%f','now'))" }),
    // TypeORM notes the expression in its table `typeorm_metadata`.
    generated: (name, type, expression) => ({ name, type, ...computed(expression) }),
    generatedTime: (name, expression) => time(name, computed(expression)),
  };
}

export const unique = (name: string, ...columnNames: string[]) => ({ name, columnNames, isUnique: true });
export const index = (name: string, ...columnNames: string[]) => ({ name, columnNames });

/** Tables that are there already stay as they are, so a migration that was cut short can begin again. */
export async function createTables(queryRunner: QueryRunner, tables: readonly Table[]): Promise<void> {
  for (const table of tables) await queryRunner.createTable(table, true);
}

/** In the reverse order. */
export async function dropTables(queryRunner: QueryRunner, tables: readonly Table[]): Promise<void> {
  for (const { name } of tables.toReversed()) await queryRunner.dropTable(name, true);
}
