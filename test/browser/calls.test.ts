import { readFile } from "node:fs/promises";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { placeCall, realNumberOf } from "../support/sipp.ts";
import { until } from "../support/until.ts";
import {
  browserOrSkip,
  expectAccessible,
  expectNoSidewaysScroll,
  patience,
  view,
} from "./support/browser.ts";
import { shown } from "./support/shown.ts";
import { WebSystem } from "./support/webSystem.ts";

/** Moscow, the time zone of the tests' browser. */
const zoneOffsetMs = 3 * 3_600_000;

/** The value for `<input type="datetime-local">` in that zone. */
const local = (atMs: number): string => new Date(atMs + zoneOffsetMs).toISOString().slice(0, 16);

describe("call records in a browser", function suite() {
  this.timeout(300_000);
  let browser: Browser;
  let system: WebSystem;
  let talked: string;
  let busy: string;

  before(async function prepare() {
    browser = await browserOrSkip(this);
    system = await WebSystem.startOrSkip(this);
    talked = await system.proxyOf(realNumberOf("ringsThenAnswers", 8501));
    busy = await system.proxyOf(realNumberOf("busy", 8502));
    await placeCall({ to: talked, script: { kind: "talks", talkMs: 2_200 } }).result;
    await placeCall({ to: busy }).result;
    const recorded = async (): Promise<boolean> => {
      const answer = await fetch(`${system.url}/calls`);
      return ((await answer.json()) as { readonly items: readonly unknown[] }).items.length === 2;
    };
    await until(recorded, { everyMs: 100 });
  });
  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  async function open(query = "", viewing = {}) {
    const viewer = await view(browser, `${system.url}/app/calls${query}`, viewing);
    const rows = viewer.page.locator('[data-table="calls"] tbody tr');
    const only = async (proxy: string, without: string): Promise<void> => {
      await rows.filter({ hasText: shown(without) }).waitFor({ ...patience, state: "detached" });
      await rows.filter({ hasText: shown(proxy) }).waitFor(patience);
    };
    return { ...viewer, rows, only };
  }

  it("are filtered by talk time, at a URL that survives a reload", async () => {
    const { page, context, only, rows } = await open();
    await rows.nth(1).waitFor(patience);
    await page.getByLabel("Talk time, min (s)").fill("1");
    await page.getByLabel("Talk time, min (s)").press("Enter");
    await only(talked, busy);
    await page.reload();
    await only(talked, busy);
    await page.getByLabel("Talk time, min (s)").fill("");
    await page.getByLabel("max (s)").fill("0");
    await page.getByLabel("max (s)").press("Enter");
    await only(busy, talked);
    await page.getByLabel("Talk time, min (s)").fill("9");
    await page.getByLabel("Talk time, min (s)").press("Enter");
    await page.getByText("Minimum talk time is above the maximum").waitFor(patience);
    expect(await page.getByRole("button", { name: "Export CSV" }).isDisabled()).to.equal(true);
    await context.close();
  });

  it("are filtered by any time in the viewer's time zone, by direction, and by trunk", async () => {
    const { page, context, rows } = await open();
    await page.getByRole("button", { name: "From – to" }).click();
    const nowMs = Date.now();
    await page.getByLabel("from", { exact: true }).fill(local(nowMs - 600_000));
    await page.getByLabel("to", { exact: true }).fill(local(nowMs + 600_000));
    await page.getByLabel("to", { exact: true }).press("Enter");
    const to = new Date(Math.floor((nowMs + 600_000) / 60_000) * 60_000).toISOString();
    await until(() => new URL(page.url()).searchParams.get("to") === to, { everyMs: 50 });
    await rows.nth(1).waitFor(patience);
    const direction = page.getByLabel("Direction");
    await direction.selectOption({ label: "Return call" });
    await rows.first().waitFor({ ...patience, state: "detached" });
    await until(() => new URL(page.url()).searchParams.get("direction") === "return", { everyMs: 50 });
    await direction.selectOption({ label: "Incoming" });
    await rows.nth(1).waitFor(patience);
    await expectAccessible(page, "the filters");
    await page.getByLabel("to", { exact: true }).fill(local(nowMs - 300_000));
    await page.getByText("No results").waitFor(patience);
    await page.getByRole("button", { name: "Clear filters" }).first().click();
    await rows.nth(1).waitFor(patience);
    await page.getByLabel("Trunk", { exact: true }).fill("trunk-none");
    await page.getByLabel("Trunk", { exact: true }).press("Enter");
    await page.getByText("No results").waitFor(patience);
    await page.getByLabel("Trunk", { exact: true }).fill("trunk-out");
    await page.getByLabel("Trunk", { exact: true }).press("Enter");
    await rows.nth(1).waitFor(patience);
    await context.close();
  });

  it("are exported by filter, including the number", async () => {
    const { page, context, only, rows } = await open();
    // An empty table would not have the other call either.
    await rows.nth(1).waitFor(patience);
    await page.getByRole("searchbox").fill(talked);
    await only(talked, busy);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export CSV" }).click(),
    ]);
    expect(download.suggestedFilename()).to.match(/^calls-.*\.csv$/);
    const lines = (await readFile(await download.path(), "utf8")).trim().split(/\r?\n/);
    expect(lines).to.have.length(2);
    expect(lines[1]).to.contain(talked);
    expect(new URL(page.url()).search, "no number where servers see it").to.not.contain(talked);
    await page.getByRole("heading", { name: "Calls", level: 1 }).waitFor(patience);
    await context.close();
  });

  it("fit a phone", async () => {
    const { page, context, rows } = await open("?period=range", { width: 360, height: 740 });
    await rows.nth(1).waitFor(patience);
    await expectNoSidewaysScroll(page, "calls with a free time");
    await expectAccessible(page, "calls on a telephone");
    await context.close();
  });

  it("are charted on the dashboard, for any time range", async () => {
    const { page, context } = await view(browser, `${system.url}/app/dashboard`);
    await page.getByRole("heading", { name: "Answer and ring times, hourly" }).waitFor(patience);
    await page.locator('[aria-labelledby="times-over-time"] canvas').waitFor(patience);
    await page.locator('[aria-labelledby="pool-fill"]').getByText("99,998 of 100,000 free").waitFor(patience);
    await page.locator('[aria-labelledby="busiest"]').getByText(shown(talked)).waitFor(patience);
    await expectAccessible(page, "the dashboard with calls");
    await page.getByRole("button", { name: "From – to" }).click();
    const nowMs = Date.now();
    await page.getByLabel("from", { exact: true }).fill(local(nowMs - 40 * 86_400_000));
    await page.getByRole("heading", { name: "Calls over time, daily" }).waitFor(patience);
    await page.getByLabel("to", { exact: true }).fill(local(nowMs - 2 * 86_400_000));
    await page.getByText("No calls in this period").waitFor(patience);
    await page.reload();
    await page.getByText("No calls in this period").waitFor(patience);
    await page.getByLabel("to", { exact: true }).fill(local(nowMs - 50 * 86_400_000));
    await page.getByText("Start is after end.").waitFor(patience);
    await context.close();
  });

  it("are found by any part of the client's name or number, and say when a search is too wide", async () => {
    const { page, context, only, rows } = await open();
    await rows.nth(1).waitFor(patience);
    await system.label(talked, "Анна Петрова (курьер)");
    await page.getByRole("searchbox").fill("петрова");
    await only(talked, busy);
    await page.getByRole("searchbox").fill(busy.slice(2, -1));
    await rows.filter({ hasText: shown(busy) }).waitFor(patience);
    const crowd = Array.from({ length: 101 }, (_, n) => `${79_008_590_000 + n};Crowd ${n}`);
    await system.upload(`phone;label\n${crowd.join("\n")}\n`);
    await page.getByRole("searchbox").fill("crowd");
    await page.getByText("Your search matches more than 100 numbers").waitFor(patience);
    await page.getByRole("button", { name: "Export CSV" }).click();
    await page.getByText("The search matches too many numbers for an export.").waitFor(patience);
    expect(await page.getByRole("searchbox").inputValue()).to.equal("crowd");
    await context.close();
  });
});
