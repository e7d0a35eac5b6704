import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api } from "../../api/client.ts";
import type { Mapping, MappingPage } from "../../api/client.ts";
import { formatPhone } from "../../format/phone.ts";
import { formatDateTime } from "../../format/time.ts";
import { counted, fill, formatCount, texts } from "../../i18n/index.ts";
import { useResource } from "../../net/resource.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { Pager, Phone } from "../../ui/controls.tsx";
import { Empty, Loading, ProblemNotice } from "../../ui/feedback.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { BulkDialog } from "./BulkDialog.tsx";
import { exportAddress, noFilter, queryOf } from "./numberFilter.ts";
import type { NumberFilter } from "./numberFilter.ts";
import { NumberFilters } from "./NumberFilters.tsx";
import { MappingStateBadge } from "./MappingStateBadge.tsx";

const pageSize = 50;
/** So long after the last key a search begins. */
const typingMs = 200;

/** Outlives the page, so that whoever comes back from a number finds the list as it was. */
const lastFilter = { current: noFilter };

function Row({ mapping }: { readonly mapping: Mapping }) {
  const words = texts.value.numbers;
  const number = formatPhone(mapping.proxyNumber);
  return (
    <tr>
      <td data-label={words.proxy}>
        <a class="number" href={`/app/numbers/${mapping.id}`} aria-label={fill(words.open, { number })}>
          {number}
        </a>
      </td>
      <td data-label={words.real}>
        <Phone number={mapping.realNumber} />
      </td>
      <td data-label={words.state}>
        <MappingStateBadge mapping={mapping} />
      </td>
      <td data-label={words.label}>{mapping.label}</td>
      <td data-label={words.reference}>{mapping.reference}</td>
      <td data-label={words.expires} class="number muted">
        {mapping.expiresAt !== null && formatDateTime(mapping.expiresAt)}
      </td>
      <td data-label={words.created} class="number muted">
        {formatDateTime(mapping.createdAt)}
      </td>
    </tr>
  );
}

function Rows({ items }: { readonly items: readonly Mapping[] }) {
  const words = texts.value.numbers;
  const columns = [
    words.proxy,
    words.real,
    words.state,
    words.label,
    words.reference,
    words.expires,
    words.created,
  ];
  return (
    <div class="table-scroll">
      <table class="folding" data-table="numbers">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((mapping) => (
            <Row key={mapping.id} mapping={mapping} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Exports({ filter }: { readonly filter: NumberFilter }) {
  const words = texts.value.numbers;
  const query = queryOf(filter);
  const csv = exportAddress("csv", query);
  const workbook = exportAddress("xlsx", query);
  if (csv === null || workbook === null) return null;
  return (
    <>
      <a class="button" href={csv} download>
        <Icon name="download" size={16} />
        {words.export}
      </a>
      <a class="button" href={workbook} download>
        <Icon name="download" size={16} />
        {words.exportWorkbook}
      </a>
    </>
  );
}

/** One page at a time: a million mappings are no more work than a hundred. */
export function NumberList() {
  const words = texts.value.numbers;
  const filter = useSignal<NumberFilter>(lastFilter.current);
  const used = useSignal<NumberFilter>(lastFilter.current);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (queryOf(filter.value) !== null) used.value = filter.value;
      lastFilter.current = filter.value;
    }, typingMs);
    return () => clearTimeout(timer);
  }, [filter.value]);
  const query = queryOf(used.value) ?? {};
  const key = JSON.stringify(query);
  const trail = useSignal<readonly (string | null)[]>([null]);
  useEffect(() => {
    trail.value = [null];
  }, [key]);
  const after = trail.value.at(-1) ?? null;
  const { state, reload } = useResource<MappingPage>(`${key} ${after}`, (signal) =>
    api.searchMappings({ ...query, limit: pageSize, ...(after !== null && { after }) }, { signal }),
  );
  const { value: page, problem, loading } = state.value;
  const total = useSignal<MappingPage["total"] | null>(null);
  useEffect(() => {
    // Only the first page tells it.
    if (page?.total !== undefined) total.value = page.total;
  }, [page]);
  const bulk = useSignal(false);
  const filtered = JSON.stringify(used.value) !== JSON.stringify(noFilter);
  const from = (trail.value.length - 1) * pageSize;
  const found = total.value ?? null;
  const range = page === null ? "" : `${formatCount(from + 1)}–${formatCount(from + page.items.length)}`;
  const all = found === null ? null : counted(words.total, found.value);
  return (
    <>
      <PageHead title={words.title}>
        {Object.keys(query).length > 1 && (
          <button
            type="button"
            class="button"
            onClick={() => {
              bulk.value = true;
            }}
          >
            {words.bulk.button}
          </button>
        )}
        <Exports filter={used.value} />
        <a class="button primary" href="/app/import">
          <Icon name="import" size={16} />
          {words.emptyAction}
        </a>
      </PageHead>
      <NumberFilters
        filter={filter.value}
        onChange={(next) => {
          filter.value = next;
        }}
      />
      {problem !== null && <ProblemNotice problem={problem} retry={reload} />}
      <section class="card" aria-label={words.title} aria-busy={loading}>
        {page === null && problem === null && <Loading />}
        {page !== null && page.items.length === 0 && (
          <Empty
            icon="numbers"
            title={filtered ? words.noMatchTitle : words.emptyTitle}
            text={filtered ? words.noMatchText : words.emptyText}
          >
            {filtered ? (
              <button
                type="button"
                class="button"
                onClick={() => {
                  filter.value = noFilter;
                }}
              >
                {texts.value.common.clearFilters}
              </button>
            ) : (
              <a class="button primary" href="/app/import">
                {words.emptyAction}
              </a>
            )}
          </Empty>
        )}
        {page !== null && page.items.length > 0 && (
          <>
            <Rows items={page.items} />
            <Pager
              text={
                all === null
                  ? range
                  : `${range} · ${found?.exact === false ? fill(words.atLeast, { n: all }) : all}`
              }
              onPrevious={trail.value.length < 2 ? null : () => (trail.value = trail.value.slice(0, -1))}
              onNext={page.next === null ? null : () => (trail.value = [...trail.value, page.next])}
            />
          </>
        )}
      </section>
      {bulk.value && (
        <BulkDialog
          query={query}
          onClose={() => {
            bulk.value = false;
            reload();
          }}
        />
      )}
    </>
  );
}
