import type { Sight } from "../../access/rules/present.ts";
import type { ImportLanguage } from "../../imports/texts/codes.ts";
import type { ImportField } from "../../imports/rows/row.ts";
import { kindOf } from "../../imports/job/counts.ts";
import type { ImportView } from "../../imports/job/imports.ts";
import { rowKindOf } from "../../imports/job/selectRows.ts";
import type { ResultRow } from "../../imports/job/types.ts";
import { isoTime } from "../server/presenters.ts";
import { rowTextOf, textOf } from "./codeTexts.ts";
import type { CodeText } from "./codeTexts.ts";
import type { FirstResults } from "./firstResults.ts";
import { presentDifferences } from "./presentDifferences.ts";
import { presentFirstRows } from "./presentFirstRows.ts";

const timeOf = (atMs: number | null): string | null => (atMs === null ? null : isoTime(atMs));

/** An import in a list. */
export function presentImport(view: ImportView, language: ImportLanguage) {
  const { id, state, waitingFor, fileName, fileBytes, poolId, progress, counts, undo, failure, preview } =
    view;
  const { rowsPerSecond, remainingMs } = view;
  const undone = state === "undoing" || state === "undone" || failure?.code === "UNDO_FAILED";
  return {
    id,
    state,
    waitingFor,
    fileName,
    fileBytes,
    poolId,
    progress,
    rowsPerSecond,
    remainingMs,
    counts,
    preview,
    failure: failure && { ...failure, ...textOf(failure.code, language) },
    undo: undone ? undo : null,
    uploadedBy: uploaderOf(view),
    createdAt: isoTime(view.createdAtMs),
    startedAt: timeOf(view.startedAtMs),
    finishedAt: timeOf(view.finishedAtMs),
  };
}

function uploaderOf({ description: { uploader = "", uploaderName = "" } }: ImportView) {
  const [kind = ""] = uploader.split(" ");
  return kind === "" ? null : { kind, name: uploaderName };
}

/**
 * How the file is read, and its first rows as they will be stored. Any cell, even one of the header, may contain a real
 * number: all routes that answer with this, or with rows, require `numbers.real`.
 */
export function presentReading(
  { description }: ImportView,
  language: ImportLanguage,
  results: FirstResults,
  viewer: Sight,
) {
  const { source, headerRow, columns, preview, defaultCountry, bareForm, timeZone } = description;
  const { estimatedRows, choices, notices } = description;
  viewer.shown?.add(preview.length);
  return {
    reading: { source, headerRow, columns, defaultCountry, bareForm, timeZone, estimatedRows, choices },
    notices: notices.map((notice) => ({ ...notice, ...textOf(notice.code, language) })),
    firstRows: presentFirstRows({ preview, timeZone }, language, results),
  };
}

/** How the file was read, in the few words that a person needs. */
export function presentFile({ description }: ImportView) {
  const { source, columns } = description;
  const named = ({ place, header }: (typeof columns)[number]) => ({ column: place + 1, name: header });
  const column = (field: ImportField) => {
    const found = columns.find((one) => one.field === field);
    return found ? named(found) : null;
  };
  return {
    encoding: source.format === "csv" ? source.encoding : null,
    delimiter: source.format === "csv" ? source.delimiter : null,
    columns: {
      realNumber: column("realNumber"),
      label: column("label"),
      reference: column("reference"),
      proxyNumber: column("proxyNumber"),
      ignored: columns.filter(({ field }) => field === "ignored").map(named),
    },
  };
}

/** A row of the result, for pages that show some of them. */
export function presentResultRow(
  row: ResultRow,
  language: ImportLanguage,
  { foreseen, timeZone }: { readonly foreseen: boolean; readonly timeZone: string },
) {
  const { input, realNumber, proxyNumber, code } = row;
  return {
    row: row.row,
    kind: rowKindOf(row),
    input,
    realNumber: realNumber === "" ? null : realNumber,
    proxyNumber: proxyNumber === "" ? null : proxyNumber,
    code,
    ...rowTextOf(code, language, foreseen),
    differences: presentDifferences(row, timeZone),
  };
}

const listedRows = 10_000;

interface ListedRow {
  readonly row: number;
  readonly input: string;
}

interface MappedRow extends ListedRow {
  readonly realNumber: string;
  readonly proxyNumber: string;
  readonly created: boolean;
  readonly code: string;
  readonly differences: ReturnType<typeof presentDifferences>;
}

interface RejectedRow extends ListedRow, CodeText {
  readonly code: string;
}

/** The rows of a finished import, as many as an answer has room for: those with a proxy number, and the others. */
export async function presentRows(
  pieces: AsyncIterable<readonly ResultRow[]>,
  { language, timeZone }: { readonly language: ImportLanguage; readonly timeZone: string },
) {
  const mapped: MappedRow[] = [];
  const rejected: RejectedRow[] = [];
  const omitted = { mapped: 0, rejected: 0 };
  for await (const rows of pieces) {
    for (const one of rows) {
      const { row, input, realNumber, proxyNumber, code } = one;
      const kind = kindOf(code);
      if (kind === "blank" || kind === "header") continue;
      if (proxyNumber === "") {
        if (rejected.length < listedRows) rejected.push({ row, input, code, ...textOf(code, language) });
        else omitted.rejected += 1;
      } else if (mapped.length < listedRows) {
        const differences = presentDifferences(one, timeZone);
        mapped.push({ row, input, realNumber, proxyNumber, created: code === "CREATED", code, differences });
      } else omitted.mapped += 1;
    }
  }
  return { mapped, rejected, omitted };
}
