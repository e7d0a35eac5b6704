import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { callRecord } from "../support/callRecords.ts";
import { until } from "../support/until.ts";
import { browserOrSkip, expectAccessible, patience } from "./support/browser.ts";
import { accessSettings, People } from "./support/people.ts";
import { WebSystem } from "./support/webSystem.ts";

const widths = [1920, 1280, 360] as const;
const script = readFileSync(new URL("./support/layoutFaults.mjs", import.meta.url), "utf8");

const pages = `board import import/1 numbers numbers/1 numbers/9999 numbers#q=nothing pools calls
  calls?period=range&status=busy&talk=9 calls/unknown dashboard?period=week system settings account nowhere admin/users
  admin/users/1 admin/keys admin/rules admin/sessions admin/audit admin/performance admin/privacy`.split(
  /\s+/,
);

/** Buttons by the page that has them; each opens a dialog. */
const dialogs: readonly (readonly [path: string, en: string, ru: string])[] = [
  ["/app/numbers", "Add a number", "Добавить номер"],
  ["/app/numbers#q=Driver", "Change all results", "Изменить все найденные"],
  ["/app/numbers/1", "Change proxy number", "Сменить подменный"],
  ["/app/numbers/1", "Release", "Освободить"],
  ["/app/pools", "New pool", "Новый пул"],
  ["/app/pools", "Settings", "Настройки"],
  ["/app/pools", "Blocked numbers", "Заблокированные номера"],
  ["/app/admin/users", "Invite", "Пригласить"],
  ["/app/admin/keys", "New key", "Новый ключ"],
  ["/app/admin/rules", "New rule", "Новое правило"],
  ["/app/account", "Set up an authenticator", "Подключить приложение"],
];

/** Waits until the page has loaded what it shows. */
async function settled(page: Page): Promise<void> {
  await page.locator("h1").first().waitFor(patience);
  const busy = page.locator('main [aria-busy="true"], main .loading');
  await until(async () => (await busy.count()) === 0, { everyMs: 50 });
}

/** What does not fit at any width. */
async function faultsOf(page: Page, what: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    await page.evaluate(script);
    const faults = await page.evaluate<readonly string[]>("layoutFaults()");
    found.push(...faults.map((fault) => `${what}, ${width} px: ${fault}`));
  }
  return found;
}

describe("the layout of every page, with weeks of use", function suite() {
  this.timeout(600_000);
  let browser: Browser;
  let system: WebSystem;
  let people: People;
  let paths: readonly string[];

  before(async function prepare() {
    browser = await browserOrSkip(this);
    system = await WebSystem.startOrSkip(this, accessSettings);
    people = await People.setUp(system);
    await system.fill(2);
    await people.add("supervisor");
    const labels = ["Анна Петрова (курьер)", "Марина Константиновна Белова, отдел продаж"];
    const rows = labels.map((label, index) => `7900870000${index};${label};ORD-12157`);
    await system.upload(`phone;label;reference\n${rows.join("\n")}\n112;x;\n`, people.headers);
    const found = await people.post("/calls/search", { status: ["answered"] });
    const { items } = (await found.json()) as { readonly items: readonly { readonly callId: string }[] };
    paths = [...pages, `calls/${items[0]?.callId}`];
  });
  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  for (const [language, dark] of [
    ["ru", false],
    ["en", true],
  ] as const)
    it(`has room for everything, returns the focus, and has nothing serious for axe, in ${language}`, async () => {
      const { page, context } = await people.signIn(browser, "administrator", { language, dark });
      const faults: string[] = [];
      for (const path of paths) {
        await page.goto("about:blank");
        await page.goto(`${system.url}/app/${path}`);
        await settled(page);
        faults.push(...(await faultsOf(page, path)));
        await expectAccessible(page, `${path}, ${language}`);
      }
      for (const [path, en, ru] of dialogs) {
        await page.setViewportSize({ width: 1280, height: 800 });
        await page.goto("about:blank");
        await page.goto(system.url + path);
        await settled(page);
        const opener = page
          .getByRole("main")
          .getByRole("button", { name: language === "en" ? en : ru, exact: true })
          .first();
        await opener.press("Enter");
        await page.getByRole("dialog").waitFor(patience);
        faults.push(...(await faultsOf(page, `the dialog “${en}”`)));
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ ...patience, state: "detached" });
        let focused = "";
        const isBack = async (): Promise<boolean> => {
          focused = await page.evaluate<string>("document.activeElement?.textContent ?? ''");
          return focused === (language === "en" ? en : ru);
        };
        await until(isBack, { timeoutMs: 10_000, everyMs: 50 }).catch(() =>
          faults.push(`the focus after “${en}” is on “${focused}”`),
        );
      }
      expect(faults).to.deep.equal([]);
      await context.close();
    });

  it("has room for masked numbers, which supervisors can reveal", async () => {
    const { page, context } = await people.signIn(browser, "supervisor", { language: "ru" });
    const faults: string[] = [];
    for (const path of ["board", "numbers", "numbers/1", "calls"]) {
      await page.goto(`${system.url}/app/${path}`);
      await settled(page);
      faults.push(...(await faultsOf(page, path)));
    }
    expect(faults).to.deep.equal([]);
    await context.close();
  });

  it("lists calls of several outcomes, of yesterday or last month, by the page, with totals and a workbook", async () => {
    for (const language of ["en", "ru"] as const) {
      const words = {
        en: {
          outcome: "Any outcome",
          two: "2 outcomes",
          answered: "Answered",
          busy: "Busy",
          yesterday: "Yesterday",
          lastMonth: "Last month",
          size: "Rows per page",
          talk: /talk time/,
          none: "No results",
        },
        ru: {
          outcome: "Любой результат",
          two: "Результатов: 2",
          answered: "Отвечен",
          busy: "Занято",
          yesterday: "Вчера",
          lastMonth: "Прошлый месяц",
          size: "Строк на странице",
          talk: /время разговоров/,
          none: "Ничего не найдено",
        },
      }[language];
      const { page, context } = await people.signIn(browser, "administrator", {
        language,
        path: "/app/calls",
      });
      const query = (): URLSearchParams => new URL(page.url()).searchParams;
      const rows = page.locator('[data-table="calls"] tbody tr');
      await page.getByLabel(words.size).selectOption("25");
      await until(async () => (await rows.count()) === 25, { everyMs: 100 });
      expect(query().get("size")).to.equal("25");

      await page.locator("summary", { hasText: words.outcome }).click();
      await page.getByLabel(words.answered, { exact: true }).check();
      await page.getByLabel(words.busy, { exact: true }).check();
      await page.locator("summary", { hasText: words.two }).waitFor(patience);
      await page.getByRole("button", { name: words.yesterday }).click();
      await page.locator('[data-table="calls"] .badge', { hasText: words.busy }).first().waitFor(patience);
      await until(() => query().get("period") === "yesterday", { everyMs: 50 });
      expect(query().getAll("status")).to.have.members(["answered", "busy"]);
      expect(query().get("size"), "with another filter").to.equal("25");
      await page.reload();
      await page.locator(".pager", { hasText: words.talk }).waitFor(patience);
      // After reloading, too.
      await until(async () => (await rows.count()) === 25, { everyMs: 50 });
      const shownOutcomes = await page
        .locator('[data-table="calls"] tbody td:nth-child(2) .badge')
        .allInnerTexts();
      expect(shownOutcomes).to.include(words.busy).and.to.include(words.answered);

      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: /xlsx/ }).click(),
      ]);
      expect(download.suggestedFilename()).to.match(/\.xlsx$/);
      // A workbook is a ZIP file.
      expect((await readFile(await download.path())).subarray(0, 2).toString()).to.equal("PK");

      await page.getByRole("button", { name: words.lastMonth }).click();
      await until(() => query().get("period") === "lastMonth", { everyMs: 50 });
      await context.close();
    }
  });

  it("lists and counts exactly the calls of yesterday, and of the last month, in the viewer's time zone", async () => {
    const [hourMs, dayMs] = [3_600_000, 86_400_000];
    // Moscow, the time zone of the browser, is three hours ahead of UTC all year.
    const moscow = new Date(Date.now() + 3 * hourMs);
    const [year, month, day] = [moscow.getUTCFullYear(), moscow.getUTCMonth(), moscow.getUTCDate()];
    const midnightMs = (...date: readonly [year: number, month: number, day: number]): number =>
      Date.UTC(...date) - 3 * hourMs;
    const periods = {
      yesterday: [midnightMs(year, month, day) - dayMs, midnightMs(year, month, day)],
      lastMonth: [midnightMs(year, month - 1, 1), midnightMs(year, month, 1)],
    } as const;
    const times = [...new Set(Object.values(periods).flatMap((ends) => ends.flatMap((at) => [at - 1, at])))];
    await system.record(
      times.map((startedAtMs) =>
        callRecord(`at-${startedAtMs}`, {
          startedAtMs,
          answeredAtMs: startedAtMs + 5_000,
          endedAtMs: startedAtMs + 65_000,
          inboundTrunk: "midnight",
        }),
      ),
    );
    const { page, context } = await people.signIn(browser, "administrator", {
      path: "/app/calls?trunk=midnight",
    });
    const links = page.locator('[data-table="calls"] tbody a[data-opens]');
    await until(async () => (await links.count()) === times.length, { timeoutMs: 60_000, everyMs: 50 });
    for (const [period, button] of [
      ["yesterday", "Yesterday"],
      ["lastMonth", "Last month"],
    ] as const) {
      const [fromMs, toMs] = periods[period];
      const expected = times.filter((at) => at >= fromMs && at < toMs).toSorted((one, other) => other - one);
      await page.getByRole("button", { name: button }).click();
      const wanted = expected.map((at) => `/app/calls/at-${at}`);
      let shown: readonly string[] = [];
      const isShown = async (): Promise<boolean> => {
        shown = await page.evaluate<string[]>(
          `[...document.querySelectorAll('[data-table="calls"] a[data-opens]')].map((one) => one.getAttribute("href"))`,
        );
        return shown.join() === wanted.join();
      };
      await until(isShown, { timeoutMs: 60_000, everyMs: 50 }).catch(() => undefined);
      expect(shown, period).to.deep.equal(wanted);
      await page
        .locator(".pager", { hasText: `${expected.length} calls · ${expected.length}:00` })
        .waitFor(patience);
    }
    await context.close();
  });
});
