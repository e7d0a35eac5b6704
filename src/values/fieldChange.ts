/** The old and the new value of one field. Values are text, times as in the API; the field is named as there. */
export interface FieldChange {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

type Values = Readonly<Record<string, string | number | boolean | null>>;

const textOf = (value: Values[string] | undefined): string | null =>
  value === undefined || value === null ? null : String(value);

/** The fields that differ. A new thing has nothing before it, a removed one nothing after it. */
export function differences(before: Values | null, after: Values | null): readonly FieldChange[] {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...fields]
    .map((field) => ({ field, before: textOf(before?.[field]), after: textOf(after?.[field]) }))
    .filter((change) => change.before !== change.after);
}
