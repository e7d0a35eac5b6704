import type { Mapping, MappingBulk, MappingQuery } from "../../api/client.ts";
import { pageAddress, searchedFor, searching } from "../../pageAddress.ts";

const searchable = ["numbers", "label", "reference"] as const;
type SearchIn = (typeof searchable)[number];
type State = Mapping["state"];
export const states: readonly State[] = ["active", "disabled", "expired", "quarantined"];
export const sorts = ["created", "proxyNumber", "realNumber", "label", "expiresAt"] as const;
export type Sort = (typeof sorts)[number];

/** The search filter. It is in the URL; the text behind `#`, because it may be a phone number. */
export interface NumberFilter {
  readonly text: string;
  readonly searchIn: SearchIn;
  readonly state: State | null;
  /** IDs. */
  readonly pool: number | null;
  readonly import: number | null;
  readonly sort: Sort;
  readonly descending: boolean;
}

export const noFilter: NumberFilter = {
  text: "",
  searchIn: "numbers",
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
    searchIn: searchable.find((one) => one === query.get("in")) ?? noFilter.searchIn,
    state: states.find((state) => state === query.get("state")) ?? null,
    pool: idOf("pool"),
    import: idOf("import"),
    sort: sort ?? noFilter.sort,
    descending: sort === undefined ? noFilter.descending : order.startsWith("-"),
  };
}

/** The URL of the list with this filter, on its first page. */
export function addressOf(filter: NumberFilter): string {
  const { text, searchIn, state, pool, sort, descending } = filter;
  const order = `${descending ? "-" : ""}${sort}`;
  const query = new URLSearchParams({
    ...(searchIn !== noFilter.searchIn && { in: searchIn }),
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

/** Minimum number of digits for a search by the end of a number. */
const fewestDigits = 3;
/** A number with this many digits is complete, in whatever notation. */
const wholeNumberDigits = 10;
/** null: the input is too short to search. */
export function queryOf(filter: NumberFilter): MappingQuery | null {
  const { text, searchIn, state, pool, sort, descending } = filter;
  const rest = {
    sort: `${descending ? "-" : ""}${sort}`,
    ...(state !== null && { state }),
    ...(pool !== null && { pool }),
    ...(filter.import !== null && { import: filter.import }),
  };
  const words = text.trim();
  if (words === "") return rest;
  if (searchIn !== "numbers") return { ...rest, [searchIn]: words };
  // Numbers contain no letters, so this is most likely a name.
  if (/\p{Letter}/u.test(words)) return { ...rest, label: words };
  const digits = words.replaceAll(/\D/g, "");
  if (digits.length < fewestDigits) return null;
  return digits.length >= wholeNumberDigits ? { ...rest, number: words } : { ...rest, suffix: digits };
}

/** The conditions that select mappings, without sorting and paging. */
export function conditionsOf(query: MappingQuery): NonNullable<MappingBulk["filter"]> {
  const { sort: _sort, limit: _limit, after: _after, ...conditions } = query;
  return conditions;
}
