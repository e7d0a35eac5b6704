import type { Browser, Page } from "playwright-core";
import { openContext, type Site } from "./load.ts";
import { observe, observeAnew, observed, untilTrue } from "./observed.ts";

/** Input delays while working with the list. */
export interface Felt {
  readonly inputsMs: readonly number[];
  readonly longTasksMs: readonly number[];
}

interface ListMeasured {
  readonly paging: Felt;
  readonly searching: Felt;
}

const firstRow = (page: Page): Promise<string> =>
  page.locator("tbody tr").first().innerText({ timeout: 30_000 });

const untilChanged = (page: Page, before: string): Promise<void> =>
  untilTrue(page, `(document.querySelector("tbody tr")?.innerText ?? "") !== ${JSON.stringify(before)}`);

/** Goes through pages of the list, scrolls each one to its end, and then types a search. */
export const measureList = async (
  browser: Browser,
  site: Site,
  pages: number,
  searches: readonly string[],
): Promise<ListMeasured> => {
  const context = await openContext(browser, site);
  try {
    const page = await context.newPage();
    await observe(page, `document.querySelector("tbody tr") !== null`);
    await page.goto(`${site.url}/app/numbers`);
    let row = await firstRow(page);
    await observeAnew(page);
    for (let turned = 0; turned < pages; turned += 1) {
      for (let step = 0; step < 5; step += 1) await page.mouse.wheel(0, 600);
      await page.getByRole("button", { name: "Next page" }).click();
      await untilChanged(page, row);
      row = await firstRow(page);
    }
    const paging = await observed(page);
    await observeAnew(page);
    const field = page.locator('main input[type="search"]').first();
    for (const text of searches) {
      const before = await firstRow(page);
      await field.fill("");
      await field.pressSequentially(text, { delay: 60 });
      await untilChanged(page, before);
    }
    const searching = await observed(page);
    return { paging, searching };
  } finally {
    await context.close();
  }
};
