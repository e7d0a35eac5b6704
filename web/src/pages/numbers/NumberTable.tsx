import { api } from "../../api/client.ts";
import type { Mapping } from "../../api/client.ts";
import { formatPhone } from "../../format/phone.ts";
import { formatExpiry } from "../../format/expiry.ts";
import { formatDay, formatMinute } from "../../format/time.ts";
import { fill, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import { may } from "../../session.ts";
import { CopyNumber, Phone } from "../../ui/controls.tsx";
import { isMasked, SecretNumber } from "./SecretNumber.tsx";
import { LabelCell } from "./LabelCell.tsx";
import { MappingStateBadge } from "./MappingStateBadge.tsx";
import type { Sort } from "./numberFilter.ts";

interface Selection {
  readonly ids: ReadonlySet<number>;
  readonly toggle: (ids: readonly number[], selected: boolean) => void;
}

/** A sortable column header, announced to screen readers; a click sorts by it or reverses the order. */
function SortHead(props: {
  readonly sort: Sort;
  readonly by: Sort;
  readonly descending: boolean;
  readonly onSort: (sort: Sort) => void;
}) {
  const { sort, by, descending, onSort } = props;
  const name = numbersTexts.value.columns[sort];
  if (sort === "realNumber" && !may.value("numbers.real")) return <th scope="col">{name}</th>;
  const sorted = sort === by;
  return (
    <th scope="col" aria-sort={sorted ? (descending ? "descending" : "ascending") : "none"}>
      <button type="button" class="sort" onClick={() => onSort(sort)}>
        {name}
        <span aria-hidden="true">{sorted ? (descending ? "↓" : "↑") : ""}</span>
      </button>
    </th>
  );
}

function Row(props: {
  readonly mapping: Mapping;
  readonly selection: Selection | null;
  readonly onChanged: (changed: Mapping) => void;
}) {
  const { mapping, selection, onChanged } = props;
  const words = texts.value.numbers;
  const number = formatPhone(mapping.proxyNumber);
  return (
    <tr data-selected={selection?.ids.has(mapping.id) === true}>
      {selection !== null && (
        <td class="check">
          <input
            type="checkbox"
            aria-label={fill(numbersTexts.value.selection.one, { number })}
            checked={selection.ids.has(mapping.id)}
            onChange={({ currentTarget }) => selection.toggle([mapping.id], currentTarget.checked)}
          />
        </td>
      )}
      <td data-label={words.proxy}>
        <span class="copyable">
          <a
            class="number"
            data-opens
            href={`/app/numbers/${mapping.id}`}
            aria-label={fill(words.open, { number })}
          >
            {number}
          </a>
          <CopyNumber number={mapping.proxyNumber} />
        </span>
      </td>
      <td data-label={words.real} class="nowrap">
        {mapping.realNumber === null || isMasked(mapping.realNumber) ? (
          <SecretNumber number={mapping.realNumber} reveal={() => api.revealMapping(String(mapping.id))} />
        ) : (
          <Phone number={mapping.realNumber} />
        )}
      </td>
      <td data-label={words.state}>
        <MappingStateBadge mapping={mapping} />
      </td>
      <td data-label={words.label} class="label">
        <LabelCell mapping={mapping} onSaved={onChanged} />
      </td>
      <td data-label={words.reference} class="reference">
        {mapping.reference}
      </td>
      <td data-label={words.expires} class="number muted">
        {mapping.expiresAt !== null && formatExpiry(mapping.expiresAt)}
      </td>
      <td data-label={words.created} class="number muted">
        <time dateTime={mapping.createdAt} title={formatMinute(mapping.createdAt)}>
          {formatDay(mapping.createdAt)}
        </time>
      </td>
    </tr>
  );
}

export function NumberTable(props: {
  readonly items: readonly Mapping[];
  readonly sort: Sort;
  readonly descending: boolean;
  readonly onSort: (sort: Sort) => void;
  /** null: the viewer may not change numbers. */
  readonly selection: Selection | null;
  readonly onChanged: (changed: Mapping) => void;
}) {
  const { items, sort, descending, onSort, selection, onChanged } = props;
  const head = (column: Sort) => <SortHead sort={column} by={sort} descending={descending} onSort={onSort} />;
  const chosen = items.filter(({ id }) => selection?.ids.has(id) === true).length;
  return (
    <div class="table-scroll">
      <table class="folding" data-table="numbers">
        <thead>
          <tr>
            {selection !== null && (
              <th scope="col" class="check">
                <input
                  type="checkbox"
                  aria-label={numbersTexts.value.selection.page}
                  checked={chosen === items.length}
                  ref={(box) => {
                    if (box !== null) box.indeterminate = chosen > 0 && chosen < items.length;
                  }}
                  onChange={({ currentTarget }) =>
                    selection.toggle(
                      items.map(({ id }) => id),
                      currentTarget.checked,
                    )
                  }
                />
              </th>
            )}
            {head("proxyNumber")}
            {head("realNumber")}
            <th scope="col">{texts.value.numbers.state}</th>
            {head("label")}
            <th scope="col">{texts.value.numbers.reference}</th>
            {head("expiresAt")}
            {head("created")}
          </tr>
        </thead>
        <tbody>
          {items.map((mapping) => (
            <Row key={mapping.id} mapping={mapping} selection={selection} onChanged={onChanged} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
