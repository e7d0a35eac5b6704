import { importTextsEn } from "../../../../src/imports/texts/en.ts";
import { importTextsRu } from "../../../../src/imports/texts/ru.ts";
import type { ImportCounts } from "../../api/client.ts";
import { language } from "../../i18n/index.ts";

type Words = Readonly<Record<string, { readonly message: string; readonly remedy: string }>>;

export interface Reason {
  readonly code: string;
  readonly rows: number;
  readonly message: string;
  readonly remedy: string;
}

/** The reasons why rows are not imported, most frequent first. */
export function reasonsOf(counts: ImportCounts): readonly Reason[] {
  const known: Words = language.value === "ru" ? importTextsRu : importTextsEn;
  return Object.entries(counts.refusals)
    .toSorted(([, one], [, other]) => other - one)
    .map(([code, rows]) => ({
      code,
      rows,
      message: known[code]?.message ?? code,
      remedy: known[code]?.remedy ?? "",
    }));
}
