import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import {
  browserOrSkip,
  expectAccessible,
  expectNoSidewaysScroll,
  patience,
  view,
} from "./support/browser.ts";
import { placeCall, realNumberOf } from "../support/sipp.ts";
import { countOf, csvFile } from "./support/imports.ts";
import { WebSystem } from "./support/webSystem.ts";

describe("Importing known numbers in a browser", function suite() {
  this.timeout(300_000);
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

  async function upload(page: Page, name: string, text: string): Promise<void> {
    await page.goto(`${system.url}/app/import`);
    await page.locator("input[type=file]").setInputFiles(csvFile(name, text));
  }

  it("shows what differs, updates on request, and restores it", async () => {
    const { page, context, troubles } = await view(browser, `${system.url}/app/import`);
    const head = "phone;name;expires;pool\n";
    await upload(page, "first.csv", `${head}79008220001;Anna Petrova;2030-01-31;\n79008220002;Boris;;\n`);
    await page.getByRole("button", { name: "Import 2 new numbers" }).click(patience);
    await page.locator('.summary[data-state="done"]').waitFor(patience);

    const second = `${head}79008220001;Anna Ivanova;2031-01-31;\n79008220002;;never;\n79008220003;Vera;;\n79008220003;Vera again;;\n`;
    await upload(page, "second.csv", second);
    await page
      .getByText("1 number is already imported, but has different data in this file")
      .waitFor(patience);
    expect(await countOf(page, "differing")).to.equal("1");
    const firstRow = page.locator("table.preview tbody tr").first();
    await firstRow.getByText("Label: Anna Petrova; in the file: Anna Ivanova").waitFor(patience);
    expect(await firstRow.locator("td").last().textContent()).to.include("Anna Petrova");
    await expectAccessible(page, "the preview of known numbers");
    await expectNoSidewaysScroll(page, "the preview of known numbers");

    await page.getByLabel("Update label, reference, and expiry from the file").click();
    await page.getByRole("button", { name: "Import 1 new number, update 1" }).waitFor(patience);
    expect(await countOf(page, "updated")).to.equal("1");
    await firstRow.getByText("Label: Anna Petrova → Anna Ivanova").waitFor(patience);
    await page.getByRole("button", { name: "Import 1 new number, update 1" }).click();
    await page.locator('.summary[data-state="done"]').waitFor(patience);
    await page.getByRole("button", { name: /^Updated/ }).click();
    await page.getByText("Label: Anna Petrova → Anna Ivanova").waitFor(patience);
    await expectAccessible(page, "the result of an update");

    await page.getByRole("button", { name: "Undo" }).click();
    await page
      .getByRole("dialog")
      .getByText("1 updated number gets its previous values back")
      .waitFor(patience);
    await page.getByRole("dialog").getByRole("button", { name: "Undo" }).click();
    await page.getByText("Restored: 1. Not restored, because they changed since: 0.").waitFor(patience);
    expect(troubles).to.deep.equal([]);
    await context.close();
  });

  it("shows in Russian why a proxy number cannot be kept, and calls to one that is kept are connected", async () => {
    const anna = realNumberOf("ringsThenAnswers", 8230);
    const { page, context, troubles } = await view(browser, `${system.url}/app/import`, { language: "ru" });
    const rows = [
      "Телефон;Подменный номер;Имя",
      `${anna};74958200501;Анна`,
      "79008239002;74957777777;Борис",
      "79008239003;7495820050;Вера",
      "79008239004;;Глеб",
    ];
    await upload(page, "pairs.csv", rows.join("\n"));
    await page.getByRole("button", { name: "Импортировать 2 новых номера" }).waitFor(patience);
    const preview = page.locator("table.preview tbody tr");
    await preview.nth(0).getByText("+7 495 820-05-01").waitFor(patience);
    await preview.nth(1).getByText("Такого подменного номера нет ни в одном пуле").waitFor(patience);
    await expectAccessible(page, "the preview of pairs");
    await page.getByRole("button", { name: "Импортировать 2 новых номера" }).click();
    await page.locator('.summary[data-state="done"]').waitFor(patience);
    expect(await countOf(page, "rejected")).to.equal("2");
    const answer = await fetch(`${system.url}/lookup/fake/${anna}`);
    expect(await answer.json()).to.include({ fake_phone: "74958200501" });
    const call = placeCall({ to: "74958200501", script: { kind: "talks", talkMs: 300 } });
    expect((await call.result).finalCode).to.equal(200);
    expect(troubles).to.deep.equal([]);
    await context.close();
  });
});
