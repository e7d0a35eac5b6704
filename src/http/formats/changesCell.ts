import type { FieldChange } from "../../values/fieldChange.ts";

/** `label: "Ann" → "Bob"`, one after the other. */
export const changesCell = (changes: readonly FieldChange[]): string =>
  changes
    .map(({ field, before, after }) => `${field}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`)
    .join("; ");
