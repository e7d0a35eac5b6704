import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { placeCall, realNumberOf } from "../support/sipp.ts";
import { until } from "../support/until.ts";
import {
  browserOrSkip,
  expectAccessible,
  expectNoSidewaysScroll,
  patience,
  screenshot,
  titleOf,
  view,
  viewings,
} from "./support/browser.ts";
import { shown } from "./support/shown.ts";
import { countOf, csvFile } from "./support/imports.ts";
import { WebSystem } from "./support/webSystem.ts";
import { tabTo } from "./support/keyboard.ts";

const sampleFile = fileURLToPath(new URL("../../lab/sample-numbers.csv", import.meta.url));

describe("the import in a browser", function suite() {
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

  it("works from the file to the result by keyboard alone", async () => {
    const { page, context, troubles } = await view(browser, `${system.url}/`);
    // Subscribed early, because a chooser that opens before the subscription is missed.
    const choosing = page.waitForEvent("filechooser", patience);
    await tabTo(page, "Import");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Import numbers" }).waitFor();
    await tabTo(page, "Choose a file");
    await page.keyboard.press("Enter");
    const rows = [
      "phone;name",
      "+7 900 821-00-01;Anna",
      "8 (900) 821-00-02;Boris",
      "7,9E+10;Lost",
      "112;Help",
    ];
    await (await choosing).setFiles(csvFile("clients.csv", rows.join("\r\n")));
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

  it("imports columns matched by hand as previewed", async () => {
    const { page, context } = await view(browser, `${system.url}/app/import`, { language: "ru" });
    const rows = ["home;mobile", "8 495 123-45-67;8 900 821-01-01", "8 495 123-45-68;8 900 821-01-02"];
    await page.locator("input[type=file]").setInputFiles(csvFile("two.csv", rows.join("\n")));
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

  it("survives a reload, ends with the counts of the preview, and is undone", async () => {
    const { page, context } = await view(browser, `${system.url}/app/import`);
    const size = 20_000;
    const rows = Array.from({ length: size }, (_, index) => `7911${String(index).padStart(7, "0")}`);
    await page.locator("input[type=file]").setInputFiles(csvFile("many.csv", `phone\n${rows.join("\n")}\n`));
    await page.getByRole("button", { name: "Import 20,000 new numbers" }).click(patience);
    // It may be over before a busy browser shows how far it is.
    const done = page.locator('.summary[data-state="done"]');
    await page.getByRole("progressbar").or(done).first().waitFor(patience);
    await page.reload();
    await page.locator('.summary[data-state="done"]').waitFor(patience);
    expect(await countOf(page, "created")).to.equal("20,000");
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Undo" }).click();
    await page.getByText("Undone: 20,000 removed").waitFor(patience);
    expect((await fetch(`${system.url}/lookup/fake/${rows[0]}`)).status).to.equal(404);
    await context.close();
  });

  it("imports the lab's sample file unaided", async () => {
    const { page, context, troubles } = await view(browser, `${system.url}/app/import`);
    await page.locator("input[type=file]").setInputFiles(sampleFile);
    await page.getByRole("button", { name: /^Import \d+ new numbers$/ }).click(patience);
    await page.locator('.summary[data-state="done"]').waitFor(patience);
    await page.getByText("“sample-numbers.csv” is imported", { exact: true }).waitFor(patience);
    expect(await countOf(page, "rejected")).to.equal("0");
    const lines = readFileSync(sampleFile, "utf8").trim().split("\n");
    const listed = page.locator('[data-table="import-rows"] tbody tr');
    await until(async () => (await listed.count()) === lines.length, { everyMs: 50 });
    await page.getByRole("link", { name: "Show numbers" }).click();
    await page.getByText("Anna (picks up)").waitFor(patience);
    expect(troubles).to.deep.equal([]);
    await context.close();
  });

  it("accepts a dropped file, and does not leave the page if the file misses the field", async () => {
    const { page, context } = await view(browser, `${system.url}/app/import`);
    const folder = mkdtempSync(join(tmpdir(), "dropped-"));
    const dropped = join(folder, "dropped.csv");
    writeFileSync(dropped, "phone\n79008212001\n79008212002\n");
    const devTools = await context.newCDPSession(page);
    const drop = async (x: number, y: number): Promise<void> => {
      const data = { items: [], files: [dropped], dragOperationsMask: 1 };
      for (const type of ["dragEnter", "dragOver", "drop"] as const)
        await devTools.send("Input.dispatchDragEvent", { type, x, y, data });
    };
    // Nothing moves once earlier imports are listed.
    await page.locator('[data-table="imports"] tbody tr').first().waitFor(patience);
    const field = await page.locator(".drop").boundingBox();
    if (field === null) throw new Error("There is no field to drop a file on.");
    await drop(field.x + field.width / 2, field.y + field.height + 40);
    expect(new URL(page.url()).pathname).to.equal("/app/import");
    await page.getByRole("button", { name: "Choose a file" }).waitFor(patience);
    await drop(field.x + field.width / 2, field.y + field.height / 2);
    await page.getByRole("button", { name: "Import 2 new numbers" }).waitFor(patience);
    await page.getByRole("heading", { name: "dropped.csv", level: 1 }).waitFor(patience);
    rmSync(folder, { recursive: true });
    await context.close();
  });

  it("shows the rows of each problem before the import, and keeps the choices", async () => {
    const { page, context } = await view(browser, `${system.url}/app/import`);
    const bad = Array.from({ length: 120 }, (_, index) => `${100 + index};short ${index}`);
    const rows = ["who;phone;name", ...bad.map((row) => `x;${row}`), "x;7,9E+10;Lost", "x;79008213001;Good"];
    await page.locator("input[type=file]").setInputFiles(csvFile("kinds.csv", rows.join("\r\n")));
    await page.getByRole("button", { name: "Import 1 new number" }).waitFor(patience);
    const kind = page.locator('[data-refusal="SHORT_NUMBER"]');
    await kind.getByRole("button", { name: /^Show rows/ }).focus();
    await page.keyboard.press("Enter");
    await kind.getByText("1–50 of 120").waitFor(patience);
    const first = kind.locator("tbody tr").first();
    expect(await first.locator("td").allTextContents()).to.have.ordered.members([
      "2",
      // The headers and cells of the file.
      "whoxphone100nameshort 0",
      "",
      (await first.locator("td").last().textContent()) ?? "",
    ]);
    await first.getByText("Too few digits").waitFor(patience);
    await first.getByText("Enter the full number").waitFor(patience);
    await expectAccessible(page, "a kind of problem with its rows");
    await kind.getByRole("button", { name: "Next page" }).click();
    await kind.locator('tr[data-row="52"]').waitFor(patience);
    await page.reload();
    await kind.locator('tr[data-row="52"]').waitFor(patience);
    await kind.getByText("51–100 of 120").waitFor(patience);
    await page.goBack();
    await kind.getByText("1–50 of 120").waitFor(patience);
    await page.locator('[data-refusal="SCIENTIFIC_NOTATION"]').getByRole("button").click();
    await page.locator('[data-refusal="SCIENTIFIC_NOTATION"] tr[data-row="122"]').waitFor(patience);
    // A second choice does not reset the first one.
    await page.getByLabel("name", { exact: true }).selectOption("Reference");
    await page.locator('select[data-because="choice"]').waitFor(patience);
    await page.getByLabel("who", { exact: true }).selectOption("Label");
    await page.locator('select[data-because="choice"]').nth(1).waitFor(patience);
    await page.getByRole("button", { name: "Import 1 new number" }).click(patience);
    await page.locator('.summary[data-state="done"]').waitFor(patience);
    const answer = await fetch(`${system.url}/mappings/search`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ number: "79008213001" }),
    });
    const { items } = (await answer.json()) as { readonly items: readonly object[] };
    expect(items[0]).to.include({ label: "x", reference: "Good" });
    await context.close();
  });

  it("filters the result by outcome and reason, and searches all of it", async () => {
    const { page, context } = await view(browser, `${system.url}/app/import`);
    const size = 12_000;
    const rows = Array.from({ length: size }, (_, index) => `7912${String(index).padStart(7, "0")}`);
    const text = `phone\tИмя\n112\tЁж <b>\n7,9E+10\n${rows.join("\n")}\n79120000001\n103\n`;
    await page.locator("input[type=file]").setInputFiles(csvFile("long.csv", text));
    await page.getByRole("button", { name: "Import 12,000 new numbers" }).click(patience);
    await page.locator('.summary[data-state="done"]').waitFor(patience);
    const list = page.getByRole("region", { name: "All rows" });
    const shownRows = async (): Promise<readonly (string | null)[]> =>
      list.locator("tbody tr").evaluateAll((found) => found.map((row) => row.getAttribute("data-row")));
    const untilRows = async (expected: readonly string[]): Promise<void> =>
      until(async () => JSON.stringify(await shownRows()) === JSON.stringify(expected), {
        everyMs: 50,
      });
    await untilRows(["2", "3", "12005"]);
    const own = list.locator('tr[data-row="2"] .own-cells');
    expect(await own.locator("dt").allTextContents()).to.deep.equal(["phone", "Имя"]);
    expect(await own.locator("dd").allTextContents()).to.deep.equal(["112", "Ёж <b>"]);
    await list.getByLabel("Reason").selectOption({ index: 2 });
    await untilRows(["3"]);
    await list.getByRole("button", { name: /^Duplicate/ }).click();
    await untilRows(["12004"]);
    await list.getByRole("button", { name: /^All rows/ }).click();
    await list.getByText("1–50 of 12,005").waitFor(patience);
    await list.getByRole("button", { name: "Next page" }).click();
    await list.getByText("51–100 of 12,005").waitFor(patience);
    await page.reload();
    await list.getByText("51–100 of 12,005").waitFor(patience);
    await page.getByRole("link", { name: "Show numbers" }).click();
    await page.getByRole("heading", { name: "Numbers", level: 1 }).waitFor(patience);
    await page.goBack();
    await list.getByText("51–100 of 12,005").waitFor(patience);
    await list.getByRole("button", { name: "Previous page" }).click();
    await list.getByText("1–50 of 12,005").waitFor(patience);
    // A row near the end of the file, by its real number in a common notation.
    await list.getByRole("searchbox").fill("+7 912 001-19-99");
    await untilRows(["12003"]);
    expect(new URL(page.url()).search, "no number where servers see it").to.equal("?kind=all");
    const proxy = await list.locator('tbody [data-label="Proxy number"]').first().innerText();
    await list.getByRole("searchbox").fill(proxy.trim());
    await untilRows(["12003"]);
    await list.getByRole("searchbox").fill("nothing like it");
    await page.getByText("No rows match.").waitFor(patience);
    expect(page.url()).to.not.match(/\d{7}/);
    await context.close();
  });

  it("continues with the page open when the server is killed, and loses or duplicates nothing", async () => {
    const { page, context } = await view(browser, `${system.url}/app/import`);
    const size = 60_000;
    const rows = Array.from({ length: size }, (_, index) => `7913${String(index).padStart(7, "0")}`);
    await page
      .locator("input[type=file]")
      .setInputFiles(csvFile("restart.csv", `phone\n${rows.join("\n")}\n`));
    await page.getByRole("button", { name: "Import 60,000 new numbers" }).click(patience);
    const id = new URL(page.url()).pathname.split("/").at(-1);
    const begun = async (): Promise<boolean> => {
      const answer = await fetch(`${system.url}/imports/${id}`);
      const { state, progress } = (await answer.json()) as {
        readonly state: string;
        readonly progress: number;
      };
      return state === "running" && progress > 0;
    };
    await until(begun, { timeoutMs: 60_000, everyMs: 10 });
    await system.application.end("SIGKILL");
    await page.getByText("The server cannot be reached.").waitFor(patience);
    // The page keeps its content meanwhile.
    await page.getByRole("progressbar").waitFor(patience);
    await system.start();
    await page.locator('.summary[data-state="done"]').waitFor({ timeout: 90_000 });
    expect(await countOf(page, "created")).to.equal("60,000");
    expect(await countOf(page, "rejected")).to.equal("0");
    const found = await fetch(`${system.url}/mappings?import=${id}`);
    const { total } = (await found.json()) as {
      readonly total: { readonly value: number; readonly exact: boolean };
    };
    expect(total.exact ? total.value : size).to.equal(size);
    await context.close();
  });

  it("lists what an undo kept because calls have used it", async () => {
    const used = realNumberOf("ringsThenAnswers", 8215);
    const { page, context } = await view(browser, `${system.url}/app/import`);
    await page
      .locator("input[type=file]")
      .setInputFiles(csvFile("used.csv", `phone\n${used}\n79008218001\n79008218002\n`));
    await page.getByRole("button", { name: "Import 3 new numbers" }).click(patience);
    await page.locator('.summary[data-state="done"]').waitFor(patience);
    const pair = (await (await fetch(`${system.url}/lookup/fake/${used}`)).json()) as {
      readonly fake_phone: string;
    };
    await placeCall({ to: pair.fake_phone, script: { kind: "talks", talkMs: 300 } }).result;
    const recorded = async (): Promise<boolean> => {
      const answer = await fetch(`${system.url}/calls/search`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ number: pair.fake_phone }),
      });
      return ((await answer.json()) as { readonly items: readonly unknown[] }).items.length > 0;
    };
    await until(recorded, { everyMs: 100 });
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Undo" }).click();
    await page.getByText("Undone: 2 removed, 1 kept because they were used in calls.").waitFor(patience);
    const kept = page.getByRole("region", { name: "Kept because they were used in calls" });
    await kept.getByText(shown(used)).waitFor(patience);
    await expectAccessible(page, "an import that was undone");
    await kept.getByRole("link", { name: `Open ${shown(pair.fake_phone)}` }).click();
    await page.getByRole("heading", { name: shown(pair.fake_phone), level: 1 }).waitFor(patience);
    await context.close();
  });

  it("does not run scripts in file names, headers, and cells", async () => {
    const { page, context, troubles } = await view(browser, `${system.url}/app/import`);
    page.on("dialog", (dialog) => {
      throw new Error(`A script has run: ${dialog.message()}`);
    });
    const image = "<img src=x onerror=alert(1)>";
    const script = "<script>alert(2)</script>";
    const rows = [`phone;${image};${script}`, `79008216001;${image};${script}`, `${script}${image};a;b`];
    await page.locator("input[type=file]").setInputFiles(csvFile(`${image}.csv`, rows.join("\r\n")));
    await page.getByRole("button", { name: "Import 1 new number" }).waitFor(patience);
    await page.locator("[data-refusal]").getByRole("button").click();
    await page.locator('[data-refusal] tr[data-row="3"]').getByText(`${script}${image}`).waitFor(patience);
    await page.getByRole("heading", { name: `${image}.csv`, level: 1 }).waitFor(patience);
    await page.getByRole("button", { name: "Import 1 new number" }).click();
    await page.locator('.summary[data-state="done"]').waitFor(patience);
    await page.getByRole("region", { name: "All rows" }).getByText(`${script}${image}`).waitFor(patience);
    await page.goto(`${system.url}/app/import`);
    await page.getByRole("link", { name: `${image}.csv` }).waitFor(patience);
    expect(await page.locator("main img, main script").count()).to.equal(0);
    expect(troubles).to.deep.equal([]);
    await context.close();
  });

  it("fits phones and wide screens in both languages and colours", async () => {
    const rows = ["phone;name", "79008217001;Anna", "7,9E+10;Lost", "112;Help", "79008217001;Twice"];
    for (const viewing of viewings) {
      const what = titleOf(viewing);
      const { page, context, troubles } = await view(browser, `${system.url}/app/import`, viewing);
      await page.locator("input[type=file]").setInputFiles(csvFile("fits.csv", rows.join("\n")));
      await page.locator("[data-refusal]").first().getByRole("button").click(patience);
      await page.locator('[data-table="import-rows"] tbody tr').first().waitFor(patience);
      await expectNoSidewaysScroll(page, `the preview, ${what}`);
      await expectAccessible(page, `the preview, ${what}`);
      await page.locator(".toolbar .button.primary").first().click();
      await page.locator('.summary[data-state="done"]').waitFor(patience);
      await page.locator('[data-table="import-rows"] tbody tr').first().waitFor(patience);
      await expectNoSidewaysScroll(page, `the result, ${what}`);
      await expectAccessible(page, `the result, ${what}`);
      expect(troubles, what).to.deep.equal([]);
      await context.close();
    }
  });

  it("explains what to do about an invalid file", async () => {
    const { page, context } = await view(browser, `${system.url}/app/import`);
    await page.locator("input[type=file]").setInputFiles({
      name: "photo.csv",
      mimeType: "text/csv",
      buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]),
    });
    await page.getByText("“photo.csv” could not be read").waitFor(patience);
    await page.getByRole("alert").waitFor(patience);
    await page.getByRole("button", { name: "Choose a file" }).waitFor(patience);
    await context.close();
  });
});
