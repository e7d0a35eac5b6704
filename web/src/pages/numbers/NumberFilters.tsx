import { isNumberNotation } from "../../../../src/values/searchedDigits.ts";
import { api } from "../../api/client.ts";
import { formatDateTime } from "../../format/time.ts";
import { fill, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { useResource } from "../../net/resource.ts";
import { may } from "../../session.ts";
import { ChoiceFilter } from "../../ui/ChoiceFilter.tsx";
import { IconButton, SearchField } from "../../ui/controls.tsx";
import { addressOf, noFilter, sortedBy, sorts, states } from "./numberFilter.ts";
import type { Typed } from "../../ui/typed.ts";
import type { NumberFilter } from "./numberFilter.ts";

interface Option {
  readonly id: number;
  readonly name: string;
}

const listedImports = 200;

/** Selects one of a few items by ID; a selected item is named even if the list does not contain it (yet). */
function IdSelect(props: {
  readonly label: string;
  readonly any: string;
  readonly unnamed: string;
  readonly value: number | null;
  readonly options: readonly Option[];
  readonly onChange: (id: number | null) => void;
}) {
  const { label, any, unnamed, value, options, onChange } = props;
  const missing = value !== null && options.every(({ id }) => id !== value);
  if (options.length === 0 && !missing) return null;
  return (
    <select
      class="input"
      aria-label={label}
      value={value === null ? "" : String(value)}
      onChange={({ currentTarget }) =>
        onChange(currentTarget.value === "" ? null : Number(currentTarget.value))
      }
    >
      <option value="">{any}</option>
      {missing && <option value={String(value)}>{fill(unnamed, { id: value })}</option>}
      {options.map(({ id, name }) => (
        <option key={id} value={String(id)}>
          {name}
        </option>
      ))}
    </select>
  );
}

export function NumberFilters(props: {
  readonly filter: NumberFilter;
  readonly typed: Typed;
  readonly onChange: (next: NumberFilter) => void;
  readonly onClear: () => void;
}) {
  const { filter, typed, onChange, onClear } = props;
  const text = typed.text.value;
  const words = texts.value.numbers;
  const own = numbersTexts.value;
  const pools = useResource<readonly Option[]>(
    "pools",
    async (signal) => (await api.listPools({ signal })).items,
  ).state.value.value;
  const imports = useResource("imports", async (signal) => {
    const { items } = await api.listImports({ limit: listedImports, discarded: "false" }, { signal });
    return items.filter(({ counts }) => counts.created > 0);
  }).state.value.value;
  const filtered = text !== "" || addressOf(filter) !== addressOf(noFilter);
  const whole = may.value("numbers.real");
  return (
    <>
      <div class="toolbar">
        <SearchField label={words.search} value={text} onInput={typed.type} />
        <ChoiceFilter
          label={words.state}
          any={words.anyState}
          values={states}
          words={words}
          value={filter.state}
          onChange={(state) => onChange({ ...filter, state })}
        />
        <IdSelect
          label={words.pool}
          any={own.anyPool}
          unnamed={own.poolGone}
          value={filter.pool}
          options={pools ?? []}
          onChange={(pool) => onChange({ ...filter, pool })}
        />
        <IdSelect
          label={words.import}
          any={own.anyImport}
          unnamed={own.importNumber}
          value={filter.import}
          options={(imports ?? []).map(({ id, fileName, createdAt }) => ({
            id,
            name: fill(own.importOf, { name: fileName, time: formatDateTime(createdAt) }),
          }))}
          onChange={(id) => onChange({ ...filter, import: id })}
        />
        <span class="order">
          <select
            class="input"
            aria-label={words.order}
            value={filter.sort}
            onChange={({ currentTarget }) =>
              onChange(sortedBy(filter, sorts.find((sort) => sort === currentTarget.value) ?? noFilter.sort))
            }
          >
            {sorts
              .filter((sort) => sort !== "realNumber" || whole)
              .map((sort) => (
                <option key={sort} value={sort}>
                  {own.columns[sort]}
                </option>
              ))}
          </select>
          <IconButton
            icon={filter.descending ? "down" : "up"}
            label={filter.descending ? own.descending : own.ascending}
            onClick={() => onChange({ ...filter, descending: !filter.descending })}
          />
        </span>
        {filtered && (
          <button type="button" class="button quiet" onClick={onClear}>
            {texts.value.common.clearFilters}
          </button>
        )}
      </div>
      {!whole && isNumberNotation(text) && text.replaceAll(/\D/g, "").length > 4 && (
        <p class="muted">{own.proxyOnly}</p>
      )}
    </>
  );
}
