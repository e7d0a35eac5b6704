/**
 * We read workbooks ourselves, with yauzl (zip) and saxes (XML), because no library for `.xlsx` that we have found
 * keeps memory bounded whatever is uploaded: CONTRIBUTING.md compares those that were tried.
 */
import { posix } from "node:path";
import { UnreadableFileError } from "../errors.ts";
import type { ReadingLimits } from "../limits.ts";
import type { RowBatch, SheetSummary } from "../types.ts";
import { openArchive } from "./archive.ts";
import type { Archive } from "./archive.ts";
import type { CellContext } from "./cellValue.ts";
import { createSharedStringsHandler } from "./sharedStrings.ts";
import { createMergesHandler, hasMerges, MergedCells } from "./mergedCells.ts";
import { SheetHandler } from "./sheetHandler.ts";
import { StringTable } from "./stringTable.ts";
import { createStylesHandler } from "./styles.ts";
import type { CellStyle } from "./styles.ts";
import { createXmlReader } from "./xml.ts";
import type { XmlHandler } from "./xml.ts";

export interface Workbook {
  readonly sheets: readonly SheetSummary[];
  /** The rows of the sheet of this name, as they are unpacked. */
  read(sheet: string): AsyncGenerator<RowBatch>;
  close(): void;
}

interface Relationship {
  readonly type: string;
  readonly path: string;
}

interface SheetPart extends SheetSummary {
  readonly path: string;
}

/** Opens an .xlsx and reads what its cells refer to; the sheets are left for `read`. */
export async function openWorkbook(path: string, limits: ReadingLimits): Promise<Workbook> {
  const archive = await openArchive(path, limits);
  try {
    const main = await findMainPart(archive, limits);
    const relationships = await readRelationships(archive, main, limits);
    const { sheets, date1904 } = await readMainPart(archive, main, relationships, limits);
    if (sheets.length === 0) throw new UnreadableFileError("FILE_DAMAGED");
    const context = { date1904, ...(await readContext(archive, relationships, limits)) };
    return {
      sheets: sheets.map(({ name, hidden }) => ({ name, hidden })),
      read: (name) => readSheet(archive, sheets.find((sheet) => sheet.name === name)?.path, context, limits),
      close: () => archive.close(),
    };
  } catch (error) {
    archive.close();
    throw error;
  }
}

async function findMainPart(archive: Archive, limits: ReadingLimits): Promise<string> {
  if (!archive.has("[Content_Types].xml")) {
    // Other office programs keep their documents in archives too.
    const other = ["mimetype", "Index/Document.iwa", "Index.zip"].some((name) => archive.has(name));
    throw new UnreadableFileError(other ? "FILE_OTHER_SPREADSHEET" : "FILE_ARCHIVE");
  }
  const relationships = await readRelationships(archive, "", limits);
  const main = [...relationships.values()].find(({ type }) => type.endsWith("/officeDocument"))?.path;
  if (main === undefined) throw new UnreadableFileError("FILE_DAMAGED");
  if (!/(?:^|\/)xl\/.*\.xml$/i.test(main)) throw new UnreadableFileError("FILE_OTHER_SPREADSHEET");
  return main;
}

/** By identifier. `part` is the part whose relationships are needed, empty for the archive as a whole. */
async function readRelationships(
  archive: Archive,
  part: string,
  limits: ReadingLimits,
): Promise<Map<string, Relationship>> {
  const folder = posix.dirname(part);
  const found = new Map<string, Relationship>();
  await readPart(
    archive,
    posix.join(folder, "_rels", `${posix.basename(part)}.rels`),
    limits.smallPartBytes,
    limits,
    {
      open(name, attributes) {
        if (name !== "Relationship" || attributes["TargetMode"] === "External") return;
        const target = attributes["Target"] ?? "";
        const path = target.startsWith("/") ? target.slice(1) : posix.join(folder, target);
        found.set(attributes["Id"] ?? "", { type: attributes["Type"] ?? "", path });
      },
    },
  );
  return found;
}

async function readMainPart(
  archive: Archive,
  main: string,
  relationships: ReadonlyMap<string, Relationship>,
  limits: ReadingLimits,
): Promise<{ sheets: SheetPart[]; date1904: boolean }> {
  const sheets: SheetPart[] = [];
  const paths = new Set<string>();
  let date1904 = false;
  await readPart(archive, main, limits.smallPartBytes, limits, {
    open(name, attributes) {
      if (name === "workbookPr") date1904 = /^(?:1|true)$/.test(attributes["date1904"] ?? "");
      if (name !== "sheet") return;
      // The prefix of the relationship's attribute is the program's choice.
      const id = Object.entries(attributes).find(([key]) => key.endsWith(":id"))?.[1] ?? "";
      const part = relationships.get(id);
      // Sheets that are charts or macros have no rows.
      if (part?.type.endsWith("/worksheet") !== true) return;
      // Regular programs write each sheet once.
      if (sheets.length >= limits.sheets) throw new UnreadableFileError("FILE_UNPACKS_TOO_LARGE");
      if (paths.has(part.path)) throw new UnreadableFileError("FILE_DAMAGED");
      paths.add(part.path);
      const hidden = (attributes["state"] ?? "visible") !== "visible";
      sheets.push({ name: attributes["name"] ?? "", hidden, path: part.path });
    },
  });
  return { sheets, date1904 };
}

async function readContext(
  archive: Archive,
  relationships: ReadonlyMap<string, Relationship>,
  limits: ReadingLimits,
): Promise<Omit<CellContext, "date1904">> {
  const parts = [...relationships.values()];
  const pathOf = (kind: string): string | undefined => parts.find(({ type }) => type.endsWith(kind))?.path;
  const strings = new StringTable();
  const stringsPath = pathOf("/sharedStrings");
  if (stringsPath !== undefined && archive.has(stringsPath)) {
    const handler = createSharedStringsHandler(strings, limits);
    await readPart(archive, stringsPath, limits.sharedStringBytes, limits, handler);
  }
  const styles: CellStyle[] = [];
  const stylesPath = pathOf("/styles");
  if (stylesPath !== undefined && archive.has(stylesPath)) {
    await readPart(archive, stylesPath, limits.smallPartBytes, limits, createStylesHandler(styles));
  }
  return { strings, styles };
}

async function readPart(
  archive: Archive,
  path: string,
  maxBytes: number,
  limits: ReadingLimits,
  handler: XmlHandler,
): Promise<void> {
  const reader = createXmlReader(handler, limits.xmlTokenCharacters);
  for await (const { bytes } of archive.read(path, maxBytes)) reader.write(bytes);
  reader.end();
}

/** null: there are none. */
async function readMerges(
  archive: Archive,
  path: string,
  limits: ReadingLimits,
): Promise<MergedCells | null> {
  if (!(await hasMerges(archive, path, limits.sheetBytes))) return null;
  const merges = new MergedCells();
  await readPart(archive, path, limits.sheetBytes, limits, createMergesHandler(merges));
  return merges.isEmpty ? null : merges;
}

async function* readSheet(
  archive: Archive,
  path: string | undefined,
  context: CellContext,
  limits: ReadingLimits,
): AsyncGenerator<RowBatch> {
  if (path === undefined) throw new UnreadableFileError("FILE_DAMAGED");
  const merges = await readMerges(archive, path, limits);
  const handler = new SheetHandler(context, limits, merges);
  const reader = createXmlReader(handler, limits.xmlTokenCharacters);
  for await (const { bytes, progress } of archive.read(path, limits.sheetBytes)) {
    reader.write(bytes);
    if (handler.rows.length > 0) yield { rows: handler.rows.splice(0), progress };
  }
  reader.end();
  if (handler.rows.length > 0) yield { rows: handler.rows.splice(0), progress: 1 };
}
