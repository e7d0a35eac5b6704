import { useSignal } from "@preact/signals";
import { fill, formatCount, language, texts } from "../../i18n/index.ts";
import { numbersTexts } from "../../i18n/numbers.ts";
import type { ImportRow } from "../../api/client.ts";
import { useResource } from "../../net/resource.ts";
import { Phone } from "../../ui/controls.tsx";
import { Badge, Empty, Loading } from "../../ui/feedback.tsx";
import type { Tone } from "../../ui/feedback.tsx";
import { fewestRows, listPage, ListProblem, Pager, pageSize, rowRange } from "../../ui/paging.tsx";
import { Differences } from "./Differences.tsx";
import type { ImportJob, RowKind, RowQuery } from "./importApi.ts";
import { importsApi } from "./importApi.ts";

export const tones: Readonly<Record<RowKind, Tone>> = {
  created: "ok",
  existing: "calm",
  differing: "warn",
  updated: "ok",
  duplicate: "calm",
  rejected: "bad",
  skipped: "calm",
};

interface RowPage {
  readonly items: readonly ImportRow[];
  readonly next: string | null;
}

/** Sends requests until the page is full, because the server searches only part of a large file per request. */
async function loadPage(
  id: number,
  query: RowQuery,
  {
    begin,
    size,
    signal,
  }: { readonly begin: string | null; readonly size: number; readonly signal: AbortSignal },
  onSearched: (row: number) => void,
): Promise<RowPage> {
  const items: ImportRow[] = [];
  let after = begin;
  do {
    const page = await importsApi.rows(id, query, { after, limit: size - items.length }, signal);
    items.push(...page.items);
    after = page.next;
    if (after !== null) onSearched(Number(after));
  } while (after !== null && items.length < size);
  return { items, next: after };
}

type Columns = ImportJob["reading"]["columns"];

/** A row as it is in the file, with the headers of the file. */
function OwnCells({ cells, columns }: { readonly cells: readonly string[]; readonly columns: Columns }) {
  const { common, import: words } = texts.value;
  return (
    <dl class="own-cells">
      {cells.map((cell, place) => {
        const header = columns.find((column) => column.place === place)?.header ?? "";
        return (
          <div key={place}>
            <dt>{header === "" ? fill(words.column, { n: String(place + 1) }) : header}</dt>
            <dd>{cell === "" ? common.none : cell}</dd>
          </div>
        );
      })}
    </dl>
  );
}

function Row(props: { readonly row: ImportRow; readonly foreseen: boolean; readonly columns: Columns }) {
  const { row, foreseen, columns } = props;
  const words = texts.value.import;
  const kinds = foreseen ? numbersTexts.value.import.rowForeseen : numbersTexts.value.import.row;
  return (
    <tr data-row={row.row} data-kind={row.kind}>
      <td class="end number muted" data-label={words.row}>
        {row.row}
      </td>
      <td data-label={words.input}>
        {row.cells === null ? row.input : <OwnCells cells={row.cells} columns={columns} />}
      </td>
      <td data-label={words.real}>{row.realNumber !== null && <Phone number={row.realNumber} />}</td>
      {!foreseen && (
        <td data-label={words.proxy}>{row.proxyNumber !== null && <Phone number={row.proxyNumber} />}</td>
      )}
      <td class="wide">
        <Badge tone={tones[row.kind]}>{kinds[row.kind]}</Badge>
        <Differences differences={row.differences} />
        {row.kind === "rejected" && (
          <>
            <div>{row.message}</div>
            <div class="muted">{row.remedy}</div>
          </>
        )}
      </td>
    </tr>
  );
}

/** Rows of the file with their result, or their expected result, one page at a time. */
export function ImportRows(props: {
  readonly job: ImportJob;
  /** Names the list among those of the page. */
  readonly list: string;
  readonly query: RowQuery;
  /** The total number of matching rows; null if only a search could tell. */
  readonly total: number | null;
}) {
  const { job, list, query, total } = props;
  const words = texts.value.import;
  const foreseen = job.state === "previewed";
  const key = `${job.id} ${job.state} ${language.value} ${JSON.stringify(query)}`;
  const asked = listPage(list);
  const here = `${key} ${asked.key}`;
  const searched = useSignal(0);
  const { state, reload } = useResource<
    RowPage & { readonly key: string; readonly place: string; readonly row: number }
  >(here, async (signal) => {
    searched.value = 0;
    const part = { begin: asked.after, size: pageSize.value, signal };
    const found = await loadPage(job.id, query, part, (row) => {
      searched.value = row;
    });
    return { ...found, key, place: here, row: asked.row };
  });
  const { value, problem, loading } = state.value;
  const page = value?.key === key ? value : null;
  // While a page is loading, the one shown is the page before it: do not page on from that.
  const isHere = page !== null && page.place === here;
  return (
    <div aria-busy={loading || !isHere}>
      {problem !== null && <ListProblem problem={problem} page={asked} retry={reload} />}
      {page === null &&
        problem === null &&
        (searched.value > 0 ? (
          <p class="card-body muted" role="status">
            {fill(numbersTexts.value.import.looking, { n: formatCount(searched.value) })}
          </p>
        ) : (
          <Loading />
        ))}
      {page?.items.length === 0 && <Empty icon="search" title={words.noMatch} />}
      {page !== null && page.items.length > 0 && (
        <div class="table-scroll">
          <table class="folding" data-table="import-rows">
            <thead>
              <tr>
                <th scope="col" class="end">
                  {words.row}
                </th>
                <th scope="col">{words.input}</th>
                <th scope="col">{words.real}</th>
                {!foreseen && <th scope="col">{words.proxy}</th>}
                <th scope="col">{words.result}</th>
              </tr>
            </thead>
            <tbody>
              {page.items.map((row) => (
                <Row key={row.row} row={row} foreseen={foreseen} columns={job.reading.columns} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {page !== null && (asked.after !== null || page.next !== null || page.items.length > fewestRows) && (
        <Pager
          text={rangeText(page, total)}
          page={asked}
          shown={isHere ? { next: page.next, rows: page.items.length } : null}
        />
      )}
    </div>
  );
}

/** Of the rows shown, not of those being loaded. */
function rangeText({ row, items }: Pick<RowPage, "items"> & { readonly row: number }, total: number | null) {
  if (items.length === 0) return texts.value.import.noMatch;
  if (total === null) return rowRange(row, items.length);
  return fill(texts.value.common.range, {
    from: formatCount(row),
    to: formatCount(row + items.length - 1),
    total: formatCount(total),
  });
}
