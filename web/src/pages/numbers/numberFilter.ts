import type { Mapping, MappingBulk, MappingQuery } from "../../api/client.ts";

type SearchIn = "numbers" | "label" | "reference";
export type State = Mapping["state"];
export const states: readonly State[] = ["active", "disabled", "expired", "quarantined"];
export const sorts = ["created", "proxyNumber", "realNumber", "label", "expiresAt"] as const;
export type Sort = (typeof sorts)[number];

/** What the person looks for; none of it goes into the address, since most of it is phone numbers. */
export interface NumberFilter {
  readonly text: string;
  readonly searchIn: SearchIn;
  readonly state: State | null;
  /** Ids. */
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

/** The same column again turns its order round; times begin with the latest, all else with the least. */
export function sortedBy(filter: NumberFilter, sort: Sort): NumberFilter {
  if (filter.sort === sort) return { ...filter, descending: !filter.descending };
  return { ...filter, sort, descending: sort === "created" };
}

/** The fewest digits by which the server looks for the end of a number. */
const fewestDigits = 3;
/** From so many digits on it is a whole number, in whatever notation. */
const wholeNumberDigits = 10;
/** null: what is typed is too little to look for yet. */
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
  // Letters are no part of a number: most likely a name.
  if (/\p{Letter}/u.test(words)) return { ...rest, label: words };
  const digits = words.replaceAll(/\D/g, "");
  if (digits.length < fewestDigits) return null;
  return digits.length >= wholeNumberDigits ? { ...rest, number: words } : { ...rest, suffix: digits };
}

/** What selects the mappings, without how they are listed. */
export function conditionsOf(query: MappingQuery): NonNullable<MappingBulk["filter"]> {
  const { sort: _sort, limit: _limit, after: _after, ...conditions } = query;
  return conditions;
}
