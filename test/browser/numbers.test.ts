import { readFile } from "node:fs/promises";
import { expect } from "chai";
import type { Browser, Download, Locator, Page } from "playwright-core";
import type { Role } from "../../src/access/rules/rights.ts";
import { placeCall, realNumberOf } from "../support/sipp.ts";
import { until } from "../support/until.ts";
import {
  browserOrSkip,
  expectAccessible,
  expectNoSidewaysScroll,
  patience,
  screenshot,
  view,
} from "./support/browser.ts";
import { accessSettings, People } from "./support/people.ts";
import { shown } from "./support/shown.ts";
import { WebSystem } from "./support/webSystem.ts";

const rowOf = (page: Page, text: string) =>
  page.locator('[data-table="numbers"] tbody tr', { hasText: text });
const search = (page: Page) => page.getByRole("main").getByRole("searchbox");

/** Consecutive real numbers from here on, each with a label and a reference. */
const labelled = (first: number, count: number): string =>
  `phone;label;reference\n${Array.from(
    { length: count },
    (_, index) => `${first + index};Client ${String(count - index).padStart(3, "0")};R-${index}\n`,
  ).join("")}`;

interface ShownMapping {
  readonly id: number;
  readonly proxyNumber: string;
  readonly realNumber: string;
  readonly state: string;
  readonly label: string | null;
  readonly expiresAt: string | null;
}

/** The section "Try this number". */
const wordsOfTrying = {
  en: {
    caller: "Caller",
    show: "Show",
    connected: "Connected with",
    sees: "Callee sees",
    direction: "Direction",
    incoming: "Incoming",
    return: "Return call",
    trunk: "Outbound trunk",
    refused: "The call is refused:",
    own: "Own proxy number",
    disabled: "Disabled",
    expired: "Expired",
  },
  ru: {
    caller: "Номер звонящего",
    show: "Показать",
    connected: "Соединение с номером",
    sees: "Абонент увидит",
    direction: "Направление",
    incoming: "Входящий",
    return: "Ответный звонок",
    trunk: "Исходящий транк",
    refused: "Звонок отклоняется:",
    own: "Звонок на свой же номер",
    disabled: "Отключён",
    expired: "Срок истёк",
  },
};

/** What it says about the call. */
const textsOf = async (section: Locator): Promise<readonly string[]> =>
  (await section.locator(".outcome").innerText())
    .split("\n")
    .map((text) => text.trim())
    .filter(Boolean);

/** The page's requests that change something, as they are sent. */
function changesAskedOf(page: Page): readonly string[] {
  const asked: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (request.method() !== "GET" && !pathname.endsWith("/search"))
      asked.push(`${request.method()} ${pathname}`);
  });
  return asked;
}

/** The downloaded file, whose URL must not contain numbers. */
async function saved(
  page: Page,
  button: string,
): Promise<{ readonly download: Download; readonly file: Buffer }> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button }).click(),
  ]);
  return { download, file: await readFile(await download.path()) };
}

describe("the list of numbers in a browser", function suite() {
  this.timeout(300_000);
  let browser: Browser;
  let system: WebSystem;

  async function mappings(filter: object): Promise<readonly ShownMapping[]> {
    const answer = await fetch(`${system.url}/mappings/search`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(filter),
    });
    return ((await answer.json()) as { readonly items: readonly ShownMapping[] }).items;
  }

  async function change(id: number, patch: object): Promise<void> {
    const answer = await fetch(`${system.url}/mappings/${id}`, {
      method: "PATCH",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(patch),
    });
    expect(answer.status, await answer.text()).to.equal(200);
  }

  async function upload(name: string, text: string, query = ""): Promise<number> {
    const form = new FormData();
    form.set("file", new Blob([text], { type: "text/csv" }), name);
    const answer = await fetch(`${system.url}/upload${query}`, { method: "POST", body: form });
    if (!answer.ok) throw new Error(`The upload was refused: ${await answer.text()}`);
    return ((await answer.json()) as { readonly id: number }).id;
  }

  before(async function prepare() {
    browser = await browserOrSkip(this);
    system = await WebSystem.startOrSkip(this);
    await upload("clients.csv", labelled(79_008_300_000, 120));
  });
  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  it("edits a label inline: Enter saves, Escape cancels, by keyboard alone", async () => {
    await upload("smith.csv", "phone;label\n79008330007;Mr Smith\n79008330008;Mr Jones\n");
    const { page, context, troubles } = await view(browser, `${system.url}/app/numbers`);
    await search(page).fill("8330007");
    const row = rowOf(page, shown("79008330007"));
    await row.waitFor(patience);
    await rowOf(page, shown("79008330008")).waitFor({ state: "detached", ...patience });
    await row.getByRole("button", { name: "Change it" }).focus();
    await page.keyboard.press("Enter");
    const field = row.getByRole("textbox");
    const focused = row.locator(":focus");
    await focused.and(field).waitFor(patience);
    await page.keyboard.type("not this");
    await page.keyboard.press("Escape");
    await row.getByText("Mr Smith", { exact: true }).waitFor(patience);
    await focused.and(row.getByRole("button")).waitFor(patience);
    await page.keyboard.press("Enter");
    await focused.and(field).waitFor(patience);
    await page.keyboard.type("Ivanova & Sons");
    await expectAccessible(page, "the list with a label being changed");
    await page.keyboard.press("Enter");
    await row.getByText("Ivanova & Sons", { exact: true }).waitFor(patience);
    expect((await mappings({ number: "79008330007" }))[0]?.label).to.equal("Ivanova & Sons");
    await focused.and(row.getByRole("button")).filter({ hasText: "Ivanova & Sons" }).waitFor(patience);
    expect(troubles).to.deep.equal([]);
    await context.close();
  });

  it("filters by pool and import, also through links from both", async () => {
    const created = await fetch(`${system.url}/pools`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name: "second", ranges: [{ first: "74958310000", last: "74958310099" }] }),
    });
    const { id: pool } = (await created.json()) as { readonly id: number };
    const id = await upload("second.csv", "phone\n79008310001\n79008310002\n", `?pool=${pool}`);
    const { page, context } = await view(browser, `${system.url}/app/numbers`);
    await page.getByLabel("Pool", { exact: true }).selectOption("second");
    await page.getByText("1–2 · 2 numbers").waitFor(patience);
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.getByLabel("Imported from").selectOption({ value: String(id) });
    await page.getByText("1–2 · 2 numbers").waitFor(patience);
    await page.goto(`${system.url}/app/import/${id}`);
    await page.getByRole("link", { name: "Show numbers" }).click();
    await page.getByText("1–2 · 2 numbers").waitFor(patience);
    await page.goto(`${system.url}/app/pools`);
    await page.locator('[data-pool="second"]').getByRole("link", { name: "Show numbers" }).click();
    await page.getByText("1–2 · 2 numbers").waitFor(patience);
    await page.getByLabel("State", { exact: true }).selectOption("Disabled");
    await page.getByText("No numbers match the filters.").waitFor(patience);
    await context.close();
  });

  it("sorts by every column, indicates which, and pages without repeating or losing a number", async () => {
    const { page, context } = await view(browser, `${system.url}/app/numbers`);
    const table = page.locator('[data-table="numbers"]');
    const firstCells = async (column: number): Promise<string> =>
      (await table.locator(`tbody tr:first-child td:nth-child(${column})`).textContent()) ?? "";
    await table.waitFor(patience);
    await search(page).fill("Client");
    await page.getByText("1–50 · 120 numbers").waitFor(patience);
    // The orders are arranged so that the first row is different after each of them.
    for (const [name, sort, column, least, most] of [
      ["Real number", "ascending", 3, shown("79008300000"), shown("79008300119")],
      ["Label", "ascending", 5, "Client 001", "Client 120"],
    ] as const) {
      const head = table.getByRole("columnheader", { name });
      await head.getByRole("button").click();
      await until(async () => (await firstCells(column)).includes(least), { everyMs: 50 });
      await table.locator(`th[aria-sort="${sort}"]`, { hasText: name }).waitFor(patience);
      await head.getByRole("button").click();
      await until(async () => (await firstCells(column)).includes(most), { everyMs: 50 });
      await table.locator('th[aria-sort="descending"]', { hasText: name }).waitFor(patience);
    }
    for (const name of ["Proxy number", "Expires", "Created"]) {
      const head = table.getByRole("columnheader", { name });
      await head.getByRole("button").click();
      await page.locator(`th[aria-sort]:not([aria-sort="none"])`, { hasText: name }).waitFor(patience);
    }
    const seen: string[] = [];
    for (let number = 1; number <= 3; number += 1) {
      await page
        .getByText(["1–50", "51–100", "101–120"][number - 1] ?? "", { exact: false })
        .first()
        .waitFor(patience);
      await page.locator('section[aria-busy="false"]').waitFor(patience);
      const labels = await table.locator("tbody td.label").allTextContents();
      expect(labels).to.have.length(number === 3 ? 20 : 50);
      seen.push(...labels);
      if (number < 3) await page.getByRole("button", { name: "Next page" }).click();
    }
    expect(new Set(seen).size).to.equal(120);
    expect(await page.getByRole("button", { name: "Next page" }).isDisabled()).to.equal(true);
    await page.getByRole("button", { name: "Previous page" }).click();
    await page.getByText("51–100").first().waitFor(patience);
    await context.close();
  });

  it("changes selected rows in one request, with counts before and after", async () => {
    const { page, context, troubles } = await view(browser, `${system.url}/app/numbers`);
    const requests = changesAskedOf(page);
    await search(page).fill("83000");
    for (const real of ["79008300001", "79008300002"]) {
      await search(page).fill(real);
      // What is selected before the search is done is not any more after it.
      await until(async () => (await rowOf(page, "").count()) === 1, { everyMs: 50 });
      await rowOf(page, shown(real)).getByRole("checkbox").check(patience);
      await page.getByText("1 number selected").waitFor(patience);
    }
    // A new search clears the selection, so that hidden rows are not changed.
    await search(page).fill("Client 11");
    await page.getByText("1–10 · 10 numbers").waitFor(patience);
    expect(await page.getByText("number selected").count()).to.equal(0);
    const boxes = page.locator('[data-table="numbers"] tbody').getByRole("checkbox");
    await boxes.nth(0).check();
    await boxes.nth(1).check();
    await page.getByText("2 numbers selected").waitFor(patience);
    await page.getByRole("button", { name: "Change selected" }).click();
    const dialog = page.getByRole("dialog", { name: "Change selected numbers" });
    await dialog.getByText("2 numbers selected.").waitFor(patience);
    await expectAccessible(page, "the window for several numbers");
    await dialog.getByLabel("Action").selectOption("Disable");
    await dialog.getByRole("button", { name: "Change 2 numbers" }).click();
    await dialog.getByText("Calls to 2 numbers will be refused at once.").waitFor(patience);
    await dialog.getByRole("button", { name: "Yes, change 2 numbers" }).click();
    await dialog.waitFor({ state: "detached", ...patience });
    await page.getByText(/^2 changed/).waitFor(patience);
    expect(await mappings({ state: "disabled" })).to.have.length(2);
    expect(requests).to.deep.equal(["POST /mappings/bulk"]);
    expect(troubles).to.deep.equal([]);
    await context.close();
  });

  it("reports in Russian, too, how many selected rows are gone or unchanged", async () => {
    await upload("again.csv", "phone;label\n79008340001;Again 1\n79008340002;Again 2\n");
    const fleeting = await upload("fleeting.csv", "phone;label\n79008340003;Again 3\n");
    const { page, context, troubles } = await view(browser, `${system.url}/app/numbers`, { language: "ru" });
    const requests = changesAskedOf(page);
    await search(page).fill("Again");
    await page.getByText("1–3 · 3 номера").waitFor(patience);
    await rowOf(page, "Again 1").getByRole("checkbox").check();
    const change = page.getByRole("button", { name: "Изменить выбранные" });
    const dialog = page.getByRole("dialog");
    const disable = async (button: string, sure: string): Promise<void> => {
      await change.click();
      expect(await dialog.getByRole("button", { name: button }).isDisabled()).to.equal(true);
      await dialog.getByLabel("Действие").selectOption("Отключить");
      await dialog.getByRole("button", { name: button }).click();
      await dialog.getByRole("button", { name: sure }).click();
    };
    await disable("Изменить 1 номер", "Да, изменить 1 номер");
    await page.getByText(/^Изменено: 1(?![\d,])/).waitFor(patience);
    await page.locator('section[aria-busy="false"]').waitFor(patience);
    await page.getByRole("checkbox", { name: "Выбрать все на странице" }).check();
    // One of them is removed while the dialog is open.
    expect((await fetch(`${system.url}/imports/${fleeting}/undo`, { method: "POST" })).ok).to.equal(true);
    await until(async () => (await mappings({ label: "Again" })).length === 2);
    await disable("Изменить 3 номера", "Да, изменить 3 номера");
    await page
      .getByText(/^Изменено: 1, без изменений или освобождены: 1, больше не существуют: 1(?!\d)/)
      .waitFor(patience);
    expect(requests).to.deep.equal(["POST /mappings/bulk", "POST /mappings/bulk"]);
    expect((await mappings({ label: "Again" })).map(({ state }) => state)).to.deep.equal([
      "disabled",
      "disabled",
    ]);
    await rowOf(page, "Again 2").getByRole("link").click();
    const history = page.locator('[data-list="history"]');
    await history.getByText(/^Изменено: состояние: .+ → .+/).waitFor(patience);
    expect(await history.getByText("массовое изменение").count()).to.equal(0);
    expect(troubles).to.deep.equal([]);
    await context.close();
  });

  it("changes all filtered numbers after showing the count, and asks twice before a release", async () => {
    const { page, context } = await view(browser, `${system.url}/app/numbers`);
    await search(page).fill("Client 05");
    await page.getByText("1–10 · 10 numbers").waitFor(patience);
    await page.getByRole("button", { name: "Change all results" }).click();
    const dialog = page.getByRole("dialog", { name: "Change all matching numbers" });
    await dialog.getByText("10 numbers match the filters.").waitFor(patience);
    await dialog.getByLabel("Action").selectOption("Set expiry");
    await dialog.getByLabel("When").fill("2099-01-01");
    await dialog.getByRole("button", { name: "Change 10 numbers" }).click();
    await dialog.waitFor({ state: "detached", ...patience });
    expect((await mappings({ label: "Client 05" })).map(({ expiresAt }) => expiresAt)).to.deep.equal(
      Array.from({ length: 10 }, () => "2099-01-01"),
    );
    await page.getByRole("button", { name: "Change all results" }).click();
    await dialog.getByLabel("Action").selectOption("Release");
    const release = dialog.getByRole("button", { name: "Release 10 numbers" });
    expect(await release.isDisabled()).to.equal(true);
    await dialog.getByLabel(/Type 10 to confirm/).fill("10");
    await release.click();
    await dialog.waitFor({ state: "detached", ...patience });
    expect(await mappings({ label: "Client 05", state: "quarantined" })).to.have.length(10);
    await context.close();
  });

  it("exports the results, also while searching for a number, with no number in a URL", async () => {
    const { page, context, troubles } = await view(browser, `${system.url}/app/numbers`);
    const addresses: string[] = [];
    page.on("request", (request) => addresses.push(request.url()));
    await search(page).fill("+7 900 830-00-20");
    await rowOf(page, shown("79008300020")).waitFor(patience);
    await rowOf(page, shown("79008300021")).waitFor({ state: "detached", ...patience });
    const { download, file } = await saved(page, "Export CSV");
    expect(download.suggestedFilename()).to.match(/^mappings-.*\.csv$/);
    const lines = file.toString().trim().split("\r\n");
    expect(lines).to.have.length(2);
    expect(lines[1]).to.contain("79008300020");
    const workbook = await saved(page, "Export .xlsx");
    expect(workbook.file.subarray(0, 2).toString()).to.equal("PK");
    for (const address of addresses) expect(address).to.not.match(/830-?00-?20/);
    expect(troubles).to.deep.equal([]);
    await context.close();
  });

  it("copies a number in E.164", async () => {
    const { page, context } = await view(browser, `${system.url}/app/numbers`);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await search(page).fill("79008300030");
    const row = rowOf(page, shown("79008300030"));
    await row.getByRole("button", { name: `Copy ${shown("79008300030")}` }).click(patience);
    await page.getByText("Copied").waitFor(patience);
    expect(await page.evaluate("navigator.clipboard.readText()")).to.equal("+79008300030");
    await context.close();
  });

  it("does not run scripts in labels", async () => {
    const nasty = '<img src=x onerror="alert(1)"><script>alert(2)</script>';
    await upload("nasty.csv", `phone;label\n79008320001;"${nasty.replaceAll('"', '""')}"\n`);
    const { page, context, troubles, hosts } = await view(browser, `${system.url}/app/numbers`);
    page.on("dialog", (dialog) => {
      throw new Error(`A script has run: ${dialog.message()}`);
    });
    await search(page).fill("79008320001");
    await rowOf(page, nasty).waitFor(patience);
    await rowOf(page, nasty).getByRole("link").click();
    await page.getByRole("heading", { name: "Recent calls" }).waitFor(patience);
    await page.locator("dl.facts").getByText(nasty).waitFor(patience);
    expect(await page.locator("main img, main script").count()).to.equal(0);
    expect(troubles).to.deep.equal([]);
    expect([...hosts]).to.deep.equal([new URL(system.url).host]);
    await context.close();
  });

  it("shows a number with its calls, and keeps the input on errors", async () => {
    const real = realNumberOf("ringsThenAnswers", 8341);
    const proxy = await system.proxyOf(real);
    await placeCall({ to: proxy, script: { kind: "talks", talkMs: 300 } }).result;
    const [mapping] = await mappings({ number: real });
    for (const width of [360, 1920])
      for (const dark of [false, true])
        for (const language of ["en", "ru"] as const) {
          const what = `a number's page ${width} ${language} ${dark ? "dark" : "light"}`;
          const viewing = { width, dark, language, height: width === 360 ? 740 : 1000 };
          const { page, context, troubles } = await view(
            browser,
            `${system.url}/app/numbers/${mapping?.id}`,
            viewing,
          );
          await page.locator('[data-table="last-calls"] tbody tr').first().waitFor(patience);
          await expectNoSidewaysScroll(page, what);
          await expectAccessible(page, what);
          expect(troubles, what).to.deep.equal([]);
          await context.close();
        }
    const { page, context } = await view(browser, `${system.url}/app/numbers/${mapping?.id}`);
    await page.getByLabel("Label", { exact: true }).fill("kept");
    await page.getByLabel("Real number", { exact: true }).fill("79008300040");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("This real number already has a proxy number.").waitFor(patience);
    expect(await page.getByLabel("Label", { exact: true }).inputValue()).to.equal("kept");
    await page.getByLabel("Real number", { exact: true }).fill(`+${real}`);
    await page.getByLabel("Number shown to the callee").selectOption("none (anonymous)");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved. Applies from the next call.").waitFor(patience);
    await page.locator("dl.facts").getByText("kept").waitFor(patience);
    expect(await mappings({ number: real })).to.have.nested.property("[0].callerId", "anonymous");
    const history = page.locator('[data-list="history"]');
    await history.getByText(/^Changed: .*label/).waitFor(patience);
    await history.getByText(/^Created by import \d+$/).waitFor(patience);
    await screenshot(page, "number");
    await page.getByRole("button", { name: "Release" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Release" }).click();
    await page.getByText("Quarantined").waitFor(patience);
    await history.getByText("Released", { exact: true }).waitFor(patience);
    expect(await page.getByRole("button", { name: "Save" }).count()).to.equal(0);
    await context.close();
  });

  for (const language of ["en", "ru"] as const)
    it(`tries a call to a number without placing it, in ${language === "en" ? "English" : "Russian"}`, async () => {
      const words = wordsOfTrying[language];
      const serial = language === "en" ? 8351 : 8361;
      const [real, other] = [realNumberOf("answers", serial), realNumberOf("answers", serial + 1)];
      const [proxy, otherProxy] = [await system.proxyOf(real), await system.proxyOf(other)];
      const [mapping] = await mappings({ number: real });
      const address = `${system.url}/app/numbers/${mapping?.id}`;
      const { page, context, troubles } = await view(browser, address, { language });
      const trying = page.locator('section[aria-labelledby="try-number"]');
      const becomes = async (from: string, outcome: readonly string[]): Promise<void> => {
        await trying.getByLabel(words.caller).fill(from);
        await trying.getByRole("button", { name: words.show }).click();
        await until(async () => (await textsOf(trying)).join() === outcome.join(), {}).catch(async () =>
          expect(await textsOf(trying), `from ${from}`).to.deep.equal(outcome),
        );
      };
      const connected = (to: string, shows: string, direction = words.incoming): string[] =>
        [
          [words.connected, shown(to)],
          [words.sees, shown(shows)],
          [words.direction, direction],
          [words.trunk, "trunk-out"],
        ].flat();
      await becomes("+7 926 111-22-33", connected(real, proxy));
      await becomes(other, connected(real, otherProxy));
      await becomes("", connected(real, proxy));
      await becomes(real, [`${words.refused} ${words.own}`]);
      await placeCall({ to: proxy, from: other, script: { kind: "talks", talkMs: 300 } }).result;
      // The owner returns this call.
      await becomes(real, connected(other, proxy, words.return));
      await expectAccessible(page, `a tried call, ${language}`);
      await expectNoSidewaysScroll(page, `a tried call, ${language}`);
      await trying.getByLabel(words.caller).fill("not a number");
      await page.keyboard.press("Enter");
      await trying.locator('input[aria-invalid="true"]').waitFor(patience);
      await change(mapping?.id ?? 0, { state: "disabled" });
      await becomes("+7 926 111-22-33", [`${words.refused} ${words.disabled}`]);
      await change(mapping?.id ?? 0, { state: "active", expiresAt: "2026-01-01T00:00:00Z" });
      await becomes("+7 926 111-22-33", [`${words.refused} ${words.expired}`]);
      expect(system.callees.messagesOf(real), "messages of the call that was placed").to.not.deep.equal([]);
      expect(system.callees.messagesOf(other), "of calls that were tried").to.deep.equal([]);
      // The browser reports the answer 400.
      expect(troubles.filter((trouble) => !trouble.includes("400"))).to.deep.equal([]);
      await context.close();
    });
});

describe("what each role may do with numbers in a browser", function suite() {
  this.timeout(300_000);
  let browser: Browser;
  let system: WebSystem;
  let people: People;
  const real = realNumberOf("ringsThenAnswers", 8342);
  const masked = `+7 ${real.slice(1, 4)} ••• ${real.slice(-4, -2)} ${real.slice(-2)}`;
  let proxy: string;

  const rights: Readonly<
    Record<Role, { writes: boolean; exports: boolean; whole: boolean; reveals: boolean }>
  > = {
    administrator: { writes: true, exports: true, whole: true, reveals: false },
    operator: { writes: true, exports: true, whole: true, reveals: false },
    supervisor: { writes: false, exports: false, whole: false, reveals: true },
    auditor: { writes: false, exports: false, whole: false, reveals: false },
  };

  before(async function prepare() {
    browser = await browserOrSkip(this);
    system = await WebSystem.startOrSkip(this, accessSettings);
    people = await People.setUp(system);
    for (const role of ["operator", "supervisor", "auditor"] as const) await people.add(role);
    proxy = await system.proxyOf(real, people.headers);
    await placeCall({ to: proxy, script: { kind: "talks", talkMs: 300 } }).result;
  });
  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  for (const role of ["administrator", "operator", "supervisor", "auditor"] as const) {
    const can = rights[role];

    it(`offers the ${role} exactly what the server permits`, async () => {
      const { page, context, troubles } = await people.signIn(browser, role, { path: "/app/numbers" });
      const row = rowOf(page, shown(proxy));
      await row.waitFor(patience);
      expect(await row.textContent()).to.contain(can.whole ? shown(real) : masked);
      const offered = async (name: string | RegExp, kind: "button" | "link" = "button"): Promise<boolean> =>
        (await page.getByRole("main").getByRole(kind, { name }).count()) > 0;
      expect(await offered("Export CSV")).to.equal(can.exports);
      expect(await offered("Export .xlsx")).to.equal(can.exports);
      expect(await offered("Import numbers", "link")).to.equal(can.writes);
      expect(await row.getByRole("button", { name: /label/i }).count()).to.equal(can.writes ? 1 : 0);
      expect(await row.getByRole("checkbox").count()).to.equal(can.writes ? 1 : 0);
      expect(await offered(/^Reveal/)).to.equal(can.reveals);
      const sortsByReal = page
        .getByRole("columnheader", { name: "Real number" })
        .getByRole("button", { name: "Real number" });
      expect(await sortsByReal.count()).to.equal(can.whole ? 1 : 0);
      if (!can.whole)
        expect(await page.content())
          .to.not.contain(real)
          .and.not.contain(shown(real));
      // All roles can search proxy numbers; auditors see the last calls, too.
      await search(page).fill(proxy);
      await row.waitFor(patience);
      await row.getByRole("link").click();
      await page.locator('[data-table="last-calls"] tbody tr').first().waitFor(patience);
      for (const name of ["Disable", "Release", "Save"])
        expect(await offered(name, "button"), name).to.equal(can.writes);
      expect(await offered(/^import \d/, "link")).to.equal(can.writes);
      await expectAccessible(page, `a number's page of the ${role}`);
      await page.goto(`${system.url}/app/pools`);
      const pool = page.locator("[data-pool]").first();
      await pool.waitFor(patience);
      for (const name of ["New pool", "Add numbers", "Remove numbers", "Settings", "Pause"])
        expect(await offered(name), name).to.equal(can.writes);
      await pool.getByRole("button", { name: "Blocked numbers" }).click();
      await page.getByText("No number is blocked.").waitFor(patience);
      expect(await page.getByRole("dialog").getByRole("textbox").count()).to.equal(can.writes ? 2 : 0);
      expect(troubles, "nothing is asked that would be refused").to.deep.equal([]);
      await context.close();
    });
  }

  it("reveals single numbers to a supervisor, in the list and on the number's page, each audited", async () => {
    const { page, context } = await people.signIn(browser, "supervisor", { path: "/app/numbers" });
    const row = rowOf(page, shown(proxy));
    await row.getByRole("button", { name: `Reveal ${masked}` }).click(patience);
    await row.getByText(shown(real)).waitFor(patience);
    expect(await row.getByRole("button", { name: /^Reveal/ }).count(), "once is enough").to.equal(0);
    await row.getByRole("link").click();
    const facts = page.locator("dl.facts");
    await facts.getByText(masked).waitFor(patience);
    await facts.getByRole("button", { name: `Reveal ${masked}` }).click();
    await facts.getByText(shown(real)).waitFor(patience);
    const answer = await fetch(`${system.url}/audit?action=reveal`, { headers: people.headers });
    const { items } = (await answer.json()) as {
      readonly items: readonly { readonly actor: { readonly name: string } }[];
    };
    expect(items.map(({ actor }) => actor.name)).to.deep.equal(["supervisor", "supervisor"]);
    await context.close();
  });
});
