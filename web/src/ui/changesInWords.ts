import type { FieldChange } from "../api/client.ts";
import { formatExpiry } from "../format/expiry.ts";
import { fill, texts } from "../i18n/index.ts";
import { numbersTexts } from "../i18n/numbers.ts";

/** The value of a field of a mapping. */
export function valueInWords(field: string, value: string | null): string {
  const { callerId, history } = numbersTexts.value;
  const words: Readonly<Record<string, unknown>> = texts.value.numbers;
  if (field === "callerId") {
    const kinds: Readonly<Record<string, unknown>> = callerId;
    const shown = kinds[value ?? "inherit"];
    return typeof shown === "string" ? shown : (value ?? "");
  }
  if (value === null) return field === "expiresAt" ? texts.value.numbers.never : history.noValue;
  if (field === "expiresAt") return formatExpiry(value);
  const state = field === "state" ? words[value] : undefined;
  return typeof state === "string" ? state : fill(history.quoted, { value });
}

/** `label: “Ann” → “Bob”`, one for each field. */
export function changesInWords(changes: readonly FieldChange[]): readonly string[] {
  const { fields } = numbersTexts.value.history;
  return changes.map(
    ({ field, before, after }) =>
      `${fields[field] ?? field}: ${valueInWords(field, before)} → ${valueInWords(field, after)}`,
  );
}
