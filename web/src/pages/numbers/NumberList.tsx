import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { api } from "../../api/client.ts";
import type { Mapping, MappingPage } from "../../api/client.ts";
import { counted, fill, formatCount, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import type { Problem } from "../../net/problem.ts";
import { useResource } from "../../net/resource.ts";
import { navigate, place } from "../../router.ts";
import { may } from "../../session.ts";
import { PageHead } from "../../shell/PageHead.tsx";
import { Pager } from "../../ui/controls.tsx";
import { Empty, Loading, ProblemNotice } from "../../ui/feedback.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { BulkDialog } from "./BulkDialog.tsx";
import { filterTarget, selectionTarget } from "./bulkWork.ts";
import type { BulkTarget } from "./bulkWork.ts";
import { ExportButtons } from "./ExportButtons.tsx";
import { conditionsOf, noFilter, queryOf, sortedBy } from "./numberFilter.ts";
import type { NumberFilter } from "./numberFilter.ts";
import { NumberFilters } from "./NumberFilters.tsx";
import { NumberTable } from "./NumberTable.tsx";

const pageSize = 50;
/** A search starts this long after the last key. */
const typingMs = 200;

/** Outlives the page, so that the list is unchanged on return from a number. */
const lastFilter = { current: noFilter };

/** Links from pools and imports set the initial filter; later changes are not part of the URL. */
function filterAtFirst(): NumberFilter {
  const { query } = place.peek();
  const idOf = (name: string): number | null => {
    const id = Number(query.get(name));
    return Number.isSafeInteger(id) && id > 0 ? id : null;
  };
  const pool = idOf("pool");
  const fromImport = idOf("import");
  if (pool === null && fromImport === null) return lastFilter.current;
  return { ...noFilter, pool, import: fromImport };
}

function Nothing({ filtered, onClear }: { readonly filtered: boolean; readonly onClear: () => void }) {
  const words = texts.value.numbers;
  return (
    <Empty
      icon="numbers"
      title={filtered ? words.noMatchTitle : words.emptyTitle}
      text={filtered ? words.noMatchText : words.emptyText}
    >
      {filtered && (
        <button type="button" class="button" onClick={onClear}>
          {texts.value.common.clearFilters}
        </button>
      )}
      {!filtered && may.value("numbers.write") && (
        <a class="button primary" href="/app/import">
          {words.emptyAction}
        </a>
      )}
    </Empty>
  );
}

/** The list of mappings, one page at a time. */
export function NumberList() {
  const words = texts.value.numbers;
  const atFirst = useMemo(filterAtFirst, []);
  const filter = useSignal<NumberFilter>(atFirst);
  const used = useSignal<NumberFilter>(atFirst);
  useEffect(() => {
    if (place.peek().query.size > 0) navigate("/app/numbers", { replace: true });
  }, []);
  useEffect(() => {
    lastFilter.current = filter.value;
    const { text: _now, ...now } = filter.value;
    const { text: _before, ...before } = used.peek();
    const take = (): void => {
      if (queryOf(filter.value) !== null) used.value = filter.value;
    };
    // Only typing is debounced; other filters apply immediately.
    if (JSON.stringify(now) !== JSON.stringify(before)) {
      take();
      return undefined;
    }
    const timer = setTimeout(take, typingMs);
    return () => clearTimeout(timer);
  }, [filter.value]);
  const query = queryOf(used.value) ?? {};
  const conditions = conditionsOf(query);
  const key = JSON.stringify(query);
  const trail = useSignal<{ readonly key: string; readonly afters: readonly (string | null)[] }>({
    key,
    afters: [null],
  });
  const afters = trail.value.key === key ? trail.value.afters : [null];
  const after = afters.at(-1) ?? null;
  const before = (afters.length - 1) * pageSize;
  const here = `${key} ${after}`;
  const { state, reload } = useResource<{
    readonly page: MappingPage;
    readonly from: number;
    readonly place: string;
  }>(here, async (signal) => {
    const asked = { ...query, limit: pageSize, ...(after !== null && { after }) };
    return { page: await api.searchMappings(asked, { signal }), from: before, place: here };
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
  const target = useSignal<BulkTarget | null>(null);
  const refused = useSignal<Problem | null>(null);
  const writes = may.value("numbers.write");
  // Of the rows shown, not of those being loaded.
  const from = value?.from ?? 0;
  const found = total.value ?? null;
  const range = page === null ? "" : `${formatCount(from + 1)}–${formatCount(from + page.items.length)}`;
  const all = found === null ? null : counted(words.total, found.value);
  const items = (page?.items ?? []).map((mapping) => changed.value.get(mapping.id) ?? mapping);
  // Redraw fifty rows only if one of them changes, not whenever the list reloads or counts.
  const table = useMemo(
    () => (
      <NumberTable
        items={items}
        sort={used.value.sort}
        descending={used.value.descending}
        onSort={(sort) => {
          filter.value = sortedBy(filter.value, sort);
        }}
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
    [page, changed.value, selected.value, used.value, writes],
  );
  const go = (next: readonly (string | null)[]): void => {
    trail.value = { key, afters: next };
  };
  const clear = (): void => {
    filter.value = noFilter;
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
        {writes && (
          <a class="button primary" href="/app/import">
            <Icon name="import" size={16} />
            {words.emptyAction}
          </a>
        )}
      </PageHead>
      <NumberFilters
        filter={filter.value}
        onChange={(next) => {
          filter.value = next;
        }}
      />
      {refused.value !== null && <ProblemNotice problem={refused.value} />}
      {problem !== null && <ProblemNotice problem={problem} retry={reload} />}
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
          <Nothing filtered={Object.keys(conditions).length > 0} onClear={clear} />
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
              onPrevious={!isHere || afters.length < 2 ? null : () => go(afters.slice(0, -1))}
              onNext={!isHere || page.next === null ? null : () => go([...afters, page.next])}
            />
          </>
        )}
      </section>
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
