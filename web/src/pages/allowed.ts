import { computed } from "@preact/signals";
import { place } from "../router.ts";
import { may, sessionState } from "../session.ts";
import { pageAt, pages } from "./registry.ts";
import type { Page } from "./registry.ts";

/** Whether this person may open the page. */
export const mayOpen = computed(() => {
  const allowed = may.value;
  return ({ requires }: Page): boolean => requires.length === 0 || requires.some(allowed);
});

/** Those that a person is led to; a page about accounts only where there are some. */
export const allowedPages = computed<readonly Page[]>(() => {
  const accounts = sessionState.value?.access === "required";
  return pages.filter((page) => mayOpen.value(page) && (accounts || page.withAccounts !== true));
});

/** Where this person begins: the first page that he may open. */
export const startPage = computed<Page | null>(() => allowedPages.value[0] ?? null);

/** What the address asks for, allowed or not; null when there is no such page. */
export const askedPage = computed(() => pageAt(place.value.path, startPage.value));
