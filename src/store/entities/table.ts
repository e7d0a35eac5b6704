import { EntitySchema } from "typeorm";
import type { EntitySchemaColumnOptions, EntitySchemaOptions, ValueTransformer } from "typeorm";

type Kind = "mysql" | "sqlite";
type More = Partial<EntitySchemaColumnOptions>;

/** Columns by meaning, as in the migrations; the two databases define some of them differently. */
export interface TableColumns {
  readonly mysql: boolean;
  /** Auto-incrementing primary key. */
  readonly id: () => EntitySchemaColumnOptions;
  /** The same in 64 bits. */
  readonly bigId: () => EntitySchemaColumnOptions;
  readonly int: (name: string, more?: More) => EntitySchemaColumnOptions;
  /** A number in the row: values beyond 2^53 cannot occur. */
  readonly bigint: (name: string, more?: More) => EntitySchemaColumnOptions;
  readonly real: (name: string, more?: More) => EntitySchemaColumnOptions;
  /** `true` and `false` in the row, 1 and 0 in the database. */
  readonly flag: (name: string, more?: More) => EntitySchemaColumnOptions;
  /** Text compared byte by byte, for digits and identifiers. */
  readonly code: (name: string, length: number, more?: More) => EntitySchemaColumnOptions;
  /** Text for people: MySQL compares it case-insensitively. */
  readonly text: (name: string, length: number, more?: More) => EntitySchemaColumnOptions;
  readonly longText: (name: string, more?: More) => EntitySchemaColumnOptions;
  readonly longBlob: (name: string) => EntitySchemaColumnOptions;
  /** UTC milliseconds in the row. */
  readonly time: (name: string, more?: More) => EntitySchemaColumnOptions;
  /** Like `time`, filled in by the database if a statement omits it. */
  readonly timeOfInsert: (name: string) => EntitySchemaColumnOptions;
  /** Computed by the database when read, for its indexes; not part of the rows that repositories read. */
  readonly generated: (
    name: string,
    type: "int" | "integer" | "smallint" | "text",
    expression: string,
  ) => EntitySchemaColumnOptions;
  /** Like `generated`; UTC milliseconds in finds. */
  readonly generatedTime: (name: string, expression: string) => EntitySchemaColumnOptions;
}

export const nullable = { nullable: true } as const;
export const primary = { primary: true } as const;
/** Starts at zero. */
export const zero = { default: 0 } as const;

type Description<Row> = Pick<EntitySchemaOptions<Row>, "columns" | "relations" | "indices" | "withoutRowid">;

/**
 * A table: the target of repositories and query builders on either database. TypeORM finds what it knows of a table by
 * the name of the entity, so the same constant serves both although their columns are spelled differently.
 */
export class TableSchema<Row> extends EntitySchema<Row> {
  readonly #names: { readonly name: string; readonly tableName: string };
  readonly #describe: (columns: TableColumns) => Description<Row>;

  constructor(name: string, tableName: string, describe: (columns: TableColumns) => Description<Row>) {
    super({ name, tableName, ...describe(columnsOf("mysql")) });
    this.#names = { name, tableName };
    this.#describe = describe;
  }

  on(kind: Kind): EntitySchema<Row> {
    return new EntitySchema<Row>({ ...this.#names, ...this.#describe(columnsOf(kind)) });
  }
}

/** The value from a find operator or a caller, or the result of the first pass. */
const asTime: ValueTransformer = {
  to: (value: unknown) => (typeof value === "number" ? new Date(value) : value),
  from: (value: unknown) => (value instanceof Date ? value.getTime() : value),
};

const asNumber: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: unknown) => (typeof value === "string" ? Number(value) : value),
};

const asFlag: ValueTransformer = {
  to: (value: unknown) => (typeof value === "boolean" ? Number(value) : value),
  from: (value: unknown) => (typeof value === "number" ? value !== 0 : value),
};

const text = (name: string, length: number, more: More = {}): EntitySchemaColumnOptions => ({
  name,
  type: "varchar",
  length,
  ...more,
});

const plain =
  (type: EntitySchemaColumnOptions["type"], own: More = {}) =>
  (name: string, more: More = {}): EntitySchemaColumnOptions => ({ name, type, ...own, ...more });

const computed = (expression: string): More => ({
  asExpression: expression,
  generatedType: "VIRTUAL",
  nullable: true,
  select: false,
  insert: false,
  update: false,
});

function columnsOf(kind: Kind): TableColumns {
  const mysql = kind === "mysql";
  const time = plain("datetime", { transformer: asTime, ...(mysql ? { precision: 3 } : {}) });
  const key = { name: "id", primary: true, generated: "increment" } as const;
  return {
    mysql,
    id: () => ({ ...key, type: mysql ? "int" : "integer" }),
    bigId: () => ({ ...key, type: mysql ? "bigint" : "integer", transformer: asNumber }),
    int: plain(mysql ? "int" : "integer"),
    bigint: plain(mysql ? "bigint" : "integer", { transformer: asNumber }),
    real: plain(mysql ? "double" : "real"),
    flag: plain(mysql ? "int" : "integer", { transformer: asFlag }),
    code: (name, length, more = {}) =>
      text(name, length, { ...(mysql ? { charset: "utf8mb4", collation: "utf8mb4_bin" } : {}), ...more }),
    text,
    longText: plain(mysql ? "longtext" : "text"),
    longBlob: plain(mysql ? "longblob" : "blob"),
    time,
    timeOfInsert: (name) =>
      time(name, {
        default: () => (mysql ? "(UTC_TIMESTAMP(3))" : "(strftime('%Y-%m-%d %H:%M:%f','now'))"),
      }),
    generated: (name, type, expression) => ({ name, type, ...computed(expression) }),
    generatedTime: (name, expression) => time(name, computed(expression)),
  };
}
