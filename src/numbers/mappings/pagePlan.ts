import type { EntityManager } from "typeorm";
import type { Store } from "../../store/types.ts";
import { filterSql } from "./filter.ts";
import type { MappingFilter, MappingSort } from "./types.ts";

/** How MySQL is to find a page. */
export interface PagePlan {
  /** Behind the table; empty where it knows best. */
  readonly index: string;
  /** Tells what to do instead where that has taken too long, because the mappings lie unevenly. */
  readonly orElse?: () => Promise<PagePlan>;
}

/** How many mappings of a text, of an import, and of a pool or a state are sorted rather than looked for. */
interface Bounds {
  readonly byText: number;
  readonly byImport: number;
  readonly kept: number;
}

const bounds = {
  /**
   * So many are sorted faster than a page of them is found by walking along an index that has the order: of a
   * million, that walk passes about as many for a page of fifty.
   */
  sorted: { byText: 12_000, byImport: 7000, kept: 7000 },
  /**
   * More are found fast along the order, unless filter and order run side by side, so that nearly all others come
   * first. The walk is given up after a while, and these are sorted; those of a text or an import lie in one place then.
   */
  uneven: { byText: 150_000, byImport: 60_000, kept: 30_000 },
  /** Asked of nothing but an index. */
  ids: { byText: 30_000, byImport: 7000, kept: 100_000 },
} as const satisfies Readonly<Record<string, Bounds>>;

const knowsBest: PagePlan = { index: "" };

const goBy = (index: string): PagePlan => ({ index: `FORCE INDEX (${index})` });

interface Orders {
  readonly all: string;
  /** The end of the name of the index that has the order of the mappings of a pool; null: there is none. */
  readonly pool: string | null;
  readonly import: string | null;
}

const orders: Readonly<Record<Exclude<MappingSort, "created">, Orders>> = {
  realNumber: { all: "uq_phone_mappings__real_phone", pool: "real", import: "real" },
  proxyNumber: { all: "uq_phone_mappings__fake_phone", pool: "fake", import: "fake" },
  label: { all: "ix_phone_mappings__label", pool: "label", import: null },
  reference: { all: "ix_phone_mappings__reference", pool: "reference", import: "reference" },
  expiresAt: { all: "ix_phone_mappings__expires", pool: null, import: null },
};

/**
 * MySQL guesses how many mappings a filter selects and believes that they lie evenly, which those of a pool,
 * a state or an import never do. Here the number is known or counted up to a bound, and the index named.
 */
export async function planPage(
  manager: EntityManager,
  kind: Store["kind"],
  filter: MappingFilter,
  sort: MappingSort,
): Promise<PagePlan> {
  if (kind !== "mysql") return knowsBest;
  // Numbers and their ends select few.
  if (filter.number !== undefined || filter.suffix !== undefined) return knowsBest;
  const { index, isExact } = indexInOrder(filter, sort);
  if (isExact) return goBy(index);
  const few = await indexWithin(manager, filter, isSortedByIds(filter, sort) ? bounds.ids : bounds.sorted);
  if (few !== null) return goBy(few);
  const orElse = async () => goBy((await indexWithin(manager, filter, bounds.uneven)) ?? index);
  return { ...goBy(index), orElse };
}

/** As `planPage`, for those at the end that have no value to sort by: they are in the order of their ids. */
export function planPageOfRest(
  manager: EntityManager,
  kind: Store["kind"],
  filter: MappingFilter,
  sort: Exclude<MappingSort, "created">,
): Promise<PagePlan> {
  const { importId, poolId } = filter;
  const of = importId !== undefined ? "import" : poolId !== undefined ? "pool" : "all";
  return planPage(manager, kind, filter, orders[sort][of] === null ? "created" : sort);
}

/** The index of a state or a text has the ids as well; where nothing else is asked for, nothing else is needed. */
function isSortedByIds(
  { label, reference, poolId, importId, state }: MappingFilter,
  sort: MappingSort,
): boolean {
  if (sort !== "created" || poolId !== undefined || importId !== undefined) return false;
  return [label, reference, state].filter((one) => one !== undefined).length === 1;
}

const nameOf = (of: string, end: string): string => `ix_phone_mappings__${of}${end === "" ? "" : `_${end}`}`;

/** The narrowest index that has the order; `isExact` where it has just the mappings of the filter. */
function indexInOrder(
  { label, reference, poolId, state, importId }: MappingFilter,
  sort: MappingSort,
): { readonly index: string; readonly isExact: boolean } {
  const plain = label === undefined && reference === undefined;
  const order = sort === "created" ? { all: "PRIMARY", pool: "", import: "" } : orders[sort];
  if (importId !== undefined && order.import !== null)
    return {
      index: nameOf("import", order.import),
      isExact: plain && poolId === undefined && state === undefined,
    };
  if (poolId !== undefined && importId === undefined && order.pool !== null) {
    const ofState = sort === "created" && state !== undefined;
    return {
      index: nameOf("pool", ofState ? "state" : order.pool),
      isExact: plain && (state === undefined || ofState),
    };
  }
  if (sort === "expiresAt" && state !== undefined && plain && poolId === undefined && importId === undefined)
    return { index: "ix_phone_mappings__expiry", isExact: true };
  const isFiltered = !plain || poolId !== undefined || state !== undefined || importId !== undefined;
  return { index: order.all, isExact: !isFiltered };
}

/** An index by which no more mappings than that are found, so that those of the filter among them are sorted. */
async function indexWithin(
  manager: EntityManager,
  filter: MappingFilter,
  most: Bounds,
): Promise<string | null> {
  const { importId, poolId, state } = filter;
  for (const { filter: text, index } of textsOf(filter))
    if (await areFew(manager, text, index, most.byText)) return index;
  if (importId !== undefined) {
    const index = "ix_phone_mappings__import";
    if (await areFew(manager, { importId }, index, most.byImport)) return index;
  }
  if (poolId === undefined && state === undefined) return null;
  const [kept]: { count: number | string | null }[] = await manager.query(
    "SELECT SUM(count) AS count FROM mapping_counts WHERE (? IS NULL OR pool_id = ?) AND (? IS NULL OR state = ?)",
    [poolId ?? null, poolId ?? null, state ?? null, state ?? null],
  );
  if (Number(kept?.count ?? 0) > most.kept) return null;
  if (poolId === undefined) return "ix_phone_mappings__expiry";
  return `ix_phone_mappings__pool${state === undefined ? "" : "_state"}`;
}

function textsOf({ label, reference }: Pick<MappingFilter, "label" | "reference">) {
  return [
    ...(label === undefined ? [] : [{ filter: { label }, index: "ix_phone_mappings__label" }]),
    ...(reference === undefined ? [] : [{ filter: { reference }, index: "ix_phone_mappings__reference" }]),
  ];
}

/** Asks nothing but the index, and stops where it is clear that there are more. */
async function areFew(
  manager: EntityManager,
  filter: MappingFilter,
  index: string,
  few: number,
): Promise<boolean> {
  const { from, conditions, parameters } = filterSql("mysql", filter, `FORCE INDEX (${index})`);
  const [counted]: { count: number | string }[] = await manager.query(
    `SELECT COUNT(*) AS count FROM (SELECT m.id FROM ${from} WHERE ${conditions.join(" AND ")} LIMIT ?) bounded`,
    [...parameters, few + 1],
  );
  return Number(counted?.count ?? 0) <= few;
}
