import { pageAddress, searchedFor, searching } from "../../pageAddress.ts";
import { entry, navigate, place } from "../../router.ts";
import { onFirstPage } from "../../ui/paging.tsx";
import type { ImportJob, RowKind } from "./importApi.ts";
import { reasonsOf } from "./reasons.ts";

/** Names the list of all rows among the lists of the page. */
export const allRows = "rows-";
/** Names the list of the rows that are not imported for this reason. */
export const rowsOf = (code: string): string => `${code}-`;

const kinds = [
  "all",
  "rejected",
  "created",
  "updated",
  "differing",
  "existing",
  "duplicate",
  "skipped",
] as const;

/** Which of all rows are shown. It is in the URL; the text behind `#`, because it may be a phone number. */
interface RowFilter {
  readonly kind: RowKind | "all";
  /** The reason why they are not imported; empty: any. */
  readonly code: string;
  readonly text: string;
}

/** The kinds of rows that there are, and how many of each. */
export function kindsIn(counts: ImportJob["counts"]) {
  const { rows, blank, header } = counts;
  const figures = { ...counts, all: rows, skipped: blank + header };
  return kinds
    .map((kind) => ({ kind, rows: figures[kind] }))
    .filter((one) => one.kind === "all" || one.rows > 0);
}

/** Anything else in the URL shows the rows that are not imported or, without any, all rows. */
export function rowFilter(counts: ImportJob["counts"]): RowFilter {
  const { query, hidden } = place.value;
  const found = kindsIn(counts).find(({ kind }) => kind === query.get("kind"));
  const kind = found?.kind ?? (counts.rejected > 0 ? "rejected" : "all");
  const reason = reasonsOf(counts).find(({ code }) => code === query.get("code"));
  return { kind, code: kind === "rejected" ? (reason?.code ?? "") : "", text: searchedFor(hidden) };
}

export function showRows({ kind, code, text }: RowFilter): void {
  const query = onFirstPage(place.peek().query, allRows);
  query.set("kind", kind);
  query.delete("code");
  if (code !== "") query.set("code", code);
  go(query, searching(text), allRows);
}

/** The reasons whose rows are shown. */
export const isOpen = (code: string): boolean => place.value.query.getAll("open").includes(code);

export function showRowsOf(code: string, open: boolean): void {
  const { query: now, hidden } = place.peek();
  const query = onFirstPage(now, rowsOf(code));
  query.delete("open");
  for (const one of now.getAll("open")) if (one !== code) query.append("open", one);
  if (open) query.append("open", code);
  go(query, hidden, rowsOf(code));
}

/** The other lists stay on their pages. */
function go(query: URLSearchParams, hidden: URLSearchParams, list: string): void {
  navigate(pageAddress(place.peek().path, query, hidden), {
    replace: true,
    trails: { ...entry().trails, [list]: [] },
  });
}
