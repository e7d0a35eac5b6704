import { callDirections } from "../../../../src/values/callRecord.ts";
import { namedPeriods } from "../../format/periods.ts";
import { texts } from "../../i18n/index.ts";
import { may } from "../../session.ts";
import { ChoiceFilter } from "../../ui/ChoiceFilter.tsx";
import { SearchField } from "../../ui/controls.tsx";
import { DraftInput } from "../../ui/DraftInput.tsx";
import { PeriodFilter } from "../../ui/PeriodFilter.tsx";
import type { Typed } from "../../ui/typed.ts";
import { addressOf, noFilter, secondsOf } from "./filters.ts";
import type { CallFilter } from "./filters.ts";
import { OutcomeFilter } from "./OutcomeFilter.tsx";

function Seconds(props: {
  readonly label: string;
  readonly value: number | null;
  readonly onChange: (seconds: number | null) => void;
}) {
  return (
    <label class="inline-field">
      <span>{props.label}</span>
      <DraftInput
        class="seconds"
        digits
        maxLength={6}
        value={props.value === null ? "" : String(props.value)}
        onTake={(text) => props.onChange(secondsOf(text.trim()))}
      />
    </label>
  );
}

export function CallFilters(props: {
  readonly filter: CallFilter;
  readonly typed: Typed;
  /** Suggested names; others may be typed. */
  readonly trunks: readonly string[];
  readonly onChange: (next: CallFilter) => void;
  readonly onClear: () => void;
}) {
  const { filter, typed, trunks, onChange, onClear } = props;
  const words = texts.value.calls;
  const { common } = texts.value;
  const filtered = typed.text.value !== "" || addressOf(filter) !== addressOf(noFilter);
  return (
    <div class="toolbar">
      <SearchField
        // Viewers without access to real numbers do not find callers.
        label={may.value("numbers.real") ? words.search : words.searchMasked}
        value={typed.text.value}
        onInput={typed.type}
      />
      <PeriodFilter
        label={words.period}
        value={filter}
        options={[
          ...namedPeriods.map((period) => ({ key: period, label: common.periods[period] })),
          { key: "any", label: words.any },
          { key: "range", label: words.range },
        ]}
        custom="range"
        onChange={({ period, from, to }) => onChange({ ...filter, period, from, to })}
      />
      <OutcomeFilter chosen={filter.statuses} onChange={(statuses) => onChange({ ...filter, statuses })} />
      <ChoiceFilter
        label={words.direction}
        any={words.anyDirection}
        values={callDirections}
        words={words.directions}
        value={filter.direction}
        onChange={(direction) => onChange({ ...filter, direction })}
      />
      <div class="inline-fields">
        <Seconds
          label={words.talkLeast}
          value={filter.minSeconds}
          onChange={(minSeconds) => onChange({ ...filter, minSeconds })}
        />
        <Seconds
          label={words.talkMost}
          value={filter.maxSeconds}
          onChange={(maxSeconds) => onChange({ ...filter, maxSeconds })}
        />
      </div>
      <DraftInput
        label={words.trunk}
        placeholder={words.anyTrunk}
        maxLength={80}
        list="call-trunks"
        value={filter.trunk}
        onTake={(trunk) => onChange({ ...filter, trunk: trunk.trim() })}
      />
      <datalist id="call-trunks">
        {trunks.map((trunk) => (
          <option key={trunk} value={trunk} />
        ))}
      </datalist>
      {filtered && (
        <button type="button" class="button quiet" onClick={onClear}>
          {common.clearFilters}
        </button>
      )}
    </div>
  );
}
