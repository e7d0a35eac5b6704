import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { until } from "../support/until.ts";
import {
  browserOrSkip,
  expectAccessible,
  expectNoSidewaysScroll,
  patience,
  screenshot,
  view,
} from "./support/browser.ts";
import { WebSystem } from "./support/webSystem.ts";

const dayMs = 86_400_000;
/** The demo's provider is away on one day of thirty. */
const daysSinceOutage = (Math.floor(Date.now() / dayMs) - 11) % 30;

const card = (page: Page, id: string) => page.locator(`section[aria-labelledby="${id}"]`);
const figureOf = (text: string): number => Number(text.replace(/\D/g, ""));

describe("the dashboard in a browser, after weeks of use", function suite() {
  this.timeout(300_000);
  let browser: Browser;
  let system: WebSystem;

  before(async function prepare() {
    browser = await browserOrSkip(this);
    system = await WebSystem.startOrSkip(this);
    await system.fill(daysSinceOutage + 2);
    const outcomes = async (): Promise<number> => {
      const answer = await fetch(`${system.url}/stats/calls?from=2020-01-01T00:00:00Z&step=day`);
      const { totals } = (await answer.json()) as {
        readonly totals: { readonly calls: number; readonly peakCalls: number | null };
      };
      return totals.peakCalls === null ? 0 : totals.calls;
    };
    const list = await fetch(`${system.url}/calls?from=2020-01-01T00:00:00Z`);
    const { total } = (await list.json()) as { readonly total: { readonly calls: number } };
    await until(async () => (await outcomes()) >= total.calls, { timeoutMs: 60_000, everyMs: 200 });
  });
  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  it("leads from every figure to exactly its calls", async () => {
    const { page, context } = await view(browser, `${system.url}/app/dashboard?period=month`);
    await card(page, "outcomes").locator("tbody tr").nth(3).waitFor(patience);
    const figures = new Map<string, number>();
    const collect = async (rows: ReturnType<Page["locator"]>, figure: string, most: number) => {
      for (const row of (await rows.all()).slice(0, most)) {
        const link = row.locator("a[href^='/app/calls']").first();
        figures.set((await link.getAttribute("href")) ?? "", figureOf(await row.locator(figure).innerText()));
      }
    };
    await collect(page.locator(".stat").filter({ has: page.locator("a") }), "dd >> nth=0", 2);
    await collect(card(page, "outcomes").locator("tbody tr"), "td.number", 20);
    await collect(card(page, "trunks").locator("tbody tr"), "td.number >> nth=0", 3);
    await collect(card(page, "busiest").locator("tbody tr"), "td.number", 2);
    expect(figures.size).to.be.above(12);
    for (const [href, figure] of figures) {
      // Addresses that differ in the number only would not load the page again.
      await page.goto("about:blank");
      await page.goto(`${system.url}${href}`);
      const pager = page.getByText(/ · .*\d calls?/);
      await pager.waitFor(patience);
      const [, counted = ""] = / · (?:at least )?([\d,]+) calls?/.exec(await pager.innerText()) ?? [];
      expect(Math.min(figure, 10_000), href).to.equal(figureOf(counted));
    }
    await context.close();
  });

  it("shows an outage of three hours within thirty days, and leads to its calls", async () => {
    const { page, context, troubles } = await view(browser, `${system.url}/app/dashboard?period=month`);
    // The legend of the chart is a table, too.
    const table = card(page, "over-time").locator("details");
    await table.getByText("Show as a table").click();
    const names = (await table.locator("thead th").allInnerTexts()).map((name) => name.toLowerCase());
    expect(names).to.deep.equal([
      "period",
      "calls",
      "answered",
      "no answer",
      "cancelled",
      "busy",
      "refused",
      "failed",
    ]);
    const counts = await table.locator("tbody tr td:nth-child(8)").allInnerTexts();
    const worst = counts.map(figureOf).toSorted((one, other) => other - one);
    expect(worst[0], "the day of the outage stands out").to.be.above(2 * (worst[1] ?? 0));
    await table
      .locator("tbody tr")
      .nth(counts.map(figureOf).indexOf(worst[0] ?? 0))
      .locator("td:nth-child(8) a")
      .click();
    await page.getByRole("heading", { name: "Calls" }).waitFor(patience);
    await page.getByText(new RegExp(` · ${worst[0]} calls`)).waitFor(patience);
    await page.goBack();
    for (const name of ["ASR", "ACD", "PDD", "Peak concurrent calls"])
      await page.locator(".stat").filter({ hasText: name }).getByText(/\d/).first().waitFor(patience);
    await expectAccessible(page, "the dashboard");
    expect(troubles).to.deep.equal([]);
    await context.close();
  });

  it("compares with the period before, and fits every width in both languages", async () => {
    for (const language of ["en", "ru"] as const)
      for (const width of [360, 1280, 1920]) {
        const { page, context } = await view(browser, `${system.url}/app/dashboard?period=day`, {
          language,
          width,
        });
        await card(page, "trunks").waitFor(patience);
        await page
          .getByText(language === "en" ? /^before: \d/ : /^раньше: \d/)
          .first()
          .waitFor(patience);
        await expectNoSidewaysScroll(page, `the dashboard, ${width}, ${language}`);
        const hidden = await page.evaluate<number>(
          `[...document.querySelectorAll(".dashboard > .columns .table-scroll")].filter((one) => one.scrollWidth > one.clientWidth + 1).length`,
        );
        expect(hidden, `cut off at ${width}, ${language}`).to.equal(0);
        if (language === "en" && width === 1280) {
          await page.goto(`${system.url}/app/dashboard?period=month`);
          await page.locator(".chart canvas").nth(1).waitFor(patience);
          await page.setViewportSize({ width, height: 1250 });
          await screenshot(page, "dashboard");
        }
        await context.close();
      }
  });
});
