import type { Mapping, MappingBulk, MappingQuery } from "../../api/client.ts";

type SearchIn = "numbers" | "label" | "reference";
type State = Mapping["state"];
export const states: readonly State[] = ["active", "disabled", "expired", "quarantined"];
export const sorts = ["created", "proxyNumber", "realNumber", "label", "expiresAt"] as const;
export type Sort = (typeof sorts)[number];

/** The search filter. None of it is in the URL, because most of it is phone numbers. */
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
