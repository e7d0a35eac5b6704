/**
 * Writes the table of premium numbers in `asterisk/extensions.conf`, from the numbering plans that `isPremiumNumber` uses.
 *
 *     npx tsx scripts/generate-premium-table.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { premiumCodes } from "../src/values/premiumNumber.ts";

type Types = readonly (readonly [pattern: string, ...rest: unknown[]] | 0 | undefined)[];
type Plan = readonly [callingCode: string, ...rest: unknown[]];
interface Metadata {
  readonly countries: Readonly<Record<string, Plan>>;
  readonly nonGeographic: Readonly<Record<string, Plan>>;
}

/** Places in the metadata of libphonenumber-js. */
const place = { types: 11, premiumRate: 3, sharedCost: 9 } as const;

/** `PREMIUM_43 = …`: a POSIX regular expression for the numbers without their country code. */
export function premiumTable(): readonly string[] {
  // The package exports its numbering plans as JSON only.
  const metadata: Metadata = createRequire(import.meta.url)("libphonenumber-js/metadata.max.json");
  const patterns = new Map<string, Set<string>>();
  for (const plan of [...Object.values(metadata.countries), ...Object.values(metadata.nonGeographic)]) {
    const types = plan[place.types];
    if (!isTypes(types)) continue;
    for (const type of [types[place.premiumRate], types[place.sharedCost]]) {
      if (!type || premiumCodes.has(plan[0])) continue;
      const known = patterns.get(plan[0]) ?? new Set();
      patterns.set(plan[0], known.add(posix(type[0])));
    }
  }
  for (const code of premiumCodes) patterns.set(code, new Set(["[0-9]+"]));
  return (
    [...patterns]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      // Some write a national prefix behind the country code.
      .map(([code, some]) => `PREMIUM_${code} = 0?(${[...some].join("|")})`)
  );
}

const isTypes = (value: unknown): value is Types => Array.isArray(value);

const posix = (pattern: string): string => pattern.replaceAll("(?:", "(").replaceAll(String.raw`\d`, "[0-9]");

const file = fileURLToPath(new URL("../asterisk/extensions.conf", import.meta.url));
const lines = /(?:^PREMIUM_\d+ = .*\n)+/m;

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(
    file,
    readFileSync(file, "utf8").replace(lines, () => `${premiumTable().join("\n")}\n`),
  );
