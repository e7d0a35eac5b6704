import type { CallSearch } from "../../api/client.ts";
import { postDownload } from "../../net/postDownload.ts";
import type { Problem } from "../../net/problem.ts";

/** Exports all calls found, with times in the viewer's time zone. */
export function exportCalls(search: CallSearch, onRefusal: (problem: Problem) => void): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  postDownload("/calls/export.csv", { ...search, zone, delimiter: "semicolon" }, onRefusal);
}
