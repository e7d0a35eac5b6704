import { expect } from "chai";
import type { Browser } from "playwright-core";
import { placeCall, realNumberOf } from "../support/sipp.ts";
import { until } from "../support/until.ts";
import { browserOrSkip, patience, view } from "./support/browser.ts";
import { accessSettings, password, People, typeCredentials } from "./support/people.ts";
import { shown } from "./support/shown.ts";
import { WebSystem } from "./support/webSystem.ts";

const gone = { ...patience, state: "detached" } as const;
const away = { en: "The database is unavailable.", ru: "База данных недоступна." };

/** The application reconnects by itself, on which the next tests rely. */
async function back(system: WebSystem): Promise<void> {
  system.mysql.heal();
  await until(() => databaseIs(system, "up"), { everyMs: 100 });
}

async function databaseIs(system: WebSystem, status: string): Promise<boolean> {
  const answer = await fetch(`${system.url}/health`);
  const { parts } = (await answer.json()) as {
    readonly parts: Readonly<Record<string, { readonly status: string }>>;
  };
  return parts["database"]?.status === status;
}

describe("the pages while MySQL is unavailable", function suite() {
  this.timeout(300_000);
  let browser: Browser;

  before(async function prepare() {
    browser = await browserOrSkip(this);
  });
  after(async () => {
    await browser?.close();
  });

  describe("with open access", () => {
    let system: WebSystem;
    before(async function prepare() {
      system = await WebSystem.startOrSkip(this);
      await system.proxyOf("79008220001");
    });
    afterEach(() => system !== undefined && back(system));
    after(async () => {
      await system?.stop();
    });

    it("report it, keep the input, and recover on their own", async () => {
      const { page, context } = await view(browser, `${system.url}/app/calls`, { language: "ru" });
      await page.getByText("Звонков пока нет").waitFor(patience);
      system.mysql.cut();
      await page.getByRole("searchbox").fill("79008220001");
      await page.getByText(away.ru).waitFor(patience);
      await page.getByLabel("Разговор, сек.: от").fill("5");
      await page.getByLabel("Разговор, сек.: от").press("Enter");
      expect(await page.getByRole("searchbox").inputValue()).to.equal("79008220001");
      system.mysql.heal();
      await page.getByText(away.ru).waitFor(gone);
      await page.getByText("Ничего не найдено").waitFor(patience);
      expect(await page.getByRole("searchbox").inputValue()).to.equal("79008220001");
      expect(await page.getByLabel("Разговор, сек.: от").inputValue()).to.equal("5");
      await context.close();
    });

    it("name the database and a remedy on the system page, in the viewer's language", async () => {
      const { page, context } = await view(browser, `${system.url}/app/system`, { language: "ru" });
      await page.locator('[data-part="database"][data-status="up"]').waitFor(patience);
      system.mysql.cut();
      const part = page.locator('[data-part="database"][data-status="down"]');
      await part.waitFor(patience);
      expect(await part.textContent()).to.contain("Проверьте, что MySQL работает");
      system.mysql.heal();
      await page.locator('[data-part="database"][data-status="up"]').waitFor(patience);
      await context.close();
    });

    it("still show live calls", async () => {
      const proxy = await system.proxyOf(realNumberOf("ringsThenAnswers", 8401));
      // A call before the outage, so that the number is cached.
      await placeCall({ to: proxy, script: { kind: "talks", talkMs: 200 } }).result;
      const { page, context } = await view(browser, `${system.url}/app/board`);
      await page.getByRole("heading", { name: "In progress", exact: true }).waitFor(patience);
      system.mysql.cut();
      const { finalCode } = await placeCall({ to: proxy, script: { kind: "talks", talkMs: 200 } }).result;
      expect(finalCode).to.equal(200);
      const ended = page.locator('[data-table="ended"] tbody tr', { hasText: shown(proxy) });
      await ended.nth(1).waitFor(patience);
      await context.close();
    });
  });

  describe("with sign-in", () => {
    let system: WebSystem;
    let people: People;
    before(async function prepare() {
      system = await WebSystem.startOrSkip(this, accessSettings);
      people = await People.setUp(system);
    });
    afterEach(() => system !== undefined && back(system));
    after(async () => {
      await system?.stop();
    });

    it("explain after a reload why sign-in is impossible, and recover on their own", async () => {
      const { page, context } = await people.signIn(browser, "administrator", { path: "/app/pools" });
      await page.getByRole("heading", { name: "Pools", level: 1 }).waitFor(patience);
      system.mysql.cut();
      await until(() => databaseIs(system, "down"), { everyMs: 100 });
      await page.reload();
      await page.getByText(away.en).waitFor(patience);
      expect(await page.locator(".spinner").count()).to.equal(0);
      system.mysql.heal();
      await page.getByRole("heading", { name: "Pools", level: 1 }).waitFor(patience);
      await context.close();
    });

    it("keep the input of the sign-in form", async () => {
      const viewer = await view(browser, `${system.url}/`);
      const { page, context } = viewer;
      await page.getByRole("heading", { name: "Sign in" }).waitFor(patience);
      system.mysql.cut();
      await typeCredentials(viewer, "administrator");
      await page.getByText(away.en).waitFor(patience);
      expect(await page.getByLabel("User name").inputValue()).to.equal("administrator");
      expect(await page.getByLabel("Password").inputValue()).to.equal(password);
      await back(system);
      await page.getByLabel("Password").press("Enter");
      await page.getByRole("heading", { name: "Live board" }).waitFor(patience);
      await context.close();
    });
  });
});
