import { Import, ImportResult } from "../../store/entities/imports.ts";
import type { Store } from "../../store/types.ts";
import type { NumberTrace } from "../../values/numberTrace.ts";
import type { FileDescription } from "../job/reading.ts";
import { packRows, readPiece } from "../job/resultPieces.ts";
import type { ResultRow } from "../job/types.ts";

/** An import that shows a number in its stored rows or in its description. */
export interface ImportWithNumber {
  readonly importId: number;
  /** Stored results with the number. */
  readonly rows: number;
  /** The number is in the name of the file, among its first rows, or in the key that the client gave the upload. */
  readonly inDescription: boolean;
  /** The instance that received the file. */
  readonly node: string | null;
}

/** Looks through all stored results, and with `erase` removes the number from them: the row stays with its result. */
export async function* importsWith(
  store: Store,
  trace: NumberTrace,
  { erase }: { readonly erase: boolean },
): AsyncGenerator<ImportWithNumber> {
  const ids = await store.read((manager) =>
    manager.find(Import, { select: { id: true }, order: { id: "ASC" } }),
  );
  for (const { id: importId } of ids) {
    const found = await inDescription(store, importId, trace, erase);
    const rows = await inResults(store, importId, trace, erase);
    if (found !== null && (found.inDescription || rows > 0)) yield { importId, rows, ...found };
  }
}

async function inDescription(
  store: Store,
  id: number,
  trace: NumberTrace,
  erase: boolean,
): Promise<Pick<ImportWithNumber, "inDescription" | "node"> | null> {
  return store.transaction(async (manager) => {
    const row = await manager.findOne(Import, {
      select: { id: true, fileName: true, description: true, idempotencyKey: true, node: true },
      where: { id },
    });
    if (row === null) return null;
    const { fileName, description, idempotencyKey, node } = row;
    const isInKey = idempotencyKey !== null && trace.isIn(idempotencyKey);
    const found = trace.isIn(fileName) || trace.isIn(description) || isInKey;
    if (found && erase) {
      const without = JSON.stringify(withoutNumber(JSON.parse(description), trace));
      await manager.update(
        Import,
        { id },
        {
          description: without,
          ...(trace.isIn(fileName) && { fileName: extensionOf(fileName) }),
          ...(isInKey && { idempotencyKey: null }),
        },
      );
    }
    return { inDescription: found, node };
  });
}

/** `79001112233.csv` becomes `file.csv`. */
const extensionOf = (name: string): string => `file${/\.[a-z]{1,5}$/i.exec(name)?.[0] ?? ""}`;

/** Rows and headers with the number are left out. */
function withoutNumber(description: FileDescription, trace: NumberTrace): FileDescription {
  const shows = (value: unknown): boolean => trace.isIn(JSON.stringify(value) ?? "");
  return {
    ...description,
    columns: description.columns.map((column) =>
      shows(column.header) ? { ...column, header: null } : column,
    ),
    preview: description.preview.filter((row) => !shows(row)),
  };
}

async function inResults(
  store: Store,
  importId: number,
  trace: NumberTrace,
  erase: boolean,
): Promise<number> {
  const pieces = await store.read((manager) =>
    manager.find(ImportResult, { select: { lastRow: true }, where: { importId }, order: { lastRow: "ASC" } }),
  );
  let found = 0;
  for (const { lastRow } of pieces) {
    const rows = await store.read((manager) => readPiece(manager, importId, lastRow));
    const shown = rows?.filter((row) => shows(row, trace)).length ?? 0;
    found += shown;
    if (shown > 0 && erase && rows !== null) {
      const piece = await packRows(rows.map((row) => (shows(row, trace) ? blank(row) : row)));
      await store.transaction((manager) => manager.update(ImportResult, { importId, lastRow }, { piece }));
    }
  }
  return found;
}

const shows = ({ input, realNumber, differences }: ResultRow, trace: NumberTrace): boolean =>
  realNumber === trace.number ||
  trace.isIn(input) ||
  (differences !== undefined && trace.isIn(JSON.stringify(differences)));

/** Removes what the operator's file said about the person, too. */
const blank = ({ row, proxyNumber, code }: ResultRow): ResultRow => ({
  row,
  input: "",
  realNumber: "",
  proxyNumber,
  code,
});
