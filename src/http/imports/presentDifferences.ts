import { expiryText } from "../../values/expiryText.ts";
import { isUpdatable } from "../../imports/rows/differences.ts";
import type { Difference } from "../../imports/rows/differences.ts";
import type { ResultRow } from "../../imports/job/types.ts";
import type { ImportLanguage } from "../../imports/texts/codes.ts";

/** The fields that differ between the file and the stored data, with both values. */
export function presentDifferences(
  { code, differences = [] }: Pick<ResultRow, "code" | "differences">,
  timeZone: string,
) {
  return differences.map((difference) => ({
    field: difference.field,
    ...valuesOf(difference, timeZone),
    updated: code === "UPDATED" && isUpdatable(difference),
  }));
}

const words: Readonly<Record<ImportLanguage, Readonly<Record<Difference["field"], string>>>> = {
  en: {
    label: "Label",
    reference: "Reference",
    expiry: "Expires",
    pool: "Pool",
    callerIdPolicy: "Number shown to the callee",
    proxyNumber: "Proxy number",
  },
  ru: {
    label: "Метка",
    reference: "Номер заказа",
    expiry: "Срок",
    pool: "Пул",
    callerIdPolicy: "Какой номер видит абонент",
    proxyNumber: "Подменный номер",
  },
};

/** In one cell of a file: `Label: old → new; Expires: – → 2031-01-31`. */
export const differencesText = (
  differences: readonly Difference[],
  { language, timeZone }: { readonly language: ImportLanguage; readonly timeZone: string },
): string =>
  differences
    .map((difference) => {
      const { ours, file } = valuesOf(difference, timeZone);
      return `${words[language][difference.field]}: ${ours ?? "–"} → ${file ?? "–"}`;
    })
    .join("; ");

function valuesOf(difference: Difference, timeZone: string) {
  if (difference.field !== "expiry") return { ours: difference.ours, file: difference.file };
  const text = (atMs: number | null): string | null => (atMs === null ? null : expiryText(atMs, timeZone));
  return { ours: text(difference.ours), file: text(difference.file) };
}
