import type { z } from "zod";
import type { CallFilter } from "../../callLog/database/callFilter.ts";
import type { CallReader } from "../../callLog/database/callReader.ts";
import { callerSpellings } from "../../callLog/database/callerSpellings.ts";
import type { MappingSearch, TextSearch } from "../../numbers/mappings/types.ts";
import { searchSight } from "../access/numberSearch.ts";
import type { Fields } from "../server/fields.ts";
import type { Sight } from "../../access/rules/present.ts";
import { HttpProblem, numberUnreadable } from "../server/problems.ts";
import type { callSearch } from "./schema.ts";

type Search = z.output<ReturnType<typeof callSearch>>;

/** More numbers than this are not searched for. */
const mostParties = 100;

/** A number with this many digits is complete, in whatever notation: its callers are found without reading all of them. */
const wholeNumberDigits = 10;

export interface FilterPorts {
  readonly readNumber: Fields["readNumber"];
  readonly calls: Pick<CallReader, "callersWith">;
  readonly search: Pick<MappingSearch, "parties">;
  /** ISO 3166, for numbers without country code. */
  readonly defaultCountry: string;
}

export const filterInvalid = { 400: "The filter is invalid, or the number cannot be read." };

interface AskedFilter {
  readonly filter: CallFilter;
  /** How many numbers a search was made for, if it matches more. */
  readonly searchedFor: number | null;
}

export async function filterOf(
  asked: Omit<Search, "limit" | "after">,
  viewer: Sight,
  ports: FilterPorts,
): Promise<AskedFilter> {
  const { readNumber, defaultCountry } = ports;
  const { from, to, status, direction, number, search, trunk, minSeconds, maxSeconds } = asked;
  const found = search === undefined ? null : await partiesOf(search, viewer, ports);

  function numberOf(text: string): NonNullable<CallFilter["number"]> {
    const digits = readNumber(text);
    if (digits === null) throw numberUnreadable();
    return { digits, callerSpellings: callerSpellings(digits, defaultCountry) };
  }

  const filter: CallFilter = {
    ...(found !== null && { parties: found.parties }),
    ...(from !== undefined && { fromMs: from }),
    ...(to !== undefined && { toMs: to }),
    ...(status !== undefined && { statuses: [...new Set(status)] }),
    ...(direction !== undefined && { direction }),
    ...(number !== undefined && { number: { ...numberOf(number), ...searchSight(viewer, { number }) } }),
    ...(trunk !== undefined && { trunk }),
    ...(minSeconds !== undefined && { minSeconds }),
    ...(maxSeconds !== undefined && { maxSeconds }),
  };
  return { filter, searchedFor: found === null || found.complete ? null : mostParties };
}

/** Real numbers and callers are masked for some viewers, who must not find them by their digits. */
async function partiesOf(search: TextSearch, viewer: Sight, ports: FilterPorts) {
  const { digits, text } = search;
  const sight = searchSight(viewer, { search });
  const whole = digits.some(({ length }) => length >= wholeNumberDigits) ? ports.readNumber(text) : null;
  const [{ parties, complete }, callers] = await Promise.all([
    ports.search.parties({ search, ...sight }, mostParties),
    sight.realNumbersMasked
      ? []
      : whole === null
        ? ports.calls.callersWith(digits, mostParties + 1)
        : callerSpellings(whole, ports.defaultCountry),
  ]);
  const has = (number: string): boolean => digits.some((some) => number.includes(some));
  const called = parties.map(({ proxyNumber, createdAtMs }) => ({
    proxyNumber,
    // Its digits are found, no matter which client had it at the time of the call.
    sinceMs: has(proxyNumber) ? 0 : createdAtMs,
  }));
  const realNumbers = parties
    .map(({ realNumber }) => realNumber)
    .filter((number) => !sight.realNumbersMasked && has(number));
  if (whole !== null) {
    called.push({ proxyNumber: whole, sinceMs: 0 });
    if (!sight.realNumbersMasked) realNumbers.push(whole);
  }
  return {
    parties: { called, realNumbers, callers: callers.slice(0, mostParties) },
    complete: complete && callers.length <= mostParties,
  };
}

export const searchTooWide = (): HttpProblem =>
  new HttpProblem({
    status: 409,
    code: "SEARCH_TOO_WIDE",
    detail: `The search matches more than ${mostParties} numbers, so the file would not contain all calls.`,
    remedy: "Enter more of the name or number.",
  });
