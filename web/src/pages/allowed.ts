import { computed } from "@preact/signals";
import { place } from "../router.ts";
import { may } from "../session.ts";
import { pageAt, pages } from "./registry.ts";
import type { Page } from "./registry.ts";

/** Whether this person may open the page. */
export const mayOpen = computed(() => {
  const allowed = may.value;
  return ({ requires }: Page): boolean => requires.length === 0 || requires.some(allowed);
});

export const allowedPages = computed<readonly Page[]>(() => pages.filter(mayOpen.value));

/** Where this person begins: the first page that he may open. */
export const startPage = computed<Page | null>(() => allowedPages.value[0] ?? null);

/** What the address asks for, allowed or not; null when there is no such page. */
export const askedPage = computed(() => pageAt(place.value.path, startPage.value));
