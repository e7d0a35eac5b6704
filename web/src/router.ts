import { signal } from "@preact/signals";
import { returnToPlace, stopReturning } from "./returning.ts";
import { askedToLeave, leavesUnsavedText } from "./ui/unsaved.ts";

interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
  /** After `#`: servers and their logs never see it, so it may contain phone numbers. */
  readonly hidden: URLSearchParams;
}

/** What an entry of the browser's history remembers about its page. */
interface Entry {
  /** Counts up, to distinguish Back from Forward. */
  readonly index: number;
  readonly scrollY: number;
  /** The link that was followed from here; it gets the focus on return. */
  readonly opened: string | null;
  /** The page that linked here. */
  readonly from: string | null;
  /** Of each list on the page, the pages before the one shown. */
  readonly trails: Readonly<Record<string, Trail>>;
}

/** The beginnings of pages of a list: a cursor, and the number of its first row. */
export type Trail = readonly { readonly after: string | null; readonly row: number }[];

const newEntry: Entry = { index: 0, scrollY: 0, opened: null, from: null, trails: {} };

function here(): Place {
  return {
    path: location.pathname,
    query: new URLSearchParams(location.search),
    hidden: new URLSearchParams(location.hash.slice(1)),
  };
}

/** The current location. */
export const place = signal<Place>(here());

/** The current entry of the browser's history. */
export function entry(): Entry {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only this file writes it
  const state = history.state as Partial<Entry> | null;
  return { ...newEntry, ...state };
}

function remember(more: Partial<Entry>): void {
  history.replaceState({ ...entry(), ...more }, "");
}

interface Navigation {
  readonly replace?: boolean;
  /** Keeps the scroll position. */
  readonly stay?: boolean;
  readonly opened?: string | null;
  readonly trails?: Entry["trails"];
}

/** Asks first if another page would lose text that is not saved. */
export function navigate(address: string, options: Navigation = {}): void {
  const { pathname } = new URL(address, location.href);
  if (pathname !== location.pathname && leavesUnsavedText()) {
    askedToLeave.value = () => go(address, options);
    return;
  }
  go(address, options);
}

function go(address: string, options: Navigation): void {
  const { replace = false, stay = replace, opened = null, trails = {} } = options;
  stopReturning();
  if (replace) {
    history.replaceState({ ...entry(), trails }, "", address);
  } else {
    remember({ scrollY, opened });
    shownIndex = entry().index + 1;
    const from = location.pathname;
    history.pushState({ ...newEntry, index: shownIndex, from, trails }, "", address);
  }
  place.value = here();
  if (!stay) scrollTo(0, 0);
}

/** Back to the list that linked here, with its filters and its page; without one, to this address. */
export function goBackTo(address: string): void {
  if (entry().from === address) history.back();
  else navigate(address);
}

let shownIndex = entry().index;
/** While the browser takes back a step that the user has to confirm first. */
let undoing = false;

function onStep(): void {
  const { index } = entry();
  const step = index - shownIndex;
  if (undoing) {
    undoing = false;
    return;
  }
  if (step !== 0 && location.pathname !== place.peek().path && leavesUnsavedText()) {
    undoing = true;
    history.go(-step);
    askedToLeave.value = () => history.go(step);
    return;
  }
  shownIndex = index;
  place.value = here();
  returnToPlace(entry());
}

/** Follows Back and Forward, and remembers how far each page is scrolled. */
export function followHistory(): void {
  history.scrollRestoration = "manual";
  remember({});
  addEventListener("popstate", onStep);
  let settling: ReturnType<typeof setTimeout> | undefined;
  addEventListener("scroll", () => {
    clearTimeout(settling);
    // For Forward and for reloading; browsers limit how often an entry may be changed.
    const { index } = entry();
    settling = setTimeout(() => {
      if (entry().index === index) remember({ scrollY });
    }, 200);
  });
  returnToPlace(entry());
}
