import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
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
import { WebSystem } from "./support/webSystem.ts";

interface ShownPool {
  readonly id: number;
  readonly name: string;
  readonly label: string | null;
  readonly country: string | null;
  readonly callerId: string | null;
  readonly quarantineSeconds: number;
  readonly ranges: readonly { readonly first: string; readonly last: string }[];
  readonly counts: Readonly<Record<string, number>>;
}

describe("the pools in a browser", function suite() {
  this.timeout(300_000);
  let browser: Browser;
  let system: WebSystem;

  const card = (page: Page, name: string) => page.locator(`[data-pool="${name}"]`);
  async function poolNamed(name: string): Promise<ShownPool | undefined> {
    const answer = await fetch(`${system.url}/pools`);
    const { items } = (await answer.json()) as { readonly items: readonly ShownPool[] };
    return items.find((pool) => pool.name === name);
  }

  before(async function prepare() {
    browser = await browserOrSkip(this);
    system = await WebSystem.startOrSkip(this);
  });
  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  it("are created, extended, and reduced by keyboard, with ranges and single numbers", async () => {
    const { page, context, troubles } = await view(browser, `${system.url}/app/pools`);
    await card(page, "default").waitFor(patience);
    await page.getByRole("button", { name: "New pool" }).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "New pool" });
    await dialog.waitFor(patience);
    await expectAccessible(page, "the window for a new pool");
    // The first field has the focus, and Enter submits the form.
    await page.keyboard.type("spring");
    await page.keyboard.press("Tab");
    await page.keyboard.type("+7 495 840-00-00");
    await page.keyboard.press("Tab");
    await page.keyboard.type("+7 495 840-00-99");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached", ...patience });
    await card(page, "spring").waitFor(patience);
    expect((await poolNamed("spring"))?.counts["total"]).to.equal(100);

    await card(page, "spring").getByRole("button", { name: "Add numbers" }).click();
    await page.getByLabel("Individual numbers, one per line").fill("+7 495 841-00-01\n+7 495 841-00-02");
    await page.getByRole("dialog").getByRole("button", { name: "Add numbers" }).click();
    await card(page, "spring").getByText("and 2 listed numbers").waitFor(patience);

    await card(page, "spring").getByRole("button", { name: "Remove numbers" }).click();
    await page.getByLabel("First number").fill("74958400090");
    await page.getByLabel("Last number").fill("74958400099");
    await page.getByLabel("Individual numbers, one per line").fill("74958410001");
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await card(page, "spring").getByText("and 1 listed number", { exact: false }).waitFor(patience);
    const spring = await poolNamed("spring");
    expect(spring?.counts["total"]).to.equal(91);
    expect(spring?.ranges).to.deep.equal([{ first: "74958400000", last: "74958400089" }]);
    expect(troubles).to.deep.equal([]);
    await context.close();
  });

  it("name conflicts, and keep the input", async () => {
    const proxy = await system.proxyOf("79008400001");
    const { page, context } = await view(browser, `${system.url}/app/pools`);
    await card(page, "default").getByRole("button", { name: "Remove numbers" }).click(patience);
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Individual numbers, one per line").fill(proxy);
    await dialog.getByRole("button", { name: "Remove" }).click();
    await dialog.getByText("Some of the numbers are in use or quarantined.").waitFor(patience);
    await dialog.locator(".in-the-way").getByText(shown(proxy)).waitFor(patience);
    expect(await dialog.getByLabel("Individual numbers, one per line").inputValue()).to.equal(proxy);
    await expectAccessible(page, "a refusal in a window");
    await dialog.getByLabel("Individual numbers, one per line").fill("not a number");
    await dialog.getByRole("button", { name: "Remove" }).click();
    await dialog.getByText("“not a number” is not a valid phone number.").waitFor(patience);
    // Escape is easily pressed by mistake.
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Keep editing" }).click();
    expect(await dialog.getByLabel("Individual numbers, one per line").inputValue()).to.equal("not a number");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Leave without saving" }).click();
    await dialog.waitFor({ state: "detached", ...patience });

    await page.getByRole("button", { name: "New pool" }).click();
    await dialog.getByLabel("Name").fill("overlap");
    await dialog.getByLabel("First number").fill("74958299990");
    await dialog.getByLabel("Last number").fill("74958300010");
    await dialog.getByRole("button", { name: "Create" }).click();
    await dialog.getByText("of the pool “default”").waitFor(patience);
    expect(await dialog.getByLabel("Name").inputValue()).to.equal("overlap");
    expect(await poolNamed("overlap")).to.equal(undefined);
    await context.close();
  });

  it("block numbers with a reason, and unblock them", async () => {
    const { page, context } = await view(browser, `${system.url}/app/pools`);
    await card(page, "default").getByRole("button", { name: "Blocked numbers" }).click(patience);
    const dialog = page.getByRole("dialog");
    await dialog.getByText("No number is blocked.").waitFor(patience);
    await dialog.getByLabel("Individual numbers, one per line").fill("74958200005\n74958200006");
    await dialog.getByLabel("Reason (optional)").fill("the trunk's test line");
    await dialog.getByRole("button", { name: "Block", exact: true }).click();
    await dialog.getByText(shown("74958200006")).waitFor(patience);
    await dialog.getByText("the trunk's test line").first().waitFor(patience);
    await expectAccessible(page, "the blocked numbers");
    expect((await poolNamed("default"))?.counts["blocked"]).to.equal(2);
    await dialog.getByRole("button", { name: `Unblock ${shown("74958200005")}` }).click();
    await dialog.getByText(shown("74958200005")).waitFor({ state: "detached", ...patience });
    await dialog.getByRole("button", { name: "Close" }).click();
    await until(async () => (await poolNamed("default"))?.counts["blocked"] === 1);
    await context.close();
  });

  it("are renamed and configured, and deleted only if no number is in use", async () => {
    const { page, context } = await view(browser, `${system.url}/app/pools`);
    await page.getByRole("button", { name: "New pool" }).click(patience);
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("autumn");
    await dialog.getByLabel("First number").fill("74958420000");
    await dialog.getByLabel("Last number").fill("74958420009");
    await dialog.getByRole("button", { name: "Create" }).click();
    await card(page, "autumn").getByRole("button", { name: "Settings" }).click(patience);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "detached", ...patience });
    expect(await page.evaluate("document.activeElement.textContent"), "the focus is back").to.equal(
      "Settings",
    );
    await page.keyboard.press("Enter");
    await dialog.getByLabel("Name").fill("default");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("This name is already taken.").waitFor(patience);
    await dialog.getByLabel("Name").fill("winter");
    await dialog.getByLabel("Label").fill("Moscow office");
    await dialog.getByLabel("Country").fill("ru");
    await dialog.getByLabel("Number shown to the callee").selectOption("always this number");
    await dialog.getByLabel("The number to show").fill("+7 495 842-00-00");
    await dialog.getByLabel("Quarantine after release", { exact: true }).fill("36");
    await dialog.getByLabel("Unit").selectOption("hours");
    await dialog.getByLabel("Warn when").fill("30");
    await expectAccessible(page, "the settings of a pool");
    await dialog.getByRole("button", { name: "Save" }).click();
    await card(page, "winter").getByText("Moscow office · RU").waitFor(patience);
    await card(page, "winter").getByText("Quarantine after release: 36 hours").waitFor(patience);
    expect(await poolNamed("winter")).to.include({
      label: "Moscow office",
      country: "RU",
      callerId: "fixed:74958420000",
      quarantineSeconds: 129_600,
    });
    expect(
      await card(page, "default").getByRole("button", { name: "Delete" }).count(),
      "a pool in use",
    ).to.equal(0);
    await card(page, "winter").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog", { name: "Delete the pool “winter”?" }).waitFor(patience);
    await dialog.getByRole("button", { name: "Delete" }).click();
    await card(page, "winter").waitFor({ state: "detached", ...patience });
    expect(await poolNamed("winter")).to.equal(undefined);
    await context.close();
  });

  it("warn when empty or nearly empty, and fit phones and wide screens in both languages", async () => {
    const ids = new Map<string, number>();
    const assign = async (pool: string, numbers: string): Promise<void> => {
      const form = new FormData();
      form.set("file", new Blob([`phone\n${numbers}\n`], { type: "text/csv" }), `${pool}.csv`);
      await fetch(`${system.url}/upload?pool=${ids.get(pool)}`, { method: "POST", body: form });
    };
    for (const [name, last, numbers] of [
      ["tiny", "74958430001", "79008430001\n79008430002"],
      ["soon", "74958440009", "79008440001\n79008440002\n79008440003\n79008440004\n79008440005"],
    ] as const) {
      const made = await fetch(`${system.url}/pools`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ name, ranges: [{ first: `${last.slice(0, -1)}0`, last }] }),
      });
      const { id } = (await made.json()) as { readonly id: number };
      ids.set(name, id);
      await assign(name, numbers);
      await fetch(`${system.url}/pools/${id}`, {
        method: "PATCH",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ warningDays: 60 }),
      });
    }
    // There is no alarm in the first week.
    const { page: early, context: first } = await view(browser, `${system.url}/app/pools`);
    await card(early, "soon").getByText("The forecast appears after a week of use").waitFor(patience);
    expect(await card(early, "soon").getByText("Runs out").count()).to.equal(0);
    // Nor because of the first import, however much of the pool it has filled.
    await system.ageUse(4);
    await assign("soon", "79008440006\n79008440007");
    await system.ageUse(4);
    await early.reload();
    await card(early, "soon")
      .getByText("Empty in 12 days at the current rate (0.25 per day)")
      .waitFor(patience);
    await first.close();
    for (const viewing of viewings) {
      const { width, language } = viewing;
      const what = titleOf(viewing);
      const { page, context, troubles } = await view(browser, `${system.url}/app/pools`, viewing);
      await card(page, "tiny")
        .getByText(language === "en" ? "No free numbers" : "Свободных номеров нет")
        .waitFor(patience);
      await card(page, "soon")
        .getByText(language === "en" ? /^Runs out in \d+ days?: add/ : /^Закончится через \d+ .*: добавьте/)
        .waitFor(patience);
      await expectNoSidewaysScroll(page, what);
      await expectAccessible(page, what);
      const label = language === "en" ? "Settings" : "Настройки";
      await card(page, "tiny").getByRole("button", { name: label }).click();
      await page.getByRole("dialog").waitFor(patience);
      await expectNoSidewaysScroll(page, `${what}, settings`);
      await expectAccessible(page, `${what}, settings`);
      expect(troubles, what).to.deep.equal([]);
      if (width === 1920 && language === "en") {
        await page.keyboard.press("Escape");
        await screenshot(page, "pools");
      }
      await context.close();
    }
  });
});
