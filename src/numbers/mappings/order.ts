import type { EntityManager } from "typeorm";
import { nullable, number, rowOf, text, time } from "../../store/row.ts";
import { plainRows } from "../../store/sql.ts";
import { toDatabaseTime } from "../../store/time.ts";
import { dialectOf } from "../../store/dialect.ts";
import { mappingsOf } from "./filter.ts";
import type { MappingQueryBuilder } from "./filter.ts";
import type { MappingFilter, MappingSort } from "./types.ts";
import type { PagePlace } from "./pagePlaces.ts";

export interface MappingOrder {
  readonly sort: MappingSort;
  readonly descending: boolean;
}

/**
 * The places of the first `limit` mappings of a filter behind a place, in an order. What has no value to sort by comes
 * last, so a place among those has all the others behind it.
 */
export async function placesInOrder(
  manager: EntityManager,
  filter: MappingFilter,
  order: MappingOrder,
  after: PagePlace | null,
  limit: number,
): Promise<readonly PagePlace[]> {
  const { sort } = order;
  if (sort === "created") {
    const query = mappingsOf(manager, filter).select("m.id", "id");
    if (after !== null) beyondId(query, order, after.id);
    return placesOf(query.orderBy("m.id", directionOf(order)).limit(limit), sort);
  }
  if (!followsIndex(filter, sort)) return sortedPlaces(manager, filter, { ...order, sort }, after, limit);
  const found: PagePlace[] = [];
  if ((after === null || after.value !== null) && mayHave(sort, filter))
    found.push(...(await placesWithValue(manager, filter, { ...order, sort }, after, limit)));
  if (found.length < limit && mayLack(sort, filter)) {
    const query = mappingsOf(manager, filter)
      .select("m.id", "id")
      .andWhere(`${columnOf(manager, sort)} IS NULL`);
    if (after !== null && after.value === null) beyondId(query, order, after.id);
    const rest = query.orderBy("m.id", directionOf(order)).limit(limit - found.length);
    found.push(...(await placesOf(rest, "created")));
  }
  return found;
}

type ValueOrder = MappingOrder & { readonly sort: Exclude<MappingSort, "created"> };

/**
 * Whether the mappings are met often enough along an index that has the order. What else a filter asks for may lie
 * anywhere in it, the numbers of a pool side by side say: those are found first and sorted then, so that the time a page
 * takes depends on how many they are, and not on where they lie.
 */
function followsIndex(filter: MappingFilter, sort: MappingSort): boolean {
  const { state: _state, ...narrowing } = filter;
  if (sort === "label" && filter.label !== undefined) return true;
  return Object.values(narrowing).every((value) => value === undefined);
}

/** Along the index of the order, from the place on. */
async function placesWithValue(
  manager: EntityManager,
  filter: MappingFilter,
  order: ValueOrder,
  after: PagePlace | null,
  limit: number,
): Promise<readonly PagePlace[]> {
  const column = columnOf(manager, order.sort);
  const direction = directionOf(order);
  const query = mappingsOf(manager, filter).select("m.id", "id").addSelect(column, "value");
  if (after === null) query.andWhere(`${column} IS NOT NULL`);
  else {
    const beyond = order.descending ? "<" : ">";
    query.andWhere(`(${column} ${beyond} :value OR (${column} = :value AND m.id ${beyond} :id))`, {
      value: storedValue(order.sort, after),
      id: after.id,
    });
  }
  return placesOf(query.orderBy(column, direction).addOrderBy("m.id", direction).limit(limit), order.sort);
}

/** All that the filter selects, sorted. */
async function sortedPlaces(
  manager: EntityManager,
  filter: MappingFilter,
  order: ValueOrder,
  after: PagePlace | null,
  limit: number,
): Promise<readonly PagePlace[]> {
  const column = columnOf(manager, order.sort);
  const direction = directionOf(order);
  const beyond = order.descending ? "<" : ">";
  const query = mappingsOf(manager, filter).select("m.id", "id").addSelect(column, "value");
  if (after !== null && after.value === null) {
    query.andWhere(`${column} IS NULL`);
    beyondId(query, order, after.id);
  } else if (after !== null) {
    query.andWhere(
      `(${column} IS NULL OR ${column} ${beyond} :value OR (${column} = :value AND m.id ${beyond} :id))`,
      { value: storedValue(order.sort, after), id: after.id },
    );
  }
  return placesOf(
    query
      .orderBy(`${column} IS NULL`)
      .addOrderBy(column, direction)
      .addOrderBy("m.id", direction)
      .limit(limit),
    order.sort,
  );
}

function beyondId(query: MappingQueryBuilder, { descending }: MappingOrder, id: number): void {
  query.andWhere(`m.id ${descending ? "<" : ">"} :id`, { id });
}

const directionOf = ({ descending }: MappingOrder): "ASC" | "DESC" => (descending ? "DESC" : "ASC");

function columnOf(manager: EntityManager, sort: Exclude<MappingSort, "created">): string {
  switch (sort) {
    case "realNumber":
      return "m.real_phone";
    case "proxyNumber":
      return "m.fake_phone";
    case "label":
      return `m.${dialectOf(manager).textKey("label")}`;
    case "expiresAt":
      return "m.expires_at";
  }
}

const readPlain = rowOf({ id: number });
const readWithText = rowOf({ id: number, value: nullable(text) });
const readWithTime = rowOf({ id: number, value: nullable(time) });

const placesOf = (query: MappingQueryBuilder, sort: MappingSort): Promise<readonly PagePlace[]> => {
  switch (sort) {
    case "created":
      return plainRows(query, (row) => ({ ...readPlain(row), value: null }));
    case "expiresAt":
      return plainRows(query, readWithTime);
    case "realNumber":
    case "proxyNumber":
    case "label":
      return plainRows(query, readWithText);
  }
};

function storedValue(sort: MappingSort, { value }: PagePlace): string | number | null {
  return sort === "expiresAt" && typeof value === "number" ? toDatabaseTime(value) : value;
}

/** Whether there can be mappings with a value to sort by: looking for none goes through all. */
function mayHave(sort: MappingSort, { state }: MappingFilter): boolean {
  return sort !== "realNumber" || state !== "quarantined";
}

/** Whether there can be mappings without a value to sort by: looking for none may go through all. */
function mayLack(sort: MappingSort, filter: MappingFilter): boolean {
  switch (sort) {
    case "created":
    case "proxyNumber":
      return false;
    case "realNumber":
      return filter.state === undefined || filter.state === "quarantined";
    case "label":
      return filter.label === undefined;
    case "expiresAt":
      return true;
  }
}
