import { callStatuses } from "../../../../src/domain/callRecord.ts";
import { formatDuration } from "../../format/time.ts";
import { fill, texts } from "../../i18n/index.ts";
import { SearchField, Segments } from "../../ui/controls.tsx";
import { noFilter } from "./filters.ts";
import type { CallFilter } from "./filters.ts";

const talkChoices = [10, 30, 60, 300, 1800];

export function CallFilters(props: {
  readonly filter: CallFilter;
  readonly onChange: (next: CallFilter) => void;
}) {
  const { filter, onChange } = props;
  const words = texts.value.calls;
  const { common, statuses } = texts.value;
  const filtered = JSON.stringify(filter) !== JSON.stringify(noFilter);
  return (
    <div class="toolbar">
      <SearchField
        label={words.number}
        value={filter.number}
        onInput={(number) => onChange({ ...filter, number })}
      />
      <Segments
        label={words.period}
        value={filter.period}
        options={[
          { key: "today", label: words.today },
          { key: "week", label: words.week },
          { key: "month", label: words.month },
          { key: "any", label: words.any },
        ]}
        onChange={(period) => onChange({ ...filter, period })}
      />
      <select
        class="input"
        aria-label={words.status}
        value={filter.status ?? ""}
        onChange={({ currentTarget }) =>
          onChange({
            ...filter,
            status: callStatuses.find((status) => status === currentTarget.value) ?? null,
          })
        }
      >
        <option value="">{words.anyStatus}</option>
        {callStatuses.map((status) => (
          <option key={status} value={status}>
            {statuses[status]}
          </option>
        ))}
      </select>
      <select
        class="input"
        aria-label={words.duration}
        value={filter.minSeconds === null ? "" : String(filter.minSeconds)}
        onChange={({ currentTarget }) =>
          onChange({
            ...filter,
            minSeconds: currentTarget.value === "" ? null : Number(currentTarget.value),
          })
        }
      >
        <option value="">{words.anyDuration}</option>
        {talkChoices.map((seconds) => (
          <option key={seconds} value={String(seconds)}>
            {fill(words.longerThan, { time: formatDuration(seconds * 1000) })}
          </option>
        ))}
      </select>
      <input
        class="input"
        aria-label={words.trunk}
        placeholder={words.anyTrunk}
        value={filter.trunk}
        onChange={({ currentTarget }) => onChange({ ...filter, trunk: currentTarget.value.trim() })}
      />
      {filtered && (
        <button type="button" class="button quiet" onClick={() => onChange(noFilter)}>
          {common.clearFilters}
        </button>
      )}
    </div>
  );
}
