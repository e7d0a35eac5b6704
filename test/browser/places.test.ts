import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { placeCall, realNumberOf } from "../support/sipp.ts";
import { until } from "../support/until.ts";
import { browserOrSkip, expectAccessible, expectNoSidewaysScroll, patience } from "./support/browser.ts";
import { accessSettings, password, People } from "./support/people.ts";
import { shown } from "./support/shown.ts";
import { WebSystem } from "./support/webSystem.ts";

const rows = (page: Page, table: string) => page.locator(`[data-table="${table}"] tbody tr`);
const clients = 130;

/** Waits until the page, not only its URL, is another one. */
const heading = (page: Page, name: string | RegExp) =>
  page.getByRole("heading", { level: 1, name }).waitFor(patience);

describe("finding one's way in a browser, with real calls", function suite() {
  this.timeout(300_000);
  let browser: Browser;
  let system: WebSystem;
  let people: People;
  let proxy: string;

  async function upload(text: string, { name = "clients.csv", query = "" } = {}): Promise<number> {
    const form = new FormData();
    form.set("file", new Blob([text], { type: "text/csv" }), name);
    const answer = await fetch(`${system.url}/upload${query}`, {
      method: "POST",
      body: form,
      headers: people.headers,
    });
    if (!answer.ok) throw new Error(`The upload was refused: ${await answer.text()}`);
    const { id } = (await answer.json()) as { readonly id: number };
    return id;
  }
  async function mappingOf(number: string): Promise<{ readonly id: number; readonly label: string | null }> {
    const answer = await people.post("/mappings/search", { number });
    const { items } = (await answer.json()) as { readonly items: readonly { id: number; label: string }[] };
    const [found] = items;
    if (found === undefined) throw new Error("The number has no mapping.");
    return found;
  }
  /** How many mappings have such labels and this state. */
  async function labelled(label: string, state: string): Promise<number> {
    const answer = await people.post("/mappings/search", { label, state });
    const { items } = (await answer.json()) as { readonly items: readonly unknown[] };
    return items.length;
  }
  const change = async (id: number, patch: object): Promise<void> => {
    const answer = await fetch(`${system.url}/mappings/${id}`, {
      method: "PATCH",
      headers: { "Content-Type": "application/json", ...people.headers },
      body: JSON.stringify(patch),
    });
    if (!answer.ok) throw new Error(`The change was refused: ${await answer.text()}`);
  };

  before(async function prepare() {
    browser = await browserOrSkip(this);
    system = await WebSystem.startOrSkip(this, accessSettings);
    people = await People.setUp(system);
    const all = Array.from(
      { length: clients },
      (_, index) => `${79_008_600_000 + index};Client ${String(index).padStart(3, "0")}`,
    );
    await upload(`phone;label\n${all.join("\n")}\n`);
    const real = realNumberOf("ringsThenAnswers", 8601);
    await upload(`phone;label\n${real};Ann Smith\n`);
    const found = await fetch(`${system.url}/lookup/fake/${real}`, { headers: people.headers });
    proxy = ((await found.json()) as { readonly fake_phone: string }).fake_phone;
    await placeCall({ to: proxy, script: { kind: "talks", talkMs: 300 } }).result;
    await placeCall({ to: proxy, script: { kind: "talks", talkMs: 300 } }).result;
    const counted = async (): Promise<boolean> => {
      const answer = await fetch(`${system.url}/stats/calls`, { headers: people.headers });
      const { totals } = (await answer.json()) as { readonly totals: { readonly calls: number } };
      return totals.calls === 2;
    };
    await until(counted, { everyMs: 200 });
  });
  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  it("keeps filter, order, page, and row in the URL, through Back, reloading, and a link to another person", async () => {
    const { page, context } = await people.signIn(browser, "administrator", { path: "/app/numbers" });
    await page.getByRole("main").getByRole("searchbox").fill("Client");
    await page.getByText(`1–50 · ${clients} numbers`).waitFor(patience);
    await page.getByRole("button", { name: "Label", exact: true }).click();
    await page.locator('th[aria-sort="ascending"]', { hasText: "Label" }).waitFor(patience);
    await page.getByText("Client 000").waitFor(patience);
    await page.getByRole("button", { name: "Next page" }).click();
    await page.getByText("Client 050").waitFor(patience);
    const last = rows(page, "numbers").filter({ hasText: "Client 099" });
    await last.scrollIntoViewIfNeeded();
    const scrolled = await page.evaluate<number>("scrollY");
    expect(scrolled).to.be.greaterThan(100);
    // Not on the link: the row is one.
    await last.getByRole("cell", { name: "Active" }).click();
    await heading(page, /^\+7/);
    await page.goBack();
    const focused = (): Promise<string> =>
      page.evaluate<string>("document.activeElement?.closest('tr')?.textContent ?? ''");
    await until(async () => (await focused()).includes("Client 099"), { everyMs: 100 });
    expect(await page.evaluate<number>("Math.abs(scrollY - " + scrolled + ")")).to.be.lessThan(3);

    await page.reload();
    await page.getByText("51–100").waitFor(patience);
    expect(await rows(page, "numbers").first().textContent()).to.contain("Client 050");
    await page.getByRole("button", { name: "Previous page" }).click();
    await page.getByText("Client 000").waitFor(patience);
    await page.goBack();
    await page.getByText("Client 050").waitFor(patience);
    expect(new URL(page.url()).search, "no text where servers see it").not.to.contain("Client");

    const other = await people.signIn(browser, "administrator", {
      path: page.url().slice(system.url.length),
    });
    await other.page.getByText("Client 050").waitFor(patience);
    await other.page.getByText("51–100").waitFor(patience);
    await other.page.getByRole("button", { name: "First page" }).click();
    await other.page.getByText("Client 000").waitFor(patience);
    // No list has this page: the first one is offered.
    await other.page.goto(`${system.url}/app/numbers?after=nonsense`);
    await other.page.getByRole("alert").getByRole("button", { name: "First page" }).click();
    await rows(other.page, "numbers").first().waitFor(patience);
    expect(new URL(other.page.url()).search).to.equal("");
    await other.context.close();
    await context.close();
  });

  it("leads from a figure to its calls, to a call, its number, and the caller's calls, also by keyboard", async () => {
    const { page, context, troubles } = await people.signIn(browser, "administrator", {
      path: "/app/dashboard",
    });
    const outcomes = page.locator('[aria-labelledby="outcomes"]');
    await outcomes
      .getByRole("row", { name: /Answered\s*2$/ })
      .getByRole("link")
      .press("Enter");
    await heading(page, "Calls");
    await page.getByText("1–2 · 2 calls").waitFor(patience);
    await rows(page, "calls").first().getByText("Ann Smith").waitFor(patience);
    const [popup] = await Promise.all([
      context.waitForEvent("page"),
      rows(page, "calls").first().getByText("Answered", { exact: true }).click({ button: "middle" }),
    ]);
    await heading(popup, /^Call of/);
    await popup.close();
    await rows(page, "calls")
      .first()
      .getByRole("link", { name: /^Open the call/ })
      .press("Enter");
    await heading(page, /^Call of/);
    await page.getByText("Ann Smith").waitFor(patience);
    await page.getByRole("link", { name: `Open ${shown(proxy)}` }).click();
    await heading(page, shown(proxy));
    await page.getByRole("link", { name: "All calls" }).click();
    await page.getByText("1–2 · 2 calls").waitFor(patience);
    await page.goBack();
    await page.goBack();
    await heading(page, /^Call of/);
    await page.getByRole("link", { name: "All calls of this caller" }).click();
    await page.getByText("1–2 · 2 calls").waitFor(patience);
    await page.goto(`${system.url}/app/dashboard`);
    await page.locator('[aria-labelledby="busiest"]').getByRole("link").first().click();
    await page.getByText("1–2 · 2 calls").waitFor(patience);
    expect(troubles).to.deep.equal([]);
    await context.close();
  });

  it("tells the second of two people what the first has changed, and keeps what they typed", async () => {
    const { id } = await mappingOf("79008600001");
    for (const language of ["en", "ru"] as const) {
      const words = {
        en: {
          label: "Label",
          save: "Save",
          mine: "Save my changes anyway",
          said: "changed while you were editing",
        },
        ru: {
          label: "Метка",
          save: "Сохранить",
          mine: "Всё равно сохранить мои изменения",
          said: "его изменили",
        },
      }[language];
      const { page, context } = await people.signIn(browser, "administrator", {
        path: `/app/numbers/${id}`,
        language,
      });
      const label = page.getByLabel(words.label, { exact: true });
      await label.fill(`mine ${language}`);
      await change(id, { label: `theirs ${language}`, reference: "A-1" });
      await page.getByRole("button", { name: words.save, exact: true }).click();
      await page.getByText(words.said).waitFor(patience);
      await page.locator("ins", { hasText: `theirs ${language}` }).waitFor(patience);
      expect(await label.inputValue()).to.equal(`mine ${language}`);
      await expectAccessible(page, `a change that another one came before, ${language}`);
      expect((await mappingOf("79008600001")).label).to.equal(`theirs ${language}`);
      await page.getByRole("button", { name: words.mine }).click();
      await page.locator("dl.facts").getByText(`mine ${language}`).waitFor(patience);
      expect((await mappingOf("79008600001")).label).to.equal(`mine ${language}`);
      await context.close();
    }
  });

  it("keeps typed text when the session ends, and asks before it is lost", async () => {
    const { page, context } = await people.signIn(browser, "administrator", {
      path: "/app/numbers#q=79008600002",
    });
    await rows(page, "numbers").getByRole("link").click();
    const label = page.getByLabel("Label", { exact: true });
    await label.fill("half a sen");
    await page.getByRole("link", { name: "Calls", exact: true }).click();
    await page.getByRole("button", { name: "Keep editing" }).click();
    await page.goBack();
    await page.getByRole("button", { name: "Keep editing" }).click();
    expect(await label.inputValue()).to.equal("half a sen");
    await context.clearCookies();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("What you typed is still here.").waitFor(patience);
    expect(await page.locator('input[autocomplete="username"]').inputValue()).to.equal("administrator");
    await expectAccessible(page, "signing in again");
    await page.locator('input[type="password"]').fill(password);
    await page.keyboard.press("Enter");
    await label.waitFor(patience);
    expect(await label.inputValue()).to.equal("half a sen");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.locator("dl.facts").getByText("half a sen").waitFor(patience);
    // Saved: nothing to ask about.
    await page.getByRole("link", { name: "Calls", exact: true }).click();
    await heading(page, "Calls");
    await context.close();
  });

  it("undoes a bulk change, and asks before an expiry in the past", async () => {
    const { page, context } = await people.signIn(browser, "administrator", {
      path: "/app/numbers#q=Client%2012",
      width: 360,
      height: 740,
    });
    await page.getByText("1–10 · 10 numbers").waitFor(patience);
    await page.getByRole("button", { name: "Change all results" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Action").selectOption("Set expiry");
    await dialog.getByLabel("When").fill("2020-01-01");
    await dialog.getByRole("button", { name: "Change 10 numbers" }).click();
    await expectNoSidewaysScroll(page, "a bulk change on a phone");
    await dialog.getByRole("button", { name: "Yes, change 10 numbers" }).click();
    await page.getByText("Numbers changed: 10.").waitFor(patience);
    await page.getByText("Expired").nth(1).waitFor(patience);
    // The offer outlasts other pages.
    await page.evaluate("document.querySelector('.nav a[href=\"/app/calls\"]').click()");
    await heading(page, "Calls");
    await page.goBack();
    await page.getByRole("button", { name: "Undo the change" }).click();
    await page.getByText("Change undone. Numbers restored: 10.").waitFor(patience);
    expect(await labelled("Client 12", "active")).to.equal(10);
    await context.close();
  });

  it("undoes a bulk release and a bulk change of labels from the toast, in both languages", async () => {
    for (const [language, width] of [
      ["en", 1280],
      ["ru", 360],
    ] as const) {
      const words = {
        en: ["Change all results", "Action", "Release", "Release 10 numbers", "Undo"],
        ru: ["Изменить все найденные", "Действие", "Освободить", "Освободить 10 номеров", "Отменить"],
      }[language];
      const [change = "", action = "", release = "", sureRelease = "", undo = ""] = words;
      const more = {
        en: [
          "as long as the proxy numbers are in quarantine",
          "Set label",
          "Change 10 numbers",
          "Numbers restored: 10.",
        ],
        ru: [
          "пока подменные номера остаются в карантине",
          "Задать метку",
          "Изменить 10 номеров",
          "Восстановлено номеров: 10.",
        ],
      }[language];
      const [hint = "", setLabel = "", sureLabel = "", done = ""] = more;
      const { page, context, troubles } = await people.signIn(browser, "administrator", {
        path: "/app/numbers#q=Client%2011",
        language,
        width,
        height: 800,
      });
      const dialog = page.getByRole("dialog");
      const toastUndo = page.locator(".toast").getByRole("button", { name: undo, exact: true });
      const choose = async (deed: string): Promise<void> => {
        await page.getByRole("button", { name: change }).click();
        await dialog.getByLabel(action).selectOption(deed, patience);
      };
      await choose(release);
      await dialog.getByText(hint).waitFor(patience);
      await expectAccessible(page, `a bulk release, ${language}`);
      await expectNoSidewaysScroll(page, `a bulk release, ${language}`);
      await dialog.getByRole("textbox").fill("10");
      await dialog.getByRole("button", { name: sureRelease }).click();
      await toastUndo.waitFor(patience);
      expect(await labelled("Client 11", "quarantined")).to.equal(10);
      await toastUndo.click();
      await page.locator(".toast").getByText(done).waitFor(patience);
      expect(await labelled("Client 11", "active")).to.equal(10);

      await choose(setLabel);
      await dialog.getByRole("textbox").fill("All the same");
      await dialog.getByRole("button", { name: sureLabel }).click();
      await toastUndo.click();
      await until(async () => (await labelled("Client 11", "active")) === 10, {
        everyMs: 100,
      });
      // The health of a part, on a busy machine.
      expect(troubles.filter((trouble) => !trouble.includes("503"))).to.deep.equal([]);
      await context.close();
    }
  });

  it("adds one number, gives it another proxy number, and gives a released one back, in both languages", async () => {
    for (const [language, width, real] of [
      ["en", 1280, "79008650001"],
      ["ru", 360, "79008650002"],
    ] as const) {
      const words = {
        en: [
          "Add a number",
          "Real number",
          "Add",
          "Change proxy number",
          "Change the proxy number",
          "Release",
        ],
        ru: [
          "Добавить номер",
          "Реальный номер",
          "Добавить",
          "Сменить подменный",
          "Сменить номер",
          "Освободить",
        ],
      }[language];
      const [open = "", field = "", add = "", other = "", sure = "", release = ""] = words;
      const { page, context, troubles } = await people.signIn(browser, "administrator", {
        path: "/app/numbers",
        language,
        width,
        height: 800,
      });
      const dialog = page.getByRole("dialog");
      await page.getByRole("button", { name: open }).click();
      await dialog.getByLabel(field).fill("12");
      await dialog.getByRole("button", { name: add }).click();
      await dialog.locator('[aria-invalid="true"]').waitFor(patience);
      await expectAccessible(page, `a refused number, ${language}`);
      await expectNoSidewaysScroll(page, `a refused number, ${language}`);
      await dialog.getByLabel(field).fill(shown(real));
      await dialog.getByRole("button", { name: add }).click();
      await heading(page, /^\+7/);
      const first = await page.getByRole("heading", { level: 1 }).textContent();
      const old = page.url();
      await page.getByRole("button", { name: other }).click();
      await dialog.getByRole("button", { name: sure }).click();
      await until(async () => (await page.getByRole("heading", { level: 1 }).textContent()) !== first, {
        everyMs: 100,
      });
      const { id } = await mappingOf(real);
      expect(new URL(page.url()).pathname).to.equal(`/app/numbers/${id}`);
      await page.goto(old);
      // The client has another number now, so there is nothing to undo.
      const successor = page.getByRole("main").getByRole("link", {
        name: language === "en" ? "Go to the new number" : "К новому номеру",
      });
      await successor.click();
      await until(() => new URL(page.url()).pathname === `/app/numbers/${id}`, { timeoutMs: 60_000 });
      await page.getByRole("button", { name: release }).click();
      await dialog.getByRole("button", { name: release }).click();
      await page
        .locator(".toast")
        .getByRole("button", { name: language === "en" ? "Undo" : "Отменить" })
        .click();
      await page
        .getByText(language === "en" ? "has its proxy number back" : "возвращён его подменный")
        .waitFor(patience);
      await page.getByRole("button", { name: release, exact: true }).waitFor(patience);
      expect((await mappingOf(real)).id).to.equal(id);
      expect(troubles.filter((trouble) => !/ 40[09] /.test(trouble))).to.deep.equal([]);
      await context.close();
    }
  });

  it("lists earlier imports page by page, with who and how many, without discarded previews", async () => {
    for (let index = 0; index < 26; index += 1)
      await upload("phone\n79008600001\n", { name: `known-${index}.csv` });
    await upload("phone\n79008619001\n112\n", { name: "mixed.csv" });
    const discarded = await upload("79008619002\n", { name: "discarded.csv", query: "?dryRun=true" });
    const { headers } = people;
    const answer = await fetch(`${system.url}/imports/${discarded}/cancel`, { method: "POST", headers });
    expect(answer.status).to.equal(200);

    const { page, context, troubles } = await people.signIn(browser, "administrator", {
      path: "/app/import",
    });
    const first = rows(page, "imports").first();
    await first.getByRole("link", { name: "mixed.csv" }).waitFor(patience);
    const cells = await first.getByRole("cell").allTextContents();
    expect(cells.slice(0, -1)).to.deep.equal(["mixed.csv", "Done", "3", "1", "1", "administrator"]);
    expect(await page.getByText("discarded.csv").count()).to.equal(0);
    await page.getByLabel("Rows per page").selectOption("25");
    await page.getByText("1–25", { exact: true }).waitFor(patience);
    await page.getByRole("button", { name: "Next page" }).click();
    await page.getByText(/^26–/).waitFor(patience);
    await rows(page, "imports").getByRole("link", { name: "known-0.csv" }).click();
    await heading(page, "known-0.csv");
    await page.goBack();
    await page.getByText(/^26–/).waitFor(patience);
    const focused = (): Promise<string> => page.evaluate<string>("document.activeElement?.textContent ?? ''");
    await until(async () => (await focused()) === "known-0.csv", { everyMs: 100 });
    await page.getByRole("button", { name: "Previous page" }).click();
    await page.getByText("1–25", { exact: true }).waitFor(patience);
    await expectAccessible(page, "earlier imports");
    expect(troubles).to.deep.equal([]);
    await context.close();

    const narrow = await people.signIn(browser, "administrator", {
      path: "/app/import",
      language: "ru",
      width: 360,
      height: 740,
    });
    await rows(narrow.page, "imports").first().waitFor(patience);
    await expectNoSidewaysScroll(narrow.page, "earlier imports on a phone");
    await expectAccessible(narrow.page, "earlier imports on a phone");
    await narrow.context.close();
  });
});
