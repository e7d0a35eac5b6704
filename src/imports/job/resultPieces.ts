import { promisify } from "node:util";
import { deflateRaw, inflateRaw } from "node:zlib";
import { MoreThan } from "typeorm";
import type { EntityManager } from "typeorm";
import { ImportResult } from "../../store/entities/imports.ts";
import type { Store } from "../../store/types.ts";
import { isResultCode } from "./types.ts";
import type { ResultCode, ResultRow } from "./types.ts";

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };
const unescapes: Readonly<Record<string, string>> = { "\\": "\\", t: "\t", n: "\n", r: "\r" };

/**
 * Rows of a result in a compact form: a million rows take about ten megabytes. The texts for the codes are added when
 * the result is read, in the language of the reader.
 */
export async function packRows(rows: readonly ResultRow[]): Promise<Buffer> {
  let text = "";
  for (const { row, input, realNumber, proxyNumber, code, differences } of rows) {
    const cell = /[\\\t\n\r]/.test(input) ? input.replace(/[\\\t\n\r]/g, (one) => escapes[one] ?? "") : input;
    // JSON contains neither tabs nor line ends.
    const more = differences === undefined ? "" : `\t${JSON.stringify(differences)}`;
    text += `${row}\t${cell}\t${realNumber}\t${proxyNumber}\t${code}${more}\n`;
  }
  return deflate(text, { level: 1 });
}

export async function unpackRows(piece: Uint8Array): Promise<readonly ResultRow[]> {
  const text = (await inflate(piece)).toString();
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      const [row = "", input = "", realNumber = "", proxyNumber = "", code = "", differences] =
        line.split("\t");
      return {
        row: Number(row),
        input: input.replace(/\\(.)/g, (_, one: string) => unescapes[one] ?? one),
        realNumber,
        proxyNumber,
        code: codeOf(code),
        // Written by this module only.
        ...(differences !== undefined && { differences: JSON.parse(differences) }),
      };
    });
}

function codeOf(text: string): ResultCode {
  if (isResultCode(text)) return text;
  throw new Error("The result contains an unknown code.");
}

export async function insertPiece(
  manager: EntityManager,
  importId: number,
  lastRow: number,
  piece: Buffer,
): Promise<void> {
  await manager.insert(ImportResult, { importId, lastRow, piece });
}

/** A million rows take a few hundred deletions. */
export async function removePieces(manager: EntityManager, importId: number): Promise<void> {
  await manager.delete(ImportResult, { importId });
}

/** The rows of a result after the row `afterRow` in the order of the file, piece by piece. */
export async function* readResult(
  store: Store,
  importId: number,
  afterRow = 0,
): AsyncGenerator<readonly ResultRow[]> {
  for (let after = afterRow; ;) {
    const from = after;
    const found = await store.read((manager) =>
      manager.findOne(ImportResult, {
        where: { importId, lastRow: MoreThan(from) },
        order: { lastRow: "ASC" },
      }),
    );
    if (found === null) return;
    const rows = await unpackRows(found.piece);
    // Only the first piece can start before the place to continue from.
    yield after === afterRow ? rows.filter(({ row }) => row > afterRow) : rows;
    after = found.lastRow;
  }
}

/** The rows of the piece that ends with this row; null if there is none. */
export async function readPiece(
  manager: EntityManager,
  importId: number,
  lastRow: number,
): Promise<readonly ResultRow[] | null> {
  const found = await manager.findOneBy(ImportResult, { importId, lastRow });
  return found && unpackRows(found.piece);
}
