import type { QueryRunner, Table, TableColumnOptions } from "typeorm";

type More = Partial<TableColumnOptions>;

/** Columns by meaning; the two databases define some of them differently. */
export interface Columns {
  readonly mysql: boolean;
  /** Auto-incrementing primary key. SQLite uses 64 bits for any `integer`, MySQL only on request. */
  readonly id: () => TableColumnOptions;
  readonly bigId: () => TableColumnOptions;
  readonly int: (name: string, more?: More) => TableColumnOptions;
  readonly bigint: (name: string, more?: More) => TableColumnOptions;
  readonly real: (name: string, more?: More) => TableColumnOptions;
  /** Text compared byte by byte, for digits and identifiers. */
  readonly code: (name: string, length: number, more?: More) => TableColumnOptions;
  /** Text for people: MySQL compares it case-insensitively. */
  readonly text: (name: string, length: number, more?: More) => TableColumnOptions;
  readonly longText: (name: string, more?: More) => TableColumnOptions;
  readonly longBlob: (name: string) => TableColumnOptions;
  /** UTC with milliseconds. */
  readonly time: (name: string, more?: More) => TableColumnOptions;
  /** Like `time`, filled in by the database if a statement omits it. */
  readonly timeOfInsert: (name: string) => TableColumnOptions;
  /** Computed when read; only its index is stored. */
  readonly generated: (name: string, type: string, expression: string) => TableColumnOptions;
  /** Like `generated`, in UTC with milliseconds. */
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
    // TypeORM records the expression in its table `typeorm_metadata`.
    generated: (name, type, expression) => ({ name, type, ...computed(expression) }),
    generatedTime: (name, expression) => time(name, computed(expression)),
  };
}

export const unique = (name: string, ...columnNames: string[]) => ({ name, columnNames, isUnique: true });
export const index = (name: string, ...columnNames: string[]) => ({ name, columnNames });

/** Existing tables are left unchanged, so an interrupted migration can be repeated. */
export async function createTables(queryRunner: QueryRunner, tables: readonly Table[]): Promise<void> {
  for (const table of tables) await queryRunner.createTable(table, true);
}

/** In the reverse order. */
export async function dropTables(queryRunner: QueryRunner, tables: readonly Table[]): Promise<void> {
  for (const { name } of tables.toReversed()) await queryRunner.dropTable(name, true);
}
