import { computed, signal } from "@preact/signals";
import { formatCount, texts } from "../i18n/index.ts";
import { pageAddress } from "../pageAddress.ts";
import { remembered } from "../remembered.ts";
import type { Problem } from "../net/problem.ts";
import { entry, navigate, place } from "../router.ts";
import type { Trail } from "../router.ts";
import { IconButton } from "./controls.tsx";
import { ProblemNotice } from "./feedback.tsx";

const sizes = [25, 50, 100, 200] as const;
/** Whatever the page size, a list of no more rows has one page. */
export const fewestRows = sizes[0];
const stored = remembered("page-size");
const inUrl = "size";

const sizeOf = (text: string | null): number | undefined => sizes.find((size) => String(size) === text);
const chosen = signal(sizeOf(stored.read()) ?? 50);

/** Rows per page, in all lists: as the URL has it, or else as last chosen in this browser. */
export const pageSize = computed(() => sizeOf(place.value.query.get(inUrl)) ?? chosen.value);

function choosePageSize(size: number): void {
  stored.write(String(size));
  chosen.value = size;
  const { path, query, hidden } = place.peek();
  const asked = new URLSearchParams(query);
  asked.set(inUrl, String(size));
  navigate(pageAddress(path, asked, hidden), { replace: true, trails: entry().trails });
}

/** Shows a list with another filter, on its first page, with as many rows as before. */
export function refilter(address: string): void {
  const { pathname, searchParams, hash } = new URL(address, location.href);
  const size = place.peek().query.get(inUrl);
  if (size !== null) searchParams.set(inUrl, size);
  navigate(pageAddress(pathname, searchParams, new URLSearchParams(hash.slice(1))), { replace: true });
}

/** A page of a list, as the URL has it. */
export interface ListPage {
  /** The cursor; null on the first page. */
  readonly after: string | null;
  /** The number of its first row, from 1. */
  readonly row: number;
  /** Names the page among those of the list. */
  readonly key: string;
  /** `next` of the page shown, and its rows. */
  readonly goOn: (next: string, rows: number) => void;
  /** null on the first page. */
  readonly goBack: (() => void) | null;
  readonly goToFirst: () => void;
  /** A link from elsewhere leads to a page without those before it: then there is only the first one to go back to. */
  readonly backToFirst: boolean;
}

const namesOf = (list: string) => ({ after: `${list}after`, row: `${list}row` });

/** The same query, with the list on its first page. */
export function onFirstPage(query: URLSearchParams, list: string): URLSearchParams {
  const { after, row } = namesOf(list);
  const first = new URLSearchParams(query);
  first.delete(after);
  first.delete(row);
  return first;
}

/**
 * The page of a list, which is in the URL. `list` tells several lists on one page apart. Call it where the filters of
 * the list are read from the URL: another filter has another URL, without a page.
 */
export function listPage(list = ""): ListPage {
  const { query } = place.value;
  const names = namesOf(list);
  const after = query.get(names.after);
  const row = after === null ? 1 : Math.max(1, Math.trunc(Number(query.get(names.row))) || 1);
  const trail = after === null ? [] : (entry().trails[list] ?? []);

  function go(to: { readonly after: string | null; readonly row: number }, next: Trail): void {
    const { path, query: now, hidden } = place.peek();
    const asked = onFirstPage(now, list);
    if (to.after !== null) {
      asked.set(names.row, String(to.row));
      asked.set(names.after, to.after);
    }
    navigate(pageAddress(path, asked, hidden), {
      stay: list !== "",
      trails: { ...entry().trails, [list]: next },
    });
  }

  const last = trail.at(-1) ?? { after: null, row: 1 };
  return {
    after,
    row,
    key: `${after} ${pageSize.value}`,
    goOn: (next, rows) => go({ after: next, row: row + rows }, [...trail, { after, row }]),
    goBack: after === null ? null : () => go(last, trail.slice(0, -1)),
    goToFirst: () => go({ after: null, row: 1 }, []),
    backToFirst: after !== null && trail.length === 0,
  };
}

/** Why a page of a list is missing. A link may lead to a page that no list has: then the first one helps. */
export function ListProblem(props: {
  readonly problem: Problem;
  readonly page: ListPage;
  readonly retry: () => void;
}) {
  const { problem, page, retry } = props;
  return problem.code === "BAD_CURSOR" ? (
    <ProblemNotice problem={problem} retry={page.goToFirst} retryLabel={texts.value.common.firstPage} />
  ) : (
    <ProblemNotice problem={problem} retry={retry} />
  );
}

/** On a later page without rows, which may have had some: the way to the others. */
export function ToFirstPage({ page }: { readonly page: ListPage }) {
  if (page.after === null) return null;
  return (
    <button type="button" class="button" onClick={page.goToFirst}>
      {texts.value.common.firstPage}
    </button>
  );
}

/** `1–50` */
export function rowRange(row: number, rows: number): string {
  return `${formatCount(row)}–${formatCount(row + rows - 1)}`;
}

/** The rows shown, how many per page, and the pages before and after. */
export function Pager(props: {
  readonly text: string;
  readonly page: ListPage;
  /** The cursor of the next page and the rows of this one; null while another page is loading. */
  readonly shown: { readonly next: string | null; readonly rows: number } | null;
}) {
  const { text, page, shown } = props;
  const { common } = texts.value;
  const next = shown?.next ?? null;
  return (
    <nav class="pager" aria-label={text}>
      <span class="number" aria-live="polite">
        {text}
      </span>
      <span class="spacer" />
      <label class="inline-field">
        <span>{common.pageSize}</span>
        <select
          class="input"
          value={String(pageSize.value)}
          onChange={({ currentTarget }) => choosePageSize(sizeOf(currentTarget.value) ?? pageSize.value)}
        >
          {sizes.map((size) => (
            <option key={size} value={String(size)}>
              {size}
            </option>
          ))}
        </select>
      </label>
      <IconButton
        icon="left"
        label={page.backToFirst ? common.firstPage : common.previous}
        disabled={shown === null || page.goBack === null}
        onClick={() => page.goBack?.()}
      />
      <IconButton
        icon="right"
        label={common.next}
        disabled={next === null}
        onClick={() => next !== null && page.goOn(next, shown?.rows ?? 0)}
      />
    </nav>
  );
}
