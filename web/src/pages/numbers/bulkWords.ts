import { fill, formatCount } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import type { BulkSums } from "./bulkWork.ts";

const part = (form: string, n: number): string => fill(form, { n: formatCount(n) });

/** The results, without zero counts. */
export function sumsInWords({ changed, unchanged, gone }: BulkSums): string {
  const words = numbersTexts.value.bulk;
  return [
    part(words.changed, changed),
    ...(unchanged > 0 ? [part(words.unchanged, unchanged)] : []),
    ...(gone > 0 ? [part(words.gone, gone)] : []),
  ].join(", ");
}
