import { Segments } from "./controls.tsx";
import { TimeRange } from "./TimeRange.tsx";

interface Chosen<Period> {
  readonly period: Period;
  /** ISO 8601 in UTC, for a custom period. */
  readonly from: string | null;
  readonly to: string | null;
}

/** A period by name, or from one time to another. */
export function PeriodFilter<Period extends string>(props: {
  readonly label: string;
  readonly value: Chosen<Period>;
  readonly options: readonly { readonly key: Period; readonly label: string }[];
  /** The option with a start and an end. */
  readonly custom: Period;
  readonly onChange: (chosen: Chosen<Period>) => void;
}) {
  const { label, value, options, custom, onChange } = props;
  return (
    <>
      <Segments
        label={label}
        value={value.period}
        options={options}
        onChange={(period) => onChange({ period, from: null, to: null })}
      />
      {value.period === custom && (
        <TimeRange
          from={value.from}
          to={value.to}
          onChange={(from, to) => onChange({ period: custom, from, to })}
        />
      )}
    </>
  );
}
