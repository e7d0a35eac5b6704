import { computed } from "@preact/signals";
import { place } from "../router.ts";
import { may, sessionState } from "../session.ts";
import { pageAt, pages } from "./registry.ts";
import type { Page } from "./registry.ts";

/** Whether the viewer may open the page. */
export const mayOpen = computed(() => {
  const allowed = may.value;
  return ({ requires }: Page): boolean => requires.length === 0 || requires.some(allowed);
});

/** Pages in the menu; account pages only if there are accounts. */
export const allowedPages = computed<readonly Page[]>(() => {
  const accounts = sessionState.value?.access === "required";
  return pages.filter((page) => mayOpen.value(page) && (accounts || page.withAccounts !== true));
});

/** The start page: the first page that the viewer may open. */
export const startPage = computed<Page | null>(() => allowedPages.value[0] ?? null);

/** The page at the current URL, allowed or not; null if there is none. */
export const askedPage = computed(() => pageAt(place.value.path, startPage.value));
