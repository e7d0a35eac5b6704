import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from "typeorm";
import type { RowReader } from "./row.ts";

/** What a placeholder of a statement may stand for. Times go through `toDatabaseTime`. */
export type Parameter = string | number | Buffer | null;

/**
 * Statements that stay SQL because repositories would cost too much: each says why where it is written. Everything else
 * goes through the entities.
 */
export async function selectRows<T>(
  manager: EntityManager,
  reader: RowReader<T>,
  sql: string,
  parameters: readonly Parameter[] = [],
): Promise<T[]> {
  const rows: unknown = await manager.query(sql, [...parameters]);
  if (!Array.isArray(rows)) throw new TypeError("A statement that should have returned rows has not.");
  return rows.map(reader);
}

/** The plain rows of a query builder, where entities are not what is asked for or would take too long to make. */
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
