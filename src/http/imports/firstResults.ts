import { isAway } from "../../store/errors.ts";
import { isPhoneNumber } from "../../values/phoneNumber.ts";
import type { KnownMapping } from "../../values/mapping.ts";
import type { Imports, ImportView } from "../../imports/job/imports.ts";
import type { ResultRow } from "../../imports/job/types.ts";

export interface FirstResults {
  /** By row. */
  readonly rows: ReadonlyMap<number, ResultRow>;
  /** Stored values of known numbers, by real number. */
  readonly known: ReadonlyMap<string, KnownMapping>;
}

/**
 * The results of the first rows, actual or expected. Whether a pool exists, an expiry has passed, or a number is
 * known turns out only when a row is compared with the stored data.
 */
export async function firstResults(
  imports: Pick<Imports, "result" | "known">,
  { id, description }: ImportView,
): Promise<FirstResults> {
  const last = description.preview.at(-1)?.row ?? 0;
  const found = new Map<number, ResultRow>();
  if (last === 0) return { rows: found, known: new Map() };
  try {
    for await (const rows of imports.result(id)) {
      for (const one of rows) if (one.row <= last) found.set(one.row, one);
      if ((rows.at(-1)?.row ?? last) >= last) break;
    }
    const numbers = [...found.values()].flatMap(({ code, realNumber }) =>
      knownCodes.has(code) && isPhoneNumber(realNumber) ? [realNumber] : [],
    );
    return { rows: found, known: await imports.known(numbers) };
  } catch (error) {
    // The state of an import is shown during an outage as well.
    if (!isAway(error)) throw error;
    return { rows: found, known: new Map() };
  }
}

const knownCodes: ReadonlySet<string> = new Set(["EXISTING", "DIFFERS", "UPDATED"]);
