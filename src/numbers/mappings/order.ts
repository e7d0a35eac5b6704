import type { EntityManager, ObjectLiteral } from "typeorm";
import { nullable, number, rowOf, text, time } from "../../store/row.ts";
import { plainRows } from "../../store/sql.ts";
import { toDatabaseTime } from "../../store/time.ts";
import { dialectOf } from "../../store/dialect.ts";
import { mappingsOf } from "./filter.ts";
import type { MappingQueryBuilder } from "./filter.ts";
import type { MappingFilter, MappingSort } from "./types.ts";
import type { PagePlace } from "./pagePlaces.ts";

interface MappingOrder {
  readonly sort: MappingSort;
  readonly descending: boolean;
}

/**
 * The places of the first `limit` mappings of a filter after a place, in an order. Mappings without a value to sort
 * by come last.
 */
export async function placesInOrder(
  manager: EntityManager,
  filter: MappingFilter,
  order: MappingOrder,
  after: PagePlace | null,
  limit: number,
): Promise<readonly PagePlace[]> {
  const { sort } = order;
  if (!hasText(filter) || followsIndex(filter, sort))
    return placesBehind(manager, filter, order, after, limit);
  const next = await placesBehind(manager, {}, order, after, lookedAt);
  const found = (await matchingOf(manager, filter, next)).slice(0, limit);
  const last = next.at(-1);
  if (last === undefined || next.length < lookedAt || found.length === limit) return found;
  return [...found, ...(await placesBehind(manager, filter, order, last, limit - found.length))];
}

async function placesBehind(
  manager: EntityManager,
  filter: MappingFilter,
  { sort, descending }: MappingOrder,
  after: PagePlace | null,
  limit: number,
): Promise<readonly PagePlace[]> {
  const page = { manager, filter, descending, after };
  if (sort === "created") return byCreation(page, limit);
  if (!followsIndex(filter, sort)) return sorted(page, sort, limit);
  const found = mayHave(sort, filter) ? await alongIndex(page, sort, limit) : [];
  if (found.length === limit || !mayLack(sort, filter)) return found;
  return [...found, ...(await withoutValue(page, sort, limit - found.length))];
}

interface AskedPage {
  readonly manager: EntityManager;
  readonly filter: MappingFilter;
  readonly descending: boolean;
  readonly after: PagePlace | null;
}

type ValueSort = Exclude<MappingSort, "created">;

/**
 * MySQL follows the index of the order when it expects to meet enough matching rows soon. It assumes that they are
 * spread evenly, which is rarely true for the mappings of a pool, an import, or a text: it would then read most
 * others first. Those mappings are found through their own index and sorted, so the time for a page depends on their
 * number, not on their positions. Most mappings are active, so a list of the active ones follows the order.
 */
function followsIndex({ state, ...others }: MappingFilter, sort: MappingSort): boolean {
  if (sort === "label" && others.label !== undefined) return true;
  return (
    (state === undefined || state === "active") && Object.values(others).every((value) => value === undefined)
  );
}

const beginsWithText = ({ label, reference }: MappingFilter): boolean => (label ?? reference) !== undefined;

const hasText = (filter: MappingFilter): boolean => beginsWithText(filter) || filter.search !== undefined;

/**
 * A list of the mappings with a text has two parts: those among a fixed number of next mappings in the order, and
 * those after these. If many mappings have the text, the first part fills the page; if few have it, sorting the
 * second part takes little time.
 */
const lookedAt = 1000;

/** Those of some places whose mappings match a filter. */
async function matchingOf(
  manager: EntityManager,
  filter: MappingFilter,
  places: readonly PagePlace[],
): Promise<readonly PagePlace[]> {
  if (places.length === 0) return [];
  const query = mappingsOf(manager, filter).select("m.id", "id");
  query.andWhere("m.id IN (:...places)", { places: places.map(({ id }) => id) });
  const matching = new Set((await placesOf(query, "created")).map(({ id }) => id));
  return places.filter(({ id }) => matching.has(id));
}

/**
 * With the beginning of a text, everything that has it is sorted: an index of the order would be followed through all
 * others. A search gets here only with a text that many mappings have.
 */
function byCreation(page: AskedPage, limit: number): Promise<readonly PagePlace[]> {
  const { manager, filter, descending, after } = page;
  const query = mappingsOf(manager, filter).select("m.id", "id");
  if (after !== null) beyondId(query, page, after.id);
  const order = beginsWithText(filter) ? "m.id + 0" : "m.id";
  return placesOf(query.orderBy(order, directionOf(descending)).limit(limit), "created");
}

/** Along the index of the order, from the place on. */
async function alongIndex(page: AskedPage, sort: ValueSort, limit: number): Promise<readonly PagePlace[]> {
  const { manager, filter, descending, after } = page;
  if (after !== null && after.value === null) return [];
  const column = columnOf(manager, sort);
  const direction = directionOf(descending);
  const query = mappingsOf(manager, filter).select("m.id", "id").addSelect(column, "value");
  if (after === null) query.andWhere(`${column} IS NOT NULL`);
  else query.andWhere(`(${beyondValue(column, descending)})`, placeParameters(sort, after));
  return placesOf(query.orderBy(column, direction).addOrderBy("m.id", direction).limit(limit), sort);
}

/** Those at the end, in the order of their ids. */
function withoutValue(page: AskedPage, sort: ValueSort, limit: number): Promise<readonly PagePlace[]> {
  const { manager, filter, descending, after } = page;
  const query = mappingsOf(manager, filter).select("m.id", "id");
  query.andWhere(`${columnOf(manager, sort)} IS NULL`);
  if (after !== null && after.value === null) beyondId(query, page, after.id);
  return placesOf(query.orderBy("m.id", directionOf(descending)).limit(limit), "created");
}

/** Everything the filter matches, sorted by expressions, so that no index has the order. */
function sorted(page: AskedPage, sort: ValueSort, limit: number): Promise<readonly PagePlace[]> {
  const { manager, filter, descending, after } = page;
  const column = columnOf(manager, sort);
  const direction = directionOf(descending);
  const query = mappingsOf(manager, filter).select("m.id", "id").addSelect(column, "value");
  if (after !== null && after.value === null) {
    query.andWhere(`${column} IS NULL`);
    beyondId(query, page, after.id);
  } else if (after !== null) {
    query.andWhere(`(${column} IS NULL OR ${beyondValue(column, descending)})`, placeParameters(sort, after));
  }
  // The column is never null, so MySQL would remove an IS NULL.
  if (sort === "proxyNumber") query.orderBy(`COALESCE(${column}, '')`, direction);
  else query.orderBy(`${column} IS NULL`, "ASC").addOrderBy(column, direction);
  return placesOf(query.addOrderBy("m.id", direction).limit(limit), sort);
}

function beyondValue(column: string, descending: boolean): string {
  const beyond = descending ? "<" : ">";
  return `${column} ${beyond} :value OR (${column} = :value AND m.id ${beyond} :id)`;
}

const placeParameters = (sort: ValueSort, { value, id }: PagePlace): ObjectLiteral => ({
  value: sort === "expiresAt" && typeof value === "number" ? toDatabaseTime(value) : value,
  id,
});

function beyondId(query: MappingQueryBuilder, { descending }: AskedPage, id: number): void {
  query.andWhere(`m.id ${descending ? "<" : ">"} :id`, { id });
}

const directionOf = (descending: boolean): "ASC" | "DESC" => (descending ? "DESC" : "ASC");

function columnOf(manager: EntityManager, sort: ValueSort): string {
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

/** Whether mappings can have a value to sort by: a search for one that no mapping has reads the whole index. */
function mayHave(sort: ValueSort, { state }: MappingFilter): boolean {
  return sort !== "realNumber" || state !== "quarantined";
}

/** Whether mappings can lack a value to sort by. */
function mayLack(sort: ValueSort, filter: MappingFilter): boolean {
  switch (sort) {
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
