import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from "typeorm";
import type { RowReader } from "./row.ts";

/** A parameter of a statement. Times go through `toDatabaseTime`. */
export type Parameter = string | number | Buffer | null;

/** For raw SQL where repositories would cost too much: each use says why. Everything else uses entities. */
export async function selectRows<T>(
  manager: EntityManager,
  reader: RowReader<T>,
  sql: string,
  parameters: readonly Parameter[] = [],
): Promise<T[]> {
  const rows: unknown = await manager.query(sql, [...parameters]);
  if (!Array.isArray(rows)) throw new TypeError("A statement that should return rows returned none.");
  return rows.map(reader);
}

/** The plain rows of a query builder, where entities are not needed or take too long to create. */
export async function plainRows<T, Row extends ObjectLiteral>(
  query: SelectQueryBuilder<Row>,
  reader: RowReader<T>,
): Promise<T[]> {
  const rows: unknown[] = await query.getRawMany();
  return rows.map(reader);
}

/** The first row, or null. */
export async function selectRow<T>(
  manager: EntityManager,
  reader: RowReader<T>,
  sql: string,
  parameters: readonly Parameter[] = [],
): Promise<T | null> {
  const [first = null] = await selectRows(manager, reader, sql, parameters);
  return first;
}

/** Whether the statement returns a row. */
export async function hasRows(
  manager: EntityManager,
  sql: string,
  parameters: readonly Parameter[] = [],
): Promise<boolean> {
  const rows = await selectRows(manager, (row) => row, sql, parameters);
  return rows.length > 0;
}

/** A statement that returns no rows. */
export async function execute(
  manager: EntityManager,
  sql: string,
  parameters: readonly Parameter[] = [],
): Promise<void> {
  await manager.query(sql, [...parameters]);
}

export const placeholders = (values: readonly unknown[]): string => values.map(() => "?").join(",");

/** As many tuples of placeholders as there are values. */
export const tuples = (values: readonly unknown[], tuple: string): string =>
  values.map(() => tuple).join(",");
