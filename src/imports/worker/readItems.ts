import { setImmediate as breathe } from "node:timers/promises";
import { interpretRow } from "../rows/row.ts";
import type { ImportRow } from "../rows/row.ts";
import type { RowRefusal } from "../texts/codes.ts";
import { readRows } from "../reading/readRows.ts";
import { rowReadingOf } from "../reading/rowReading.ts";
import { NothingToImportError } from "../job/errors.ts";
import type { FileReading } from "../job/reading.ts";

/** A row of the file, interpreted as far as possible without the database. */
export type Item =
  | { readonly kind: "number"; readonly row: number; readonly input: string; readonly value: ImportRow }
  | {
      readonly kind: "refused";
      readonly row: number;
      readonly input: string;
      readonly code: RowRefusal | "HEADER";
    };

export interface ItemBatch {
  readonly items: readonly Item[];
  /** The last row of this batch. */
  readonly lastRow: number;
  /** How much of the file has been read, 0 to 1. */
  readonly progress: number;
}

/** Rows as they come, in file order. */
export interface ItemGroup {
  readonly items: readonly Item[];
  /** How much of the file has been read, 0 to 1. */
  readonly progress: number;
}

interface ReadItemsOptions {
  readonly reading: FileReading;
  /** Rows up to this one are already stored. */
  readonly afterRow: number;
  readonly signal: AbortSignal;
}

const maxInputLength = 200;
/** Far more than the number of rows above any header. */
const headerRowsAtOnce = 1000;

/**
 * The rows of a file after `afterRow`, header rows included. The same file always gives the same items, wherever
 * reading resumes. Throws `UnreadableFileError`.
 */
export async function* readItems(path: string, options: ReadItemsOptions): AsyncGenerator<ItemGroup> {
  const { reading, afterRow, signal } = options;
  const rowReading = rowReadingOf(reading);
  if (rowReading === null) throw new NothingToImportError("NUMBER_COLUMN_MISSING");
  const place = rowReading.places.realNumber;
  const headerRow = reading.headerRow ?? 0;
  for (let above = afterRow; above < headerRow; above += headerRowsAtOnce) {
    const count = Math.min(headerRowsAtOnce, headerRow - above);
    const items = Array.from({ length: count }, (_, index): Item => ({
      kind: "refused",
      row: above + index + 1,
      input: "",
      code: "HEADER",
    }));
    yield { items, progress: 0 };
  }
  for await (const { rows, progress } of readRows(path, reading)) {
    signal.throwIfAborted();
    const items: Item[] = [];
    for (const raw of rows) {
      const { row } = raw;
      if (row <= afterRow) continue;
      const input = (raw.cells[place] ?? "").slice(0, maxInputLength);
      const result = interpretRow(raw, rowReading);
      items.push(
        result.ok
          ? { kind: "number", row, input, value: result.row }
          : { kind: "refused", row, input, code: result.code },
      );
    }
    if (items.length > 0) yield { items, progress };
    // Rows that are only skipped come without a pause.
    else await breathe();
  }
}

/** The rows in batches of the same size, except the last. */
export async function* inBatches(
  groups: AsyncIterable<ItemGroup>,
  batchRows: number,
): AsyncGenerator<ItemBatch> {
  let items: Item[] = [];
  for await (const group of groups) {
    for (const item of group.items) {
      items.push(item);
      if (items.length < batchRows) continue;
      yield { items, lastRow: item.row, progress: group.progress };
      items = [];
    }
  }
  const last = items.at(-1);
  if (last) yield { items, lastRow: last.row, progress: 1 };
}

/** Reads the next batch while the previous one is processed. */
export async function* oneAhead<T>(batches: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = batches.next();
  // A failure is reported to the consumer; until then it has no listener.
  next.catch(() => undefined);
  try {
    for (;;) {
      const result = await next;
      if (result.done === true) return;
      next = batches.next();
      next.catch(() => undefined);
      yield result.value;
    }
  } finally {
    await next.catch(() => undefined);
    await batches.return(undefined);
  }
}
