import { isAway } from "../../store/errors.ts";
import type { Imports, ImportView } from "../../imports/job/imports.ts";
import type { ResultCode } from "../../imports/job/types.ts";

/**
 * What became of the first rows, or will: whether a pool exists and an expiry has passed is known only once a row meets what
 * is stored.
 */
export async function firstResults(
  imports: Pick<Imports, "result">,
  { id, description }: ImportView,
): Promise<ReadonlyMap<number, ResultCode>> {
  const last = description.preview.at(-1)?.row ?? 0;
  const results = new Map<number, ResultCode>();
  if (last === 0) return results;
  try {
    for await (const rows of imports.result(id)) {
      for (const { row, code } of rows) if (row <= last) results.set(row, code);
      if ((rows.at(-1)?.row ?? last) >= last) break;
    }
  } catch (error) {
    // The state of an import is shown during an outage as well.
    if (!isAway(error)) throw error;
  }
  return results;
}
