import { Metadata } from "libphonenumber-js/core";
import type { NumberingPlan } from "libphonenumber-js/core";
import { isSupportedCountry } from "libphonenumber-js/max";
import allCountries from "libphonenumber-js/max/metadata";

/** How numbers are dialled within a country; enough to read them without knowing which are assigned. */
export interface CountryPlan {
  /** e.g. `7`; empty for an unknown country: numbers are then read as they are. */
  readonly countryCode: string;
  /** Prefixes of a national number, e.g. `8` or `0`; the longest first. */
  readonly nationalPrefixes: readonly string[];
  /** Numbers of digits that a fixed or mobile number has, without country code and prefix. */
  readonly nationalLengths: readonly number[];
  /** Prefixes of an international number, e.g. `810`, `00`; the longest first. */
  readonly internationalPrefixes: readonly string[];
  /** All numbers have the same length, so digits of that length are most likely a national number without its prefix. */
  readonly nationalFirst: boolean;
}

/** Members that libphonenumber-js has and does not declare; `test/unit/values/dialledNumber.test.ts` notices their loss. */
interface FullPlan extends NumberingPlan {
  callingCode?(): string;
  /** Not a text in a country without one. */
  nationalPrefix?(): unknown;
  nationalPrefixForParsing?(): unknown;
  type?(name: "FIXED_LINE" | "MOBILE"): { possibleLengths(): readonly number[] | undefined } | undefined;
}

/** Understood everywhere, whatever the prefix of the country. */
const generalPrefix = "00";

const unknownCountry: CountryPlan = {
  countryCode: "",
  nationalPrefixes: [],
  nationalLengths: [],
  internationalPrefixes: [generalPrefix],
  nationalFirst: false,
};

const countriesByCode: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(allCountries.country_calling_codes),
);

/** Whether numbers of a country, or international ones, begin with it. */
export const isCallingCode = (code: string): boolean =>
  countriesByCode.has(code) || Object.hasOwn(allCountries.nonGeographic ?? {}, code);

/** The country that the numbers of a code are mostly of (ISO 3166); null for none. */
export const mainCountryOf = (code: string): string | null => countriesByCode.get(code)?.[0] ?? null;

const plans = new Map<string, CountryPlan>();

/** @param country ISO 3166, e.g. `RU`. */
export function countryPlan(country: string): CountryPlan {
  let plan = plans.get(country);
  if (plan === undefined) {
    plan = readPlan(country);
    plans.set(country, plan);
  }
  return plan;
}

function readPlan(country: string): CountryPlan {
  if (!isSupportedCountry(country)) return unknownCountry;
  const metadata = new Metadata(allCountries);
  metadata.selectNumberingPlan(country);
  const plan: FullPlan | undefined = metadata.numberingPlan;
  const countryCode = plan?.callingCode?.();
  if (plan === undefined || countryCode === undefined) return unknownCountry;
  const lengths = new Set(
    (["FIXED_LINE", "MOBILE"] as const).flatMap((type) => plan.type?.(type)?.possibleLengths() ?? []),
  );
  if (lengths.size === 0) for (const length of plan.possibleLengths()) lengths.add(length);
  const nationalLengths = [...lengths].toSorted((one, other) => one - other);
  const national = [
    ...plainPrefixes(plan.nationalPrefix?.()),
    ...plainPrefixes(plan.nationalPrefixForParsing?.()),
  ];
  const international = [...plainPrefixes(plan.defaultIDDPrefix()), ...plainPrefixes(plan.IDDPrefix())];
  return {
    countryCode,
    nationalPrefixes: longestFirst(national),
    nationalLengths,
    internationalPrefixes: longestFirst([...international, generalPrefix]),
    nationalFirst: nationalLengths.length === 1,
  };
}

/**
 * The alternatives of a pattern such as `0|80?` or `[08]`. Patterns with groups choose carriers, and no trunk sends
 * them.
 */
function plainPrefixes(pattern: unknown): string[] {
  if (typeof pattern !== "string" || pattern.includes("(")) return [];
  return pattern.split("|").flatMap((alternative) => {
    const choice = /^\[(\d+)\]$/.exec(alternative)?.[1];
    if (choice !== undefined) return Array.from(choice);
    const optional = /^(\d+)(\d)\?$/.exec(alternative);
    return optional ? [optional[1] ?? "", `${optional[1]}${optional[2]}`] : [alternative];
  });
}

function longestFirst(prefixes: readonly string[]): readonly string[] {
  // Some prefixes have a `~`, which stands for a dial tone.
  const digits = new Set(prefixes.filter((prefix) => /^\d{1,5}$/.test(prefix)));
  return [...digits].toSorted((one, other) => other.length - one.length || (one < other ? -1 : 1));
}
