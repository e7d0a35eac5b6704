import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { api } from "../../api/client.ts";
import type { Mapping, MappingPage } from "../../api/client.ts";
import { formatPhone } from "../../format/phone.ts";
import { counted, fill, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import type { Problem } from "../../net/problem.ts";
import { useResource } from "../../net/resource.ts";
import { navigate, place } from "../../router.ts";
import { may } from "../../session.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { Loading, ProblemNotice, toast } from "../../ui/feedback.tsx";
import { EmptyList } from "../../ui/EmptyList.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { listPage, ListProblem, Pager, pageSize, refilter, rowRange } from "../../ui/paging.tsx";
import { useTyped } from "../../ui/typed.ts";
import { AddNumberDialog } from "./AddNumberDialog.tsx";
import { BulkDialog } from "./BulkDialog.tsx";
import { filterTarget, selectionTarget } from "./bulkWork.ts";
import type { BulkTarget } from "./bulkWork.ts";
import { ExportButtons } from "./ExportButtons.tsx";
import { addressOf, conditionsOf, filterAt, noFilter, queryOf, sortedBy } from "./numberFilter.ts";
import type { NumberFilter } from "./numberFilter.ts";
import { LastBulkChange } from "./LastBulkChange.tsx";
import { NumberFilters } from "./NumberFilters.tsx";
import { NumberTable } from "./NumberTable.tsx";
import { realInWords } from "./SecretNumber.tsx";

const change = (next: NumberFilter): void => refilter(addressOf(next));

/** The list of mappings, one page at a time. */
export function NumberList() {
  const words = texts.value.numbers;
  const filter = filterAt(place.value.query, place.value.hidden);
  const typed = useTyped(filter.text, (text) =>
    change({ ...filterAt(place.peek().query, place.peek().hidden), text }),
  );
  const query = queryOf(filter);
  const conditions = conditionsOf(query);
  const key = JSON.stringify(query);
  const asked = listPage();
  const { after } = asked;
  const here = `${key} ${asked.key}`;
  const { state, reload } = useResource<{
    readonly page: MappingPage;
    readonly row: number;
    readonly place: string;
  }>(here, async (signal) => {
    const body = { ...query, limit: pageSize.value, ...(after !== null && { after }) };
    return { page: await api.searchMappings(body, { signal }), row: asked.row, place: here };
  });
  const { value, problem, loading } = state.value;
  const page = value?.page ?? null;
  // Rows of the previous sort or page are shown until these arrive; do not page on from them.
  const isHere = value?.place === here;
  const total = useSignal<MappingPage["total"] | null>(null);
  const changed = useSignal<ReadonlyMap<number, Mapping>>(new Map());
  const selected = useSignal<ReadonlySet<number>>(new Set());
  useEffect(() => {
    // Only the first page contains it.
    if (page?.total !== undefined) total.value = page.total;
    if (changed.peek().size > 0) changed.value = new Map();
  }, [page]);
  useEffect(() => {
    if (selected.peek().size > 0) selected.value = new Set();
  }, [JSON.stringify(conditions)]);
  const adding = useSignal(false);
  const target = useSignal<BulkTarget | null>(null);
  const refused = useSignal<Problem | null>(null);
  const writes = may.value("numbers.write");
  // Of the rows shown, not of those being loaded.
  const found = total.value ?? null;
  const range = page === null ? "" : rowRange(value?.row ?? 1, page.items.length);
  const all = found === null ? null : counted(words.total, found.value);
  const items = (page?.items ?? []).map((mapping) => changed.value.get(mapping.id) ?? mapping);
  // Redraw fifty rows only if one of them changes, not whenever the list reloads or counts.
  const table = useMemo(
    () => (
      <NumberTable
        items={items}
        sort={filter.sort}
        descending={filter.descending}
        onSort={(sort) => change(sortedBy(filter, sort))}
        selection={
          writes
            ? {
                ids: selected.value,
                toggle: (ids, on) => {
                  const next = new Set(selected.value);
                  for (const id of ids) {
                    if (on) next.add(id);
                    else next.delete(id);
                  }
                  selected.value = next;
                },
              }
            : null
        }
        onChanged={(mapping) => {
          changed.value = new Map(changed.value).set(mapping.id, mapping);
        }}
      />
    ),
    [page, changed.value, selected.value, JSON.stringify(filter), writes],
  );
  const clear = (): void => {
    typed.type("");
    change(noFilter);
  };
  return (
    <>
      <PageHead title={words.title}>
        {writes && Object.keys(conditions).length > 0 && (
          <button
            type="button"
            class="button"
            onClick={() => {
              target.value = filterTarget(conditions);
            }}
          >
            {words.bulk.button}
          </button>
        )}
        {may.value("numbers.export") && (
          <ExportButtons
            query={query}
            onRefusal={(problemOfExport) => {
              refused.value = problemOfExport;
            }}
          />
        )}
        {writes && may.value("numbers.real") && (
          <button
            type="button"
            class="button"
            onClick={() => {
              adding.value = true;
            }}
          >
            <Icon name="plus" size={16} />
            {numbersTexts.value.add.title}
          </button>
        )}
        {writes && (
          <a class="button primary" href="/app/import">
            <Icon name="import" size={16} />
            {words.emptyAction}
          </a>
        )}
      </PageHead>
      <NumberFilters filter={filter} typed={typed} onChange={change} onClear={clear} />
      <LastBulkChange onUndone={reload} />
      {refused.value !== null && <ProblemNotice problem={refused.value} />}
      {problem !== null && <ListProblem problem={problem} page={asked} retry={reload} />}
      <section class="card" aria-label={words.title} aria-busy={loading || !isHere}>
        {page === null && problem === null && <Loading />}
        {selected.value.size > 0 && (
          <div class="card-head selection" role="status">
            <strong>{counted(numbersTexts.value.selection.count, selected.value.size)}</strong>
            <button
              type="button"
              class="button primary small"
              onClick={() => {
                target.value = selectionTarget([...selected.value]);
              }}
            >
              {numbersTexts.value.selection.change}
            </button>
            <button
              type="button"
              class="button quiet small"
              onClick={() => {
                selected.value = new Set();
              }}
            >
              {numbersTexts.value.selection.clear}
            </button>
          </div>
        )}
        {page !== null && items.length === 0 && (
          <EmptyList
            icon="numbers"
            words={words}
            page={asked}
            filtered={Object.keys(conditions).length > 0}
            onClear={clear}
          >
            {writes && (
              <a class="button primary" href="/app/import">
                {words.emptyAction}
              </a>
            )}
          </EmptyList>
        )}
        {page !== null && items.length > 0 && (
          <>
            {table}
            <Pager
              text={
                all === null
                  ? range
                  : `${range} · ${found?.exact === false ? fill(words.atLeast, { n: all }) : all}`
              }
              page={asked}
              shown={isHere ? { next: page.next, rows: page.items.length } : null}
            />
          </>
        )}
      </section>
      {adding.value && (
        <AddNumberDialog
          onAdded={({ id, realNumber, proxyNumber }) => {
            adding.value = false;
            const numbers = { real: realInWords(realNumber), proxy: formatPhone(proxyNumber) };
            toast(fill(numbersTexts.value.add.added, numbers));
            navigate(`/app/numbers/${id}`);
          }}
          onClose={() => {
            adding.value = false;
          }}
        />
      )}
      {target.value !== null && (
        <BulkDialog
          target={target.value}
          onDone={() => {
            selected.value = new Set();
            reload();
          }}
          onClose={() => {
            target.value = null;
          }}
        />
      )}
    </>
  );
}
