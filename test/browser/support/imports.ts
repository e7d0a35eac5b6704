import type { Page } from "playwright-core";

/** A CSV file for a file input. */
export const csvFile = (name: string, text: string) => ({
  name,
  mimeType: "text/csv",
  buffer: Buffer.from(text),
});

/** The rows of one result that the page of an import counts. */
export const countOf = (page: Page, what: string): Promise<string | null> =>
  page.locator(`[data-count="${what}"]`).textContent();
