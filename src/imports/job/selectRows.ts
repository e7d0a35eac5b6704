import { kindOf } from "./counts.ts";
import type { ResultRow } from "./types.ts";

/** Kinds of rows, as the page filters them. `skipped`: blank rows and header rows. */
export const rowKinds = [
  "created",
  "existing",
  "differing",
  "updated",
  "duplicate",
  "rejected",
  "skipped",
] as const;
type RowKind = (typeof rowKinds)[number];

interface RowFilter {
  readonly kind?: RowKind | undefined;
  readonly code?: string | undefined;
  /** The row number, a part of the original cell, or digits of either number. */
  readonly text?: string | undefined;
}

interface RowPage {
  readonly items: readonly ResultRow[];
  /** Continue after this row; null if there are no more. */
  readonly next: number | null;
}

export function rowKindOf({ code }: Pick<ResultRow, "code">): RowKind {
  const kind = kindOf(code);
  return kind === "blank" || kind === "header" ? "skipped" : kind;
}

/**
 * The first rows that match the filter, at most `limit`. Searches about `lookAtMost` rows, so that every request
 * stays fast. The page may have fewer rows than `limit`, even none, and still say where to continue.
 */
export async function selectRows(
  pieces: AsyncIterable<readonly ResultRow[]>,
  filter: RowFilter,
  { limit, lookAtMost }: { readonly limit: number; readonly lookAtMost: number },
): Promise<RowPage> {
  const matches = matcherOf(filter);
  const items: ResultRow[] = [];
  let looked = 0;
  for await (const rows of pieces) {
    for (const row of rows) {
      if (!matches(row)) continue;
      // One row more shows that there is a next page.
      if (items.length === limit) return { items, next: items.at(-1)?.row ?? null };
      items.push(row);
    }
    looked += rows.length;
    const last = rows.at(-1);
    if (last !== undefined && looked >= lookAtMost) return { items, next: last.row };
  }
  return { items, next: null };
}

function matcherOf({ kind, code, text = "" }: RowFilter): (row: ResultRow) => boolean {
  const words = text.trim().toLowerCase();
  const digits = /^[\d\s()+.-]+$/.test(words) ? words.replaceAll(/\D/g, "") : "";
  const says = (row: ResultRow): boolean =>
    words === "" ||
    String(row.row) === words ||
    row.input.toLowerCase().includes(words) ||
    (digits !== "" && (row.realNumber.includes(digits) || row.proxyNumber.includes(digits)));
  return (row) =>
    (code === undefined || row.code === code) && (kind === undefined || rowKindOf(row) === kind) && says(row);
}
