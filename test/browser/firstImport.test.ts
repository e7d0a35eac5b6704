import { expect } from "chai";
import type { Browser, Locator, Page } from "playwright-core";
import { sheetRow, workbook } from "../corpus/workbooks.ts";
import {
  browserOrSkip,
  expectAccessible,
  expectNoSidewaysScroll,
  patience,
  view,
} from "./support/browser.ts";
import type { Viewing } from "./support/browser.ts";
import { countOf } from "./support/imports.ts";
import { WebSystem } from "./support/webSystem.ts";

const csv = (name: string, text: string) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
const clients = csv(
  "clients.csv",
  "phone;mobile;name\n74951110001;79001110001;Anna\n74951110002;79001110002;Boris\n112;103;Help\n",
);

interface ShownPool {
  readonly id: number;
  readonly name: string;
  readonly isDefault: boolean;
}

describe("the first import in a browser", function suite() {
  this.timeout(300_000);
  let browser: Browser;
  let system: WebSystem;

  before(async function prepare() {
    browser = await browserOrSkip(this);
    system = await WebSystem.startOrSkip(this, { DEFAULT_POOL: "" });
  });
  after(async () => {
    await browser?.close();
    await system?.stop();
  });
  beforeEach(async () => {
    for (const { id } of await pools()) await ask("DELETE", `/pools/${id}`);
  });

  async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${system.url}${path}`, {
      method,
      ...(body !== undefined && {
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
    expect(answer.ok, `${method} ${path}`).to.equal(true);
    return answer.status === 204 ? null : answer.json();
  }
  const pools = async (): Promise<readonly ShownPool[]> =>
    ((await ask("GET", "/pools")) as { readonly items: readonly ShownPool[] }).items;
  const makePool = async (name: string, first: string, last: string): Promise<number> =>
    ((await ask("POST", "/pools", { name, ranges: [{ first, last }] })) as ShownPool).id;

  const idOf = (page: Page): string => new URL(page.url()).pathname.split("/").at(-1) ?? "";
  /** So that the pool can be deleted. */
  const undo = (page: Page): Promise<unknown> => ask("POST", `/imports/${idOf(page)}/undo?wait=20`);

  async function previewOf(file: Parameters<Locator["setInputFiles"]>[0] = clients, viewing: Viewing = {}) {
    const viewer = await view(browser, `${system.url}/app/import`, viewing);
    await viewer.page.locator("input[type=file]").setInputFiles(file);
    await viewer.page.locator("fieldset.reading").waitFor(patience);
    return viewer;
  }
  const optionsOf = async (select: Locator): Promise<readonly string[]> =>
    select.locator("option").allTextContents();
  const shownOf = async (select: Locator): Promise<string | null> =>
    select.locator("option:checked").textContent();
  /** Rejects if this does not appear. */
  const untilShown = (select: Locator, text: string): Promise<void> =>
    select.locator("option:checked", { hasText: text }).waitFor({ ...patience, state: "attached" });

  it("is one of the steps to the first call, which the board guides through", async () => {
    const { page, context } = await view(browser, `${system.url}/app/board`);
    const card = page.getByRole("region", { name: "Your first call" });
    const stepsDone = async (): Promise<readonly (string | null)[]> => {
      const done = await card.locator('[data-done="true"]').all();
      return Promise.all(done.map((step) => step.getAttribute("data-step")));
    };
    await card.waitFor(patience);
    await page.locator('[data-step="asterisk"][data-done="true"]').waitFor(patience);
    expect(await stepsDone()).to.deep.equal(["database", "asterisk"]);
    await page
      .getByRole("note")
      .getByText("Anyone who can reach this page has full access.")
      .waitFor(patience);
    await makePool("first", "74951110000", "74951110009");
    await page.reload();
    await page.locator('[data-step="pool"][data-done="true"]').waitFor(patience);
    const trunk = page.locator('[data-step="inboundTrunk"]');
    expect(await trunk.textContent()).to.contain("+74951110000, 74951110000, 84951110000, 4951110000");
    const guide = (await ask("GET", "/system/first-call")) as { readonly snippet: string };
    expect(guide.snippet)
      .to.match(/^MYSQL_DATABASE=phone_proxy_/mu)
      .and.match(/^LOOKUP_URL=http:\/\/127\.0\.0\.1:\d+\/lookup$/mu);
    expect(guide.snippet)
      .to.contain("TRUNK_IN=trunk-in")
      .and.match(/^ARI_PASSWORD=$/mu);
    await expectAccessible(page, "the steps to the first call");
    await context.close();
  });

  it("shows the settings that it runs with, without secrets", async () => {
    const { page, context } = await view(browser, `${system.url}/app/system`);
    await page.getByRole("link", { name: "Settings" }).click();
    const row = (name: string) => page.locator('[data-table="settings"] tbody tr', { hasText: name });
    await row("NODE_NAME").first().waitFor(patience);
    expect(await row("HTTP_PORT").first().textContent()).to.contain("Environment");
    expect(await row("LOG_FORMAT").first().textContent()).to.contain("Default");
    expect(await row("ASTERISK_PASSWORD").first().textContent()).to.contain("Set");
    const { items } = (await ask("GET", "/settings")) as {
      readonly items: readonly { readonly name: string }[];
    };
    expect(items.find(({ name }) => name === "ASTERISK_PASSWORD")).to.include({ value: null, isSet: true });
    await context.close();
  });

  it("reads the file without a pool, offers to create one, and continues", async () => {
    const { page, context, troubles } = await previewOf();
    await page.getByText("There is no pool of proxy numbers yet").waitFor(patience);
    await page.getByText("This file needs 2 proxy numbers.").waitFor(patience);
    expect(await countOf(page, "created")).to.equal("2");
    expect(await countOf(page, "rejected")).to.equal("1");
    expect(await page.locator('[data-refusal="SHORT_NUMBER"]').count()).to.equal(1);
    expect(await page.getByRole("button", { name: "Import 2 new numbers" }).isDisabled()).to.equal(true);
    await expectAccessible(page, "a preview without a pool");
    const address = page.url();
    // The next step has the focus.
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "New pool" });
    await dialog.getByText("This file needs 2 proxy numbers.").waitFor(patience);
    await expectAccessible(page, "the window for the first pool");
    await dialog.getByLabel("First number").fill("+7 495 820-00-00");
    await dialog.getByLabel("Last number").fill("+7 495 820-00-99");
    await page.keyboard.press("Enter");
    await page.getByText("Proxy numbers come from the pool “Main” (100 free).").waitFor(patience);
    expect(page.url()).to.equal(address);
    await page.getByRole("button", { name: "Import 2 new numbers" }).click(patience);
    await page.locator('.summary[data-state="done"]').waitFor(patience);
    expect(await countOf(page, "created")).to.equal("2");
    expect(await pools()).to.have.length(1);
    expect((await pools())[0]).to.include({ name: "Main", isDefault: true });
    expect(troubles).to.deep.equal([]);
    await undo(page);
    await context.close();
  });

  it("continues when the pool is created elsewhere, and reports when it is gone again", async () => {
    const { page, context } = await previewOf();
    await page.getByText("There is no pool of proxy numbers yet").waitFor(patience);
    const id = await makePool("Elsewhere", "74958300000", "74958300009");
    await page.getByText("Proxy numbers come from the pool “Elsewhere” (10 free).").waitFor(patience);
    await ask("PATCH", `/pools/${id}`, { enabled: false });
    await page.getByText("All pools are paused").waitFor(patience);
    await page.getByRole("button", { name: "Resume “Elsewhere” (10 free)" }).click();
    await page.getByText("Proxy numbers come from the pool “Elsewhere” (10 free).").waitFor(patience);
    await context.close();
  });

  it("asks nothing with a single pool", async () => {
    await makePool("Only", "74958400000", "74958400009");
    const { page, context } = await previewOf();
    await page.getByText("Proxy numbers come from the pool “Only” (10 free).").waitFor(patience);
    expect(await page.getByLabel("Take numbers from").count()).to.equal(0);
    await context.close();
  });

  it("asks which of several pools to use, with the default preselected", async () => {
    await makePool("Moscow", "74958500000", "74958500009");
    await makePool("Petersburg", "78128500000", "78128510120");
    const paused = await makePool("Kazan", "78438500000", "78438500009");
    await ask("PATCH", `/pools/${paused}`, { enabled: false });
    const { page, context } = await previewOf();
    const select = page.getByLabel("Take numbers from");
    await select.waitFor(patience);
    expect(await optionsOf(select)).to.deep.equal(["Moscow (10 free)", "Petersburg (10,121 free)"]);
    expect(await shownOf(select)).to.equal("Moscow (10 free)");
    await expectAccessible(page, "a preview that asks for the pool");
    for (const name of ["Petersburg (10,121 free)", "Moscow (10 free)", "Petersburg (10,121 free)"]) {
      await select.selectOption({ label: name });
      await untilShown(select, name);
    }
    await page.getByRole("button", { name: "Import 2 new numbers" }).click(patience);
    await page.locator('.summary[data-state="done"]').waitFor(patience);
    const { fake_phone: proxy } = (await ask("GET", "/lookup/fake/79001110001").catch(async () =>
      ask("GET", "/lookup/fake/74951110001"),
    )) as { readonly fake_phone: string };
    expect(proxy).to.match(/^7812/);
    await undo(page);
    await context.close();
  });

  it("reports a pool that is too small or empty, and lets the user extend it there", async () => {
    const id = await makePool("Small", "74958600000", "74958600000");
    const { page, context } = await previewOf();
    await page.getByText("Small: 2 needed, 1 free").waitFor(patience);
    await ask("POST", `/pools/${id}/block`, { numbers: ["74958600000"] });
    await ask("POST", `/imports/${idOf(page)}/preview?wait=20`, {});
    await page.reload();
    await page.getByText("Small: 2 needed, 0 free").waitFor(patience);
    await page.getByText("The pool has no free numbers.").waitFor(patience);
    await page.getByRole("button", { name: "Add numbers to “Small”" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("This file needs 2 proxy numbers.").waitFor(patience);
    await dialog.getByLabel("First number").fill("74958600001");
    await dialog.getByLabel("Last number").fill("74958600009");
    await page.keyboard.press("Enter");
    await page.getByText("Proxy numbers come from the pool “Small” (9 free).").waitFor(patience);
    // The notice goes once the file is previewed again.
    await page.getByText("Small: 2 needed").waitFor({ state: "detached", ...patience });
    expect(await countOf(page, "created")).to.equal("2");
    await context.close();
  });

  it("lets the user move columns back and forth, and change and revert every choice", async () => {
    await makePool("Only", "74958700000", "74958700009");
    const { page, context, troubles } = await previewOf();
    const phone = page.getByLabel("phone", { exact: true });
    const mobile = page.getByLabel("mobile", { exact: true });
    const before = await shownOf(phone);
    expect([before, await shownOf(mobile)]).to.have.members(["Real number", "ignored"]);
    for (let round = 0; round < 2; round += 1) {
      await mobile.selectOption("Real number");
      await untilShown(mobile, "Real number");
      await untilShown(phone, "ignored");
      await page.getByText("+7 900 111-00-02").first().waitFor(patience);
      await phone.selectOption("Real number");
      await untilShown(phone, "Real number");
      await untilShown(mobile, "ignored");
      await page.getByText("+7 495 111-00-02").first().waitFor(patience);
    }
    await page.getByLabel("Delimiter").selectOption("none");
    await page.getByLabel("phone;mobile;name").waitFor(patience);
    await page.getByLabel("Delimiter").selectOption("semicolon");
    await untilShown(phone, "Real number");
    const country = page.getByLabel("Country of numbers without a country code");
    await country.selectOption("Kazakhstan");
    await untilShown(country, "Kazakhstan");
    await page.getByRole("button", { name: "Reset all choices" }).click();
    await untilShown(country, "Russia");
    await page.getByRole("button", { name: "Reset all choices" }).waitFor({ ...patience, state: "detached" });
    expect(await page.getByRole("alert").count()).to.equal(0);
    expect(troubles).to.deep.equal([]);
    await context.close();
  });

  it("restores the previous preview if a choice makes the file unreadable", async () => {
    await makePool("Only", "74958800000", "74958800009");
    const rows = Array.from({ length: 6000 }, (_, index) => sheetRow(index + 1, [79_001_000_000 + index]));
    const damaged = workbook([
      { name: "Good", data: sheetRow(1, ["phone"]) + sheetRow(2, [79_001_112_233]) },
      { name: "Bad", data: `${rows.join("")}<row r="3"/>` },
    ]);
    const { page, context } = await previewOf({ name: "two.xlsx", mimeType: "", buffer: damaged });
    await page.getByRole("button", { name: "Import 1 new number" }).waitFor(patience);
    await page.getByLabel("Sheet").selectOption("Bad");
    await page.getByText("The file is kept. Choose another way to read it.").waitFor(patience);
    await expectAccessible(page, "a preview that cannot be read to its end");
    await page.getByRole("button", { name: "Restore the previous preview" }).click();
    await page.getByRole("button", { name: "Import 1 new number" }).waitFor(patience);
    expect(await shownOf(page.getByLabel("Sheet"))).to.equal("Good");
    await context.close();
  });

  it("fits phones and wide screens in both languages", async () => {
    const folder = process.env["SCREENSHOTS"];
    for (const state of ["none", "paused", "several", "small"] as const) {
      for (const { id } of await pools()) await ask("DELETE", `/pools/${id}`);
      if (state !== "none") {
        const id = await makePool("Moscow", "74958900000", "74958900000");
        if (state === "paused") await ask("PATCH", `/pools/${id}`, { enabled: false });
        if (state === "several")
          await makePool("Petersburg and the region around it", "78128900000", "78128910120");
      }
      // The other way round for half of the states.
      for (const [width, language] of state === "none" || state === "several"
        ? ([
            [360, "en"],
            [1280, "ru"],
          ] as const)
        : ([
            [360, "ru"],
            [1280, "en"],
          ] as const)) {
        const what = `${state} ${width} ${language}`;
        const { page, context, troubles } = await previewOf(clients, { width, height: 900, language });
        await page.locator(".notice, select").first().waitFor(patience);
        const there =
          state === "several" ? page.locator("option", { hasText: "Petersburg" }) : page.locator(".notice");
        await there.last().waitFor({ ...patience, state: "attached" });
        if (folder !== undefined)
          await page.screenshot({
            path: `${folder}/first-${what.replaceAll(" ", "-")}.png`,
            fullPage: true,
          });
        await expectNoSidewaysScroll(page, what);
        await expectAccessible(page, what);
        expect(troubles, what).to.deep.equal([]);
        await context.close();
      }
    }
  });
});
