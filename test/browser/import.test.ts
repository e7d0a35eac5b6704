import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { browserOrSkip, expectAccessible, screenshot, view } from "./support/browser.ts";
import { WebSystem } from "./support/webSystem.ts";

const patience = { timeout: 20_000 };

const file = (name: string, text: string) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
const countOf = async (page: Page, what: string): Promise<string | null> =>
  page.locator(`[data-count="${what}"]`).textContent();

/** Presses Tab until the focus is on something with this name; a person would not find it otherwise either. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate<string>("document.activeElement?.textContent?.trim() ?? ''");
    if (focused === name) return;
  }
  throw new Error(`Tab never comes to “${name}”.`);
}

describe("the import in a browser", function suite() {
  this.timeout(120_000);
  let browser: Browser;
  let system: WebSystem;

  before(async function prepare() {
    browser = await browserOrSkip(this);
    system = await WebSystem.startOrSkip(this);
  });
  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  it("goes from the file to the result by keyboard alone", async () => {
    const { page, context, troubles } = await view(browser, `${system.url}/`);
    await tabTo(page, "Import");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Import numbers" }).waitFor();
    await tabTo(page, "Choose a file");
    const choosing = page.waitForEvent("filechooser");
    await page.keyboard.press("Enter");
    const rows = [
      "phone;name",
      "+7 900 821-00-01;Anna",
      "8 (900) 821-00-02;Boris",
      "7,9E+10;Lost",
      "112;Help",
    ];
    await (await choosing).setFiles(file("clients.csv", rows.join("\r\n")));
    await page.getByRole("button", { name: "Import 2 new numbers" }).waitFor(patience);
    expect(await countOf(page, "created")).to.equal("2");
    expect(await countOf(page, "rejected")).to.equal("2");
    await expectAccessible(page, "the preview");
    await screenshot(page, "import-preview");
    await page.keyboard.press("Enter");
    await page.locator('.summary[data-state="done"]').waitFor(patience);
    expect(await countOf(page, "created")).to.equal("2");
    expect(await countOf(page, "rejected")).to.equal("2");
    await page.getByText("An emergency").or(page.getByText("Too few digits")).first().waitFor(patience);
    await expectAccessible(page, "the result");
    await screenshot(page, "import-result");
    expect(troubles).to.deep.equal([]);
    const { items } = (await (await fetch(`${system.url}/mappings`)).json()) as {
      readonly items: readonly { readonly realNumber: string; readonly label: string | null }[];
    };
    expect(items.map(({ realNumber, label }) => `${realNumber} ${label}`)).to.have.members([
      "79008210001 Anna",
      "79008210002 Boris",
    ]);
    await context.close();
  });

  it("lets the columns be matched by hand, and imports what the preview then shows", async () => {
    const { page, context } = await view(browser, `${system.url}/app/import`, { language: "ru" });
    const rows = ["home;mobile", "8 495 123-45-67;8 900 821-01-01", "8 495 123-45-68;8 900 821-01-02"];
    await page.locator("input[type=file]").setInputFiles(file("two.csv", rows.join("\n")));
    await page.getByLabel("mobile").waitFor(patience);
    await page.getByLabel("home").selectOption("ignored");
    await page.getByLabel("mobile").selectOption("realNumber");
    await page.getByText("+7 900 821-01-02", { exact: false }).first().waitFor(patience);
    await page.getByRole("button", { name: "Импортировать 2 новых номера" }).click();
    await page.locator('.summary[data-state="done"]').waitFor(patience);
    expect(await countOf(page, "created")).to.equal("2");
    expect((await fetch(`${system.url}/lookup/fake/79008210102`)).status).to.equal(200);
    expect((await fetch(`${system.url}/lookup/fake/74951234568`)).status).to.equal(404);
    await context.close();
  });

  it("goes on through a reload, ends with the counts of the preview, and is undone", async () => {
    const { page, context } = await view(browser, `${system.url}/app/import`);
    const size = 20_000;
    const rows = Array.from({ length: size }, (_, index) => `7911${String(index).padStart(7, "0")}`);
    await page.locator("input[type=file]").setInputFiles(file("many.csv", `phone\n${rows.join("\n")}\n`));
    await page.getByRole("button", { name: "Import 20,000 new numbers" }).click(patience);
    await page.getByRole("progressbar").waitFor(patience);
    await page.reload();
    await page.locator('.summary[data-state="done"]').waitFor({ timeout: 60_000 });
    expect(await countOf(page, "created")).to.equal("20,000");
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Undo" }).click();
    await page.getByText("Undone: 20,000 removed").waitFor({ timeout: 60_000 });
    expect((await fetch(`${system.url}/lookup/fake/${rows[0]}`)).status).to.equal(404);
    await context.close();
  });

  it("says what to do about a file that is none", async () => {
    const { page, context } = await view(browser, `${system.url}/app/import`);
    await page.locator("input[type=file]").setInputFiles({
      name: "photo.csv",
      mimeType: "text/csv",
      buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]),
    });
    await page.getByText("“photo.csv” could not be taken").waitFor(patience);
    await page.getByRole("alert").waitFor(patience);
    await page.getByRole("button", { name: "Choose a file" }).waitFor(patience);
    await context.close();
  });
});
