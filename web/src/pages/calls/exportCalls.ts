import type { CallSearch } from "../../api/client.ts";
import { postDownload } from "../../net/postDownload.ts";
import type { Problem } from "../../net/problem.ts";

export const fileKinds = ["csv", "xlsx"] as const;
export type FileKind = (typeof fileKinds)[number];

/** Exports all calls found, with times in the viewer's time zone. */
export function exportCalls(kind: FileKind, search: CallSearch, onRefusal: (problem: Problem) => void): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const more = kind === "csv" ? { delimiter: "semicolon" } : {};
  postDownload(`/calls/export.${kind}`, { ...search, zone, ...more }, onRefusal);
}
