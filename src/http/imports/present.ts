import { expiryText } from "../../values/expiryText.ts";
import { dots } from "../../values/masking.ts";
import { presentNumber } from "../../access/rules/present.ts";
import { may } from "../../access/rules/rights.ts";
import { importText } from "../../imports/texts/importText.ts";
import type { ImportCode, ImportLanguage } from "../../imports/texts/codes.ts";
import type { ImportField, RowResult } from "../../imports/rows/row.ts";
import { kindOf } from "../../imports/job/counts.ts";
import type { ImportView } from "../../imports/job/imports.ts";
import { rowKindOf } from "../../imports/job/selectRows.ts";
import { isImportCode } from "../../imports/job/types.ts";
import type { ImportFailure, ResultCode, ResultRow } from "../../imports/job/types.ts";
import { isoTime } from "../server/presenters.ts";
import type { Sight } from "../server/presenters.ts";

/** What an operator is told of a code: what happened, and what to do about it. */
interface CodeText {
  readonly message: string;
  readonly remedy: string;
}

const ownTexts: Readonly<Record<ImportLanguage, Readonly<Record<string, CodeText>>>> = {
  en: {
    CREATED: { message: "The number was assigned this proxy number.", remedy: "" },
    EXISTING: { message: "The number already had this proxy number. Nothing changed.", remedy: "" },
    HEADER: { message: "The header or a row above it.", remedy: "" },
    NO_POOL: {
      message: "There is no pool of proxy numbers to take from.",
      remedy: "Create a pool or resume a paused one, then upload the file again.",
    },
    FILE_LOST: {
      message: "The file no longer exists.",
      remedy: "Upload it again. Rows that were imported are kept.",
    },
    IMPORT_FAILED: {
      message: "The import stopped because of an internal error. The rows counted here are kept.",
      remedy: "Upload the same file again. If it fails again, check the log.",
    },
    READER_FAILED: {
      message: "The file could not be read completely.",
      remedy: "Save it as CSV (UTF-8) and upload that.",
    },
    UNDO_FAILED: {
      message: "The undo stopped because of an internal error. Numbers removed so far are gone.",
      remedy: "Undo the import again. If it fails again, check the log.",
    },
  },
  ru: {
    CREATED: { message: "Номер получил этот подменный номер.", remedy: "" },
    EXISTING: { message: "У номера уже был этот подменный номер; ничего не изменилось.", remedy: "" },
    HEADER: { message: "Заголовок или строка над ним.", remedy: "" },
    NO_POOL: {
      message: "Нет пула подменных номеров.",
      remedy: "Создайте пул или возобновите выдачу из приостановленного и загрузите файл ещё раз.",
    },
    FILE_LOST: {
      message: "Файла больше нет.",
      remedy: "Загрузите его ещё раз; импортированные строки сохранятся.",
    },
    IMPORT_FAILED: {
      message: "Импорт остановлен из-за внутренней ошибки; учтённые здесь строки сохранены.",
      remedy: "Загрузите тот же файл ещё раз; если не поможет, проверьте журнал.",
    },
    READER_FAILED: {
      message: "Файл не удалось дочитать до конца.",
      remedy: "Сохраните его как CSV (UTF-8) и загрузите снова.",
    },
    UNDO_FAILED: {
      message: "Отмена остановлена из-за внутренней ошибки; часть номеров уже удалена.",
      remedy: "Отмените импорт ещё раз; если не поможет, проверьте журнал.",
    },
  },
};

export function textOf(
  code: ResultCode | ImportCode | ImportFailure["code"],
  language: ImportLanguage,
): CodeText {
  const own = ownTexts[language][code];
  // Every other code belongs to the file, a row, or a notice.
  if (own) return own;
  return isImportCode(code) ? importText(code, language) : { message: code, remedy: "" };
}

/** Words of a preview, where nothing has happened yet. */
const foreseenTexts: Readonly<Record<ImportLanguage, Readonly<Record<string, CodeText>>>> = {
  en: {
    CREATED: { message: "The number would be assigned a proxy number.", remedy: "" },
    EXISTING: { message: "The number already has this proxy number. Nothing would change.", remedy: "" },
  },
  ru: {
    CREATED: { message: "Номер получил бы подменный номер.", remedy: "" },
    EXISTING: { message: "У номера уже есть этот подменный номер; ничего бы не изменилось.", remedy: "" },
  },
};

/** Of a row of a result, that of a preview or that of an import. */
export const rowTextOf = (code: ResultCode, language: ImportLanguage, foreseen: boolean): CodeText =>
  (foreseen ? foreseenTexts[language][code] : undefined) ?? textOf(code, language);

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
    createdAt: isoTime(view.createdAtMs),
    startedAt: timeOf(view.startedAtMs),
    finishedAt: timeOf(view.finishedAtMs),
  };
}

/**
 * How the file is read, and its first rows as they will be stored. Any cell, even one of the header, may contain a real
 * number: viewers who see real numbers masked get neither cells nor headers.
 */
export function presentReading(
  view: ImportView,
  language: ImportLanguage,
  viewer: Sight,
  results: ReadonlyMap<number, ResultCode>,
) {
  const { source, headerRow, defaultCountry, bareForm, timeZone, estimatedRows, choices, notices } =
    view.description;
  const { columns, preview } = shownDescription(view, viewer);
  return {
    reading: { source, headerRow, columns, defaultCountry, bareForm, timeZone, estimatedRows, choices },
    notices: notices.map((notice) => ({ ...notice, ...textOf(notice.code, language) })),
    firstRows: preview.map(({ row, cells, result }) => {
      const refusal = refusalOf(result, results.get(row));
      return {
        row,
        cells,
        stored: result?.ok === true && refusal === null ? presentStored(result, timeZone) : null,
        refusal: refusal && { ...refusal, ...textOf(refusal.code, language) },
      };
    }),
  };
}

/** Why a row is not stored: it cannot be read, or it does not fit what is stored. */
function refusalOf(
  result: RowResult | null,
  code: ResultCode | undefined,
): { readonly code: ResultCode; readonly field: ImportField | null } | null {
  // Results of an earlier preview remain while the file cannot be read as chosen.
  if (result === null) return null;
  if (!result.ok) return { code: result.code, field: result.field };
  if (code === undefined || kindOf(code) !== "rejected") return null;
  const field = code === "EXPIRY_PASSED" ? "expiry" : code.startsWith("POOL_") ? "pool" : "realNumber";
  return { code, field };
}

function shownDescription(
  { description }: ImportView,
  viewer: Sight,
): Pick<ImportView["description"], "columns" | "preview"> {
  if (may(viewer, "numbers.real")) return description;
  return { columns: description.columns.map((column) => ({ ...column, header: null })), preview: [] };
}

function presentStored({ row }: Extract<RowResult, { ok: true }>, timeZone: string) {
  const { realNumber, label, reference, expiresAtMs, pool, callerIdPolicy } = row;
  const callerId =
    callerIdPolicy?.kind === "fixed" ? `fixed:${callerIdPolicy.number}` : (callerIdPolicy?.kind ?? null);
  const expiresAt = expiresAtMs === null ? null : expiryText(expiresAtMs, timeZone);
  return { realNumber, label, reference, expiresAt, pool, callerId };
}

/** How the file was read, in the few words that a person needs. */
export function presentFile(view: ImportView, viewer: Sight) {
  const { source } = view.description;
  const { columns } = shownDescription(view, viewer);
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
      ignored: columns.filter(({ field }) => field === "ignored").map(named),
    },
  };
}

/** A row of the result, for pages that show some of them. */
export function presentResultRow(row: ResultRow, language: ImportLanguage, foreseen: boolean) {
  const { input, realNumber, proxyNumber, code } = row;
  return {
    row: row.row,
    kind: rowKindOf(row),
    input,
    realNumber: realNumber === "" ? null : realNumber,
    proxyNumber: proxyNumber === "" ? null : proxyNumber,
    code,
    ...rowTextOf(code, language, foreseen),
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
}

interface RejectedRow extends ListedRow, CodeText {
  readonly code: string;
}

/** The rows of a finished import, as many as an answer has room for: those with a proxy number, and the others. */
export async function presentRows(
  pieces: AsyncIterable<readonly ResultRow[]>,
  language: ImportLanguage,
  viewer: Sight,
) {
  // A cell that is no number in our eyes may be one in a person's.
  const cell = (text: string): string => (may(viewer, "numbers.real") ? text : dots);
  const mapped: MappedRow[] = [];
  const rejected: RejectedRow[] = [];
  const omitted = { mapped: 0, rejected: 0 };
  for await (const rows of pieces) {
    for (const { row, input: text, realNumber: number, proxyNumber, code } of rows) {
      const input = cell(text);
      const realNumber = presentNumber(number, viewer);
      const kind = kindOf(code);
      if (kind === "blank" || kind === "header") continue;
      if (proxyNumber === "") {
        if (rejected.length < listedRows) rejected.push({ row, input, code, ...textOf(code, language) });
        else omitted.rejected += 1;
      } else if (mapped.length < listedRows) {
        mapped.push({ row, input, realNumber, proxyNumber, created: code === "CREATED" });
      } else omitted.mapped += 1;
    }
  }
  return { mapped, rejected, omitted };
}
