import { texts } from "../../i18n/index.ts";
import { SearchField, Segments } from "../../ui/controls.tsx";
import { noFilter, queryOf, sorts, states } from "./numberFilter.ts";
import type { NumberFilter } from "./numberFilter.ts";

export function NumberFilters(props: {
  readonly filter: NumberFilter;
  readonly onChange: (next: NumberFilter) => void;
}) {
  const { filter, onChange } = props;
  const words = texts.value.numbers;
  const filtered = JSON.stringify(filter) !== JSON.stringify(noFilter);
  return (
    <>
      <div class="toolbar">
        <SearchField
          label={words.search[filter.searchIn]}
          value={filter.text}
          onInput={(text) => onChange({ ...filter, text })}
        />
        <Segments
          label={words.searchIn}
          value={filter.searchIn}
          options={[
            { key: "numbers", label: words.inNumbers },
            { key: "label", label: words.label },
            { key: "reference", label: words.reference },
          ]}
          onChange={(searchIn) => onChange({ ...filter, searchIn })}
        />
        <select
          class="input"
          aria-label={words.state}
          value={filter.state ?? ""}
          onChange={({ currentTarget }) =>
            onChange({ ...filter, state: states.find((state) => state === currentTarget.value) ?? null })
          }
        >
          <option value="">{words.anyState}</option>
          {states.map((state) => (
            <option key={state} value={state}>
              {words[state]}
            </option>
          ))}
        </select>
        <select
          class="input"
          aria-label={words.order}
          value={filter.sort}
          onChange={({ currentTarget }) =>
            onChange({ ...filter, sort: sorts.find((sort) => sort === currentTarget.value) ?? noFilter.sort })
          }
        >
          {sorts.map((sort) => (
            <option key={sort} value={sort}>
              {words.sort[sort]}
            </option>
          ))}
        </select>
        {filtered && (
          <button type="button" class="button quiet" onClick={() => onChange(noFilter)}>
            {texts.value.common.clearFilters}
          </button>
        )}
      </div>
      {queryOf(filter) === null && <p class="muted">{words.tooFewDigits}</p>}
    </>
  );
}
