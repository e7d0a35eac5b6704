import { callerIdText } from "../../values/mapping.ts";
import type { KnownMapping } from "../../values/mapping.ts";
import { expiryText } from "../../values/expiryText.ts";
import { updateOf } from "../../imports/rows/differences.ts";
import type { ImportField, ImportRow, RowResult } from "../../imports/rows/row.ts";
import type { ImportLanguage } from "../../imports/texts/codes.ts";
import type { ImportView } from "../../imports/job/imports.ts";
import { rowKindOf } from "../../imports/job/selectRows.ts";
import type { ResultCode, ResultRow } from "../../imports/job/types.ts";
import { textOf } from "./codeTexts.ts";
import type { FirstResults } from "./firstResults.ts";
import { presentDifferences } from "./presentDifferences.ts";

/** The first rows as they are in the file and as they will be stored. */
export function presentFirstRows(
  { preview, timeZone }: Pick<ImportView["description"], "preview" | "timeZone">,
  language: ImportLanguage,
  { rows, known }: FirstResults,
) {
  return preview.map(({ row, cells, result }) => {
    // Results of an earlier preview remain while the file cannot be read as chosen.
    const found = result === null ? undefined : rows.get(row);
    const refusal = refusalOf(result, found?.code);
    const isStored = result?.ok === true && refusal === null;
    return {
      row,
      cells,
      kind: found === undefined ? null : rowKindOf(found),
      stored: isStored ? presentStored(storedAs(result.row, found, known), timeZone) : null,
      differences: found === undefined ? [] : presentDifferences(found, timeZone),
      refusal: refusal && { ...refusal, ...textOf(refusal.code, language) },
    };
  });
}

/** Why a row is not stored: it cannot be read, or it does not fit what is stored or an earlier row. */
function refusalOf(
  result: RowResult | null,
  code: ResultCode | undefined,
): { readonly code: ResultCode; readonly field: ImportField | null } | null {
  if (result === null) return null;
  if (!result.ok) return { code: result.code, field: result.field };
  const kind = code === undefined ? "created" : rowKindOf({ code });
  if (code === undefined || (kind !== "rejected" && kind !== "duplicate")) return null;
  return { code, field: fieldOf(code) };
}

function fieldOf(code: ResultCode): ImportField {
  if (code === "EXPIRY_PASSED") return "expiry";
  if (code === "PROXY_IN_OTHER_POOL" || code.startsWith("POOL_")) return "pool";
  return code.startsWith("PROXY_") ? "proxyNumber" : "realNumber";
}

type Stored = Omit<KnownMapping, "id" | "proxyNumber"> & Pick<ImportRow, "realNumber" | "proxyNumber">;

/** A known number keeps its values, except those that are updated. */
function storedAs(row: ImportRow, found: ResultRow | undefined, known: FirstResults["known"]): Stored {
  const { realNumber } = row;
  const mapping = known.get(realNumber);
  if (mapping === undefined) return { ...row, poolName: row.pool };
  const update = found?.code === "UPDATED" ? updateOf(found.differences ?? [], "file") : {};
  return { ...mapping, ...update, realNumber };
}

function presentStored(stored: Stored, timeZone: string) {
  const { realNumber, proxyNumber, label, reference, expiresAtMs, poolName, callerIdPolicy } = stored;
  const expiresAt = expiresAtMs === null ? null : expiryText(expiresAtMs, timeZone);
  const callerId = callerIdText(callerIdPolicy);
  return { realNumber, proxyNumber, label, reference, expiresAt, pool: poolName, callerId };
}
