import type { ImportRow } from "../../api/client.ts";
import { formatExpiry } from "../../format/expiry.ts";
import { formatPhone } from "../../format/phone.ts";
import { fill, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { wordOf } from "../../i18n/wordOf.ts";
import { callerIdInWords } from "../numbers/callerIdWords.ts";

type Difference = ImportRow["differences"][number];

function valueInWords(field: string, value: string | null): string {
  if (value === null) return field === "expiry" ? texts.value.numbers.never : texts.value.common.none;
  if (field === "expiry") return formatExpiry(value);
  if (field === "proxyNumber") return formatPhone(value);
  return field === "callerIdPolicy" ? callerIdInWords(value, value) : value;
}

/** The fields of a known number that differ between the file and the stored data, and which value stays. */
export function Differences({ differences }: { readonly differences: readonly Difference[] }) {
  const words = numbersTexts.value.import;
  if (differences.length === 0) return null;
  return (
    <ul class="differences">
      {differences.map(({ field, ours, file, updated }) => (
        <li key={field} data-updated={updated}>
          {fill(updated ? words.differenceUpdated : words.differenceLeft, {
            field: wordOf(texts.value.import.fields, field),
            ours: valueInWords(field, ours),
            file: valueInWords(field, file),
          })}
        </li>
      ))}
    </ul>
  );
}
