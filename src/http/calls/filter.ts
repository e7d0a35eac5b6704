import type { z } from "zod";
import type { CallFilter } from "../../callLog/database/callReader.ts";
import { callerSpellings } from "../../callLog/database/callerSpellings.ts";
import type { StatsRange } from "../../callLog/database/statsRange.ts";
import { searchSight } from "../access/numberSearch.ts";
import type { Fields } from "../server/fields.ts";
import type { Sight } from "../server/presenters.ts";
import { numberUnreadable } from "../server/problems.ts";
import type { callSearch } from "./schema.ts";

type Search = z.output<typeof callSearch>;

export interface FilterPorts {
  readonly readNumber: Fields["readNumber"];
  /** ISO 3166, for numbers without country code. */
  readonly defaultCountry: string;
}

export const filterInvalid = { 400: "The filter is invalid, or the number cannot be read." };

export function filterOf(
  search: Omit<Search, "limit" | "after">,
  viewer: Sight,
  { readNumber, defaultCountry }: FilterPorts,
): CallFilter {
  const { from, to, status, direction, number, trunk, minSeconds, maxSeconds } = search;

  function numberOf(text: string): NonNullable<CallFilter["number"]> {
    const digits = readNumber(text);
    if (digits === null) throw numberUnreadable();
    return { digits, callerSpellings: callerSpellings(digits, defaultCountry) };
  }

  return {
    ...(from !== undefined && { fromMs: from }),
    ...(to !== undefined && { toMs: to }),
    ...(status !== undefined && { statuses: [...new Set(status)] }),
    ...(direction !== undefined && { direction }),
    ...(number !== undefined && { number: { ...numberOf(number), ...searchSight(viewer, { number }) } }),
    ...(trunk !== undefined && { trunk }),
    ...(minSeconds !== undefined && { minSeconds }),
    ...(maxSeconds !== undefined && { maxSeconds }),
  };
}

const quarterMs = 900_000;

/** The range of statistics with exactly these calls: whole quarters of an hour and outcomes only; null without one. */
export function statsRangeOf(
  { fromMs, toMs, statuses: _statuses, ...others }: CallFilter,
  nowMs: number,
): StatsRange | null {
  if (Object.keys(others).length > 0 || fromMs === undefined) return null;
  const endMs = toMs ?? Math.ceil(nowMs / quarterMs) * quarterMs;
  return fromMs % quarterMs === 0 && endMs % quarterMs === 0 ? { fromMs, toMs: endMs } : null;
}
