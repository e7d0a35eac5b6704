import { kindOf } from "./counts.ts";
import type { ResultRow } from "./types.ts";

/** What a person tells rows apart by: `skipped` are blank rows and those of the header. */
export const rowKinds = ["created", "existing", "duplicate", "rejected", "skipped"] as const;
export type RowKind = (typeof rowKinds)[number];

interface RowFilter {
  readonly kind?: RowKind | undefined;
  readonly code?: string | undefined;
  /** The number of the row, a part of the cell as it was, or digits of either number. */
  readonly text?: string | undefined;
}

export interface RowPage {
  readonly items: readonly ResultRow[];
  /** The row to go on behind; null: there are no more. */
  readonly next: number | null;
}

export function rowKindOf({ code }: Pick<ResultRow, "code">): RowKind {
  const kind = kindOf(code);
  return kind === "blank" || kind === "header" ? "skipped" : kind;
}

/**
 * The first rows that the filter lets through, `limit` at most. Looks through `lookAtMost` rows and a piece, so
 * that no answer takes long: it may have fewer rows than `limit`, even none, and still name where to go on.
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
      // Only a further one shows that there is a next page.
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
