import { setImmediate as breathe } from "node:timers/promises";
import { interpretRow } from "../rows/row.ts";
import type { ImportRow } from "../rows/row.ts";
import type { RowRefusal } from "../texts/codes.ts";
import { readRows } from "../reading/readRows.ts";
import { rowReadingOf } from "../reading/rowReading.ts";
import { NothingToImportError } from "../job/errors.ts";
import type { FileReading } from "../job/reading.ts";

/** A row of the file, understood as far as that goes without the database. */
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
  /** Row of the file up to which this batch goes. */
  readonly lastRow: number;
  /** Part of the file that has been read, 0 to 1. */
  readonly progress: number;
}

export interface ReadItemsOptions {
  readonly reading: FileReading;
  /** Rows up to this one are stored already. */
  readonly afterRow: number;
  readonly batchRows: number;
  readonly signal: AbortSignal;
}

const maxInputLength = 200;

/**
 * The rows of a file from `afterRow` on in batches of one size, the header's included. The same file gives
 * the same items every time, from wherever it is gone on from. Throws `UnreadableFileError`.
 */
export async function* readItems(path: string, options: ReadItemsOptions): AsyncGenerator<ItemBatch> {
  const { reading, afterRow, batchRows, signal } = options;
  const rowReading = rowReadingOf(reading);
  if (rowReading === null) throw new NothingToImportError("NUMBER_COLUMN_MISSING");
  const place = rowReading.places.realNumber;
  let items: Item[] = [];
  let lastRow = 0;
  let progress = 0;

  const take = (item: Item): void => {
    lastRow = item.row;
    if (item.row > afterRow) items.push(item);
  };
  const full = (): ItemBatch | null => {
    if (items.length < batchRows) return null;
    const batch = { items, lastRow, progress };
    items = [];
    return batch;
  };

  for (let row = 1; row <= (reading.headerRow ?? 0); row += 1) {
    take({ kind: "refused", row, input: "", code: "HEADER" });
    const batch = full();
    if (batch) yield batch;
  }
  for await (const raws of readRows(path, reading)) {
    signal.throwIfAborted();
    // Rows that are only gone over again come without any wait in between.
    if (lastRow < afterRow) await breathe();
    ({ progress } = raws);
    for (const raw of raws.rows) {
      const { row } = raw;
      if (row <= afterRow) {
        lastRow = row;
        continue;
      }
      const input = (raw.cells[place] ?? "").slice(0, maxInputLength);
      const result = interpretRow(raw, rowReading);
      if (result.ok) take({ kind: "number", row, input, value: result.row });
      else take({ kind: "refused", row, input, code: result.code });
      const batch = full();
      if (batch) yield batch;
    }
  }
  if (items.length > 0) yield { items, lastRow, progress: 1 };
}

/** Reads the next batch while the one before is worked on. */
export async function* oneAhead<T>(batches: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = batches.next();
  // Whoever takes it hears of a failure; until then nobody listens.
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
