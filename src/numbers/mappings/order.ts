import type { EntityManager } from "typeorm";
import { fromDatabaseTime, toDatabaseTime } from "../../store/time.ts";
import type { Store } from "../../store/types.ts";
import { isOutOfTime } from "../../store/errors.ts";
import { textColumn } from "./foldedText.ts";
import { filterSql } from "./filter.ts";
import type { MappingFilter, MappingSort } from "./types.ts";
import { planPage, planPageOfRest } from "./pagePlan.ts";
import type { PagePlan } from "./pagePlan.ts";
import type { PagePlace } from "./pagePlaces.ts";

export interface MappingOrder {
  readonly sort: MappingSort;
  readonly descending: boolean;
}

interface Condition {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** The places of the first `limit` mappings of a filter behind a place, in an order. */
export async function placesInOrder(
  manager: EntityManager,
  kind: Store["kind"],
  filter: MappingFilter,
  { sort, descending }: MappingOrder,
  after: PagePlace | null,
  limit: number,
): Promise<readonly PagePlace[]> {
  const direction = descending ? "DESC" : "ASC";
  const beyond = descending ? "<" : ">";
  const byKey = `m.id ${direction}`;
  const plan = await planPage(manager, kind, filter, sort);
  const beyondKey = `m.id ${beyond} ?`;
  if (sort === "created") {
    const where = after === null ? null : { sql: beyondKey, parameters: [after.id] };
    return readPlaces(manager, kind, filter, { value: "NULL", where, order: byKey, limit, plan }, sort);
  }
  const column = sortColumn(kind, sort);
  const found: PagePlace[] = [];
  // Those without a value come last, so a place among them has all the others behind it.
  if ((after === null || after.value !== null) && mayHave(sort, filter)) {
    const where =
      after === null
        ? { sql: `${column} IS NOT NULL`, parameters: [] }
        : beyondValue(kind, column, beyond, storedValue(sort, after), after.id);
    const order = `${column} ${direction}, ${byKey}`;
    found.push(
      ...(await readPlaces(manager, kind, filter, { value: column, where, order, limit, plan }, sort)),
    );
  }
  if (found.length < limit && mayLack(sort, filter)) {
    const where =
      after !== null && after.value === null
        ? { sql: `${column} IS NULL AND ${beyondKey}`, parameters: [after.id] }
        : { sql: `${column} IS NULL`, parameters: [] };
    const rest = await planPageOfRest(manager, kind, filter, sort);
    const page = { value: "NULL", where, order: byKey, limit: limit - found.length, plan: rest };
    found.push(...(await readPlaces(manager, kind, filter, page, sort)));
  }
  return found;
}

function sortColumn(kind: Store["kind"], sort: Exclude<MappingSort, "created">): string {
  switch (sort) {
    case "realNumber":
      return "m.real_phone";
    case "proxyNumber":
      return "m.fake_phone";
    case "label":
    case "reference":
      return `m.${textColumn(kind, sort)}`;
    case "expiresAt":
      return "m.expires_at";
  }
}

/** How long a walk may take that may find nothing for long. */
const walkMs = 25;

interface PageSql {
  /** What the mappings are sorted by, or `NULL`. */
  readonly value: string;
  readonly where: Condition | null;
  readonly order: string;
  readonly limit: number;
  readonly plan: PagePlan;
}

async function readPlaces(
  manager: EntityManager,
  kind: Store["kind"],
  filter: MappingFilter,
  { value, where: more, order, limit, plan }: PageSql,
  sort: MappingSort,
  hint = "",
): Promise<readonly PagePlace[]> {
  if (plan.orElse !== undefined) {
    try {
      const hint = `/*+ MAX_EXECUTION_TIME(${walkMs}) */`;
      const page = { value, where: more, order, limit, plan: { index: plan.index } };
      return await readPlaces(manager, kind, filter, page, sort, hint);
    } catch (error) {
      if (!isOutOfTime(error)) throw error;
      const page = { value, where: more, order, limit, plan: await plan.orElse() };
      return readPlaces(manager, kind, filter, page, sort);
    }
  }
  const { from, conditions, parameters } = filterSql(kind, filter, plan.index);
  const all = more === null ? conditions : [...conditions, more.sql];
  const where = all.length === 0 ? "" : `WHERE ${all.join(" AND ")}`;
  const rows: { id: number; value: string | Date | null }[] = await manager.query(
    `SELECT ${hint} m.id, ${value} AS value FROM ${from} ${where} ORDER BY ${order} LIMIT ?`,
    [...parameters, ...(more?.parameters ?? []), limit],
  );
  return rows.map((row) => ({
    id: row.id,
    value:
      row.value !== null && (sort === "expiresAt" || row.value instanceof Date)
        ? fromDatabaseTime(row.value)
        : row.value,
  }));
}

function storedValue(sort: MappingSort, { value }: PagePlace): string | number | null {
  return sort === "expiresAt" && typeof value === "number" ? toDatabaseTime(value) : value;
}

/** Where MySQL sees ranges of an index, SQLite wants the same said as one comparison. */
function beyondValue(
  kind: Store["kind"],
  column: string,
  beyond: string,
  value: unknown,
  id: number,
): Condition {
  return kind === "mysql"
    ? {
        sql: `(${column} ${beyond} ? OR (${column} = ? AND m.id ${beyond} ?))`,
        parameters: [value, value, id],
      }
    : { sql: `(${column}, m.id) ${beyond} (?, ?)`, parameters: [value, id] };
}

/** Whether there can be mappings with a value to sort by: looking for none goes through all. */
function mayHave(sort: MappingSort, filter: MappingFilter): boolean {
  return sort !== "realNumber" || filter.state !== "quarantined";
}

/** Whether there can be mappings without a value to sort by. */
function mayLack(sort: MappingSort, filter: MappingFilter): boolean {
  switch (sort) {
    case "created":
    case "proxyNumber":
      return false;
    case "realNumber":
      return filter.state === undefined || filter.state === "quarantined";
    case "label":
    case "reference":
      return filter[sort] === undefined;
    case "expiresAt":
      return true;
  }
}
