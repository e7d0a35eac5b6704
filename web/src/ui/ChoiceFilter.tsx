/** A filter by one of a few values, or by none of them. */
export function ChoiceFilter<Value extends string>(props: {
  readonly label: string;
  /** The choice of no value. */
  readonly any: string;
  readonly values: readonly Value[];
  readonly words: Readonly<Record<Value, string>>;
  readonly value: Value | null;
  readonly onChange: (value: Value | null) => void;
}) {
  const { label, any, values, words, value, onChange } = props;
  return (
    <select
      class="input"
      aria-label={label}
      value={value ?? ""}
      onChange={({ currentTarget }) => onChange(values.find((one) => one === currentTarget.value) ?? null)}
    >
      <option value="">{any}</option>
      {values.map((one) => (
        <option key={one} value={one}>
          {words[one]}
        </option>
      ))}
    </select>
  );
}
