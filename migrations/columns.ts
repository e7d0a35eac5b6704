import type { QueryRunner, TableColumnOptions } from "typeorm";

/** Column spellings in which the two databases differ. */
export interface Dialect {
  readonly mysql: boolean;
  /** Primary key that counts up. SQLite has 64 bits in any `integer`, MySQL has to be asked for them. */
  readonly bigId: () => TableColumnOptions;
  readonly id: () => TableColumnOptions;
  /** Text that is compared byte by byte: digits and identifiers need no rules of language. */
  readonly code: (name: string, length: number, more?: Partial<TableColumnOptions>) => TableColumnOptions;
  /** UTC with milliseconds. */
  readonly time: (name: string, more?: Partial<TableColumnOptions>) => TableColumnOptions;
  /** As `time`, filled in by the database where a statement leaves it out. */
  readonly timeOfInsert: (name: string) => TableColumnOptions;
}

export function dialectOf(queryRunner: QueryRunner): Dialect {
  const mysql = queryRunner.dataSource.options.type === "mysql";
  const time = (name: string, more: Partial<TableColumnOptions> = {}): TableColumnOptions =>
    mysql ? { name, type: "datetime", precision: 3, ...more } : { name, type: "datetime", ...more };
  const key = { name: "id", isPrimary: true, isGenerated: true, generationStrategy: "increment" } as const;
  return {
    mysql,
    bigId: () => ({ ...key, type: mysql ? "bigint" : "integer" }),
    id: () => ({ ...key, type: mysql ? "int" : "integer" }),
    code: (name, length, more = {}) => ({
      name,
      type: "varchar",
      length: String(length),
      ...(mysql ? { charset: "utf8mb4", collation: "utf8mb4_bin" } : {}),
      ...more,
    }),
    time,
    timeOfInsert: (name) =>
      time(name, { default: mysql ? "(UTC_TIMESTAMP(3))" : "(strftime('%Y-%m-%d %H:%M:%f','now'))" }),
  };
}

export const nullable = { isNullable: true } as const;
