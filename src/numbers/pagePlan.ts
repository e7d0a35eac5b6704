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

const sortIndexes: Readonly<Record<Exclude<MappingSort, "created">, string>> = {
  realNumber: "uq_phone_mappings__real_phone",
  proxyNumber: "uq_phone_mappings__fake_phone",
  label: "ix_phone_mappings__label",
  reference: "ix_phone_mappings__reference",
  expiresAt: "ix_phone_mappings__expires",
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
  const { number, suffix, ...rest } = filter;
  // Numbers and their ends select few.
  if (number !== undefined || suffix !== undefined) return knowsBest;
  const isFiltered = Object.values(rest).some((value) => value !== undefined);
  if (sort === "created") {
    const ordered = isFiltered ? orderedIndex(filter) : "PRIMARY";
    if (ordered !== null) return walkAlong(ordered);
    return (await selectsFew(manager, kind, filter)) ? filterThenSort : walkAlong("PRIMARY");
  }
  if (sort === "expiresAt" && filter.state !== undefined && Object.keys(rest).length === 1) {
    return walkAlong("ix_phone_mappings__expiry");
  }
  if (!isFiltered) return walkAlong(sortIndexes[sort]);
  return (await selectsFew(manager, kind, filter)) ? filterThenSort : walkAlong(sortIndexes[sort]);
}

/** The index that has just these mappings, in the order in which they were made. */
function orderedIndex({ label, reference, poolId, state, importId }: MappingFilter): string | null {
  if (label !== undefined || reference !== undefined) return null;
  if (importId !== undefined) {
    return poolId === undefined && state === undefined ? "ix_phone_mappings__import" : null;
  }
  if (poolId === undefined) return "ix_phone_mappings__state";
  return state === undefined ? "ix_phone_mappings__pool" : "ix_phone_mappings__pool_state";
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
