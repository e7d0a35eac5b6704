import { signal } from "@preact/signals";
import { askedToLeave, leavesUnsavedText } from "./ui/unsaved.ts";

interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
  /** After `#`: servers and their logs never see it, so it may contain phone numbers. */
  readonly hidden: URLSearchParams;
}

/** What an entry of the browser's history remembers about its page. */
interface Entry {
  /** Counts up, so that Back can be told from Forward. */
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
/** Entries to go back to undo a step that the user has to confirm first. */
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
  returnToPlace();
}

let stopReturning: () => void = () => undefined;
const longestReturnMs = 5000;

/** Scrolls to where the user left, as soon as the list is long enough, unless they scroll themselves. */
function returnToPlace(): void {
  stopReturning();
  const { scrollY: wanted, opened } = entry();
  if (wanted === 0 && opened === null) {
    scrollTo(0, 0);
    return;
  }
  const attempt = (): void => {
    const link = opened === null ? null : rowLinkTo(opened);
    if (opened !== null && link === null) return;
    if (document.documentElement.scrollHeight - innerHeight < wanted) return;
    stopReturning();
    scrollTo(0, wanted);
    link?.focus({ preventScroll: true });
  };
  const observer = new MutationObserver(attempt);
  observer.observe(document.body, { childList: true, subtree: true });
  const timer = setTimeout(() => stopReturning(), longestReturnMs);
  const ownWill = ["wheel", "touchmove", "keydown", "pointerdown"] as const;
  const stop = (): void => {
    observer.disconnect();
    clearTimeout(timer);
    for (const event of ownWill) removeEventListener(event, stop);
    stopReturning = () => undefined;
  };
  stopReturning = stop;
  for (const event of ownWill) addEventListener(event, stop, { passive: true });
  attempt();
}

const rowLinkTo = (address: string): HTMLAnchorElement | null =>
  [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].find(
    (link) => link.getAttribute("href") === address,
  ) ?? null;

/** Handles links between our own pages without loading a page from the server. */
export function followLinksWithin(): void {
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
  document.addEventListener("click", onClick);
  document.addEventListener("auxclick", onClick);
  returnToPlace();
}

function onClick(event: MouseEvent): void {
  if (event.defaultPrevented || !(event.target instanceof Element)) return;
  const link = event.target.closest("a");
  const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.button === 1;
  if (link === null) {
    openRow(event.target, event.button, elsewhere);
    return;
  }
  if (event.button !== 0 || elsewhere || event.altKey) return;
  if (link.target !== "" || link.hasAttribute("download")) return;
  if (link.origin !== location.origin || !isPagePath(link.pathname)) return;
  event.preventDefault();
  if (link.getAttribute("href")?.startsWith("#") === true) {
    document.querySelector<HTMLElement>(link.hash)?.focus();
    return;
  }
  if (link.href === location.href) return;
  navigate(link.pathname + link.search + link.hash, { opened: link.getAttribute("href") });
}

/** A click anywhere in a row follows its first link, unless it hits a control or ends a selection of text. */
function openRow(target: Element, button: number, elsewhere: boolean): void {
  if (button > 1 || target.closest("button, input, select, textarea, label, summary, dialog") !== null)
    return;
  const link = target.closest("tr")?.querySelector<HTMLAnchorElement>("a[data-opens]") ?? null;
  if (link === null || getSelection()?.isCollapsed === false) return;
  if (elsewhere) open(link.href, "_blank", "noopener");
  else link.click();
}

function isPagePath(path: string): boolean {
  return path === "/" || path === "/app" || path.startsWith("/app/");
}
