import type { Mapping, MappingQuery } from "../../api/client.ts";

export type SearchIn = "numbers" | "label" | "reference";
export type State = Mapping["state"];
export const states: readonly State[] = ["active", "disabled", "expired", "quarantined"];
export const sorts = ["-created", "created", "proxyNumber", "realNumber", "label", "expiresAt"] as const;
export type Sort = (typeof sorts)[number];

/** What the person looks for; none of it goes into the address, since most of it is phone numbers. */
export interface NumberFilter {
  readonly text: string;
  readonly searchIn: SearchIn;
  readonly state: State | null;
  readonly sort: Sort;
}

export const noFilter: NumberFilter = { text: "", searchIn: "numbers", state: null, sort: "-created" };

/** The fewest digits by which the server looks for the end of a number. */
const fewestDigits = 3;
/** From so many digits on it is a whole number, in whatever notation. */
const wholeNumberDigits = 10;

/** null: what is typed is too little to look for yet. */
export function queryOf({ text, searchIn, state, sort }: NumberFilter): MappingQuery | null {
  const rest = { sort, ...(state !== null && { state }) };
  const words = text.trim();
  if (words === "") return rest;
  if (searchIn !== "numbers") return { ...rest, [searchIn]: words };
  const digits = words.replaceAll(/\D/g, "");
  // Letters are no part of a number: most likely a name.
  if (/\p{Letter}/u.test(words)) return { ...rest, label: words };
  if (digits.length < fewestDigits) return null;
  return digits.length >= wholeNumberDigits ? { ...rest, number: words } : { ...rest, suffix: digits };
}

/** The address of an export of the same; null while a number is looked for, which no address may hold. */
export function exportAddress(format: "csv" | "xlsx", query: MappingQuery | null): string | null {
  if (query === null || query.number !== undefined || query.suffix !== undefined) return null;
  const { label, reference, state } = query;
  const parameters = new URLSearchParams({
    ...(format === "csv" && { delimiter: "semicolon" }),
    ...(label !== undefined && { label }),
    ...(reference !== undefined && { reference }),
    ...(state !== undefined && { state }),
  });
  return `/export/${format}?${parameters.toString()}`;
}
