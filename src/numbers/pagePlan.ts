import type { EntityManager } from "typeorm";
import type { Store } from "../store/types.ts";
import { filterSql } from "./mappingFilter.ts";
import type { MappingFilter, MappingSort } from "./mappingTypes.ts";

/** How MySQL is to find a page. Both texts are empty where it knows best. */
export interface PagePlan {
  /** Behind SELECT. */
  readonly hint: string;
  /** Behind the table. */
  readonly index: string;
}

/**
 * So many mappings are sorted faster than a page of them is found by walking along an index that has the
 * order: of a million, that walk passes about as many for a page of fifty.
 */
const fewMappings = 7000;

const knowsBest: PagePlan = { hint: "", index: "" };

/** Take the filter's index, and sort. */
const filterThenSort: PagePlan = {
  hint: "/*+ SET_VAR(optimizer_switch='prefer_ordering_index=off') */",
  index: "",
};

const walkAlong = (index: string): PagePlan => ({ hint: "", index: `FORCE INDEX (${index})` });

/** The end of the name of the index that has an order, of all mappings and of those of a pool or an import. */
const orders: Readonly<Record<Exclude<MappingSort, "created">, readonly [all: string, some: string]>> = {
  realNumber: ["uq_phone_mappings__real_phone", "real"],
  proxyNumber: ["uq_phone_mappings__fake_phone", "fake"],
  label: ["ix_phone_mappings__label", "label"],
  reference: ["ix_phone_mappings__reference", "reference"],
  expiresAt: ["ix_phone_mappings__expires", "expires"],
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
  if (isExact) return walkAlong(index);
  return (await selectsFew(manager, kind, filter)) ? filterThenSort : walkAlong(index);
}

/** The narrowest index that has the order; `isExact` where it has just the mappings of the filter. */
function indexInOrder(
  { label, reference, poolId, state, importId }: MappingFilter,
  sort: MappingSort,
): { readonly index: string; readonly isExact: boolean } {
  const plain = label === undefined && reference === undefined;
  if (sort === "created") {
    if (importId !== undefined)
      return {
        index: `ix_phone_mappings__import${state === undefined ? "" : "_state"}`,
        isExact: plain && poolId === undefined,
      };
    if (poolId !== undefined)
      return { index: `ix_phone_mappings__pool${state === undefined ? "" : "_state"}`, isExact: plain };
    return state === undefined || !plain
      ? { index: "PRIMARY", isExact: plain }
      : { index: "ix_phone_mappings__state", isExact: true };
  }
  const [all, some] = orders[sort];
  if (importId !== undefined)
    return {
      index: `ix_phone_mappings__import_${some}`,
      isExact: plain && poolId === undefined && state === undefined,
    };
  if (poolId !== undefined)
    return { index: `ix_phone_mappings__pool_${some}`, isExact: plain && state === undefined };
  if (sort === "expiresAt" && state !== undefined)
    return { index: "ix_phone_mappings__expiry", isExact: plain };
  return { index: all, isExact: plain && state === undefined };
}

async function selectsFew(
  manager: EntityManager,
  kind: Store["kind"],
  filter: MappingFilter,
): Promise<boolean> {
  const { label, reference, importId, poolId, state } = filter;
  if (label === undefined && reference === undefined && importId === undefined) {
    const [kept]: { count: number | string | null }[] = await manager.query(
      "SELECT SUM(count) AS count FROM mapping_counts WHERE (? IS NULL OR pool_id = ?) AND (? IS NULL OR state = ?)",
      [poolId ?? null, poolId ?? null, state ?? null, state ?? null],
    );
    return Number(kept?.count ?? 0) <= fewMappings;
  }
  const { from, conditions, parameters } = filterSql(kind, filter);
  const [counted]: { count: number | string }[] = await manager.query(
    `SELECT COUNT(*) AS count FROM (SELECT m.id FROM ${from} WHERE ${conditions.join(" AND ")} LIMIT ?) bounded`,
    [...parameters, fewMappings + 1],
  );
  return Number(counted?.count ?? 0) <= fewMappings;
}
