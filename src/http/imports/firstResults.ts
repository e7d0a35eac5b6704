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
  for await (const rows of imports.result(id)) {
    for (const { row, code } of rows) if (row <= last) results.set(row, code);
    if ((rows.at(-1)?.row ?? last) >= last) break;
  }
  return results;
}
