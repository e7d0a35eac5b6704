import type { Mapping, MappingBulk, MappingQuery } from "../../api/client.ts";
import { pageAddress, searchedFor, searching } from "../../pageAddress.ts";

type State = Mapping["state"];
export const states: readonly State[] = ["active", "disabled", "expired", "quarantined"];
export const sorts = ["created", "proxyNumber", "realNumber", "label", "expiresAt"] as const;
export type Sort = (typeof sorts)[number];

/** The search filter. It is in the URL; the text behind `#`, because it may be a phone number. */
export interface NumberFilter {
  readonly text: string;
  readonly state: State | null;
  /** IDs. */
  readonly pool: number | null;
  readonly import: number | null;
  readonly sort: Sort;
  readonly descending: boolean;
}

export const noFilter: NumberFilter = {
  text: "",
  state: null,
  pool: null,
  import: null,
  sort: "created",
  descending: true,
};

/** Anything else in the URL filters by nothing. */
export function filterAt(query: URLSearchParams, hidden: URLSearchParams): NumberFilter {
  const idOf = (name: string): number | null => {
    const id = Number(query.get(name));
    return Number.isSafeInteger(id) && id > 0 ? id : null;
  };
  const order = query.get("sort") ?? "";
  const sort = sorts.find((one) => one === order.replace(/^-/, ""));
  return {
    text: searchedFor(hidden),
    state: states.find((state) => state === query.get("state")) ?? null,
    pool: idOf("pool"),
    import: idOf("import"),
    sort: sort ?? noFilter.sort,
    descending: sort === undefined ? noFilter.descending : order.startsWith("-"),
  };
}

/** The URL of the list with this filter, on its first page. */
export function addressOf(filter: NumberFilter): string {
  const { text, state, pool, sort, descending } = filter;
  const order = `${descending ? "-" : ""}${sort}`;
  const query = new URLSearchParams({
    ...(state !== null && { state }),
    ...(pool !== null && { pool: String(pool) }),
    ...(filter.import !== null && { import: String(filter.import) }),
    ...(order !== "-created" && { sort: order }),
  });
  return pageAddress("/app/numbers", query, searching(text));
}

/** The same column reverses the order; times start with the latest, everything else with the smallest. */
export function sortedBy(filter: NumberFilter, sort: Sort): NumberFilter {
  if (filter.sort === sort) return { ...filter, descending: !filter.descending };
  return { ...filter, sort, descending: sort === "created" };
}

export function queryOf(filter: NumberFilter): MappingQuery {
  const { text, state, pool, sort, descending } = filter;
  const search = text.trim();
  return {
    sort: `${descending ? "-" : ""}${sort}`,
    ...(search !== "" && { search }),
    ...(state !== null && { state }),
    ...(pool !== null && { pool }),
    ...(filter.import !== null && { import: filter.import }),
  };
}

/** The conditions that select mappings, without sorting and paging. */
export function conditionsOf(query: MappingQuery): NonNullable<MappingBulk["filter"]> {
  const { sort: _sort, limit: _limit, after: _after, ...conditions } = query;
  return conditions;
}
