import { expect } from "chai";
import type { Browser } from "playwright-core";
import { until } from "../support/until.ts";
import { browserOrSkip, expectAccessible, patience, screenshot, view } from "./support/browser.ts";
import { WebSystem } from "./support/webSystem.ts";

const password = "orchard velvet seven compass";

describe("signing in, in a browser", function suite() {
  this.timeout(300_000);
  let browser: Browser;
  let system: WebSystem;

  before(async function prepare() {
    browser = await browserOrSkip(this);
    system = await WebSystem.startOrSkip(this, { ACCESS: "required" });
  });
  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  it("creates the administrator through the link in the log, who then signs in and out", async () => {
    const link = /http:[^\s"]*\/app\/set-up#[^\s"]+/;
    await until(() => link.test(system.application.output), { everyMs: 100 });
    const [address = ""] = link.exec(system.application.output) ?? [];
    const { page, context } = await view(browser, address);
    await expectAccessible(page, "the set-up");
    await page.getByLabel("User name").fill("anna");
    await page.getByLabel("Password").fill("password");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor(patience);
    await page.getByLabel("Password").fill(password);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Sign in" }).waitFor(patience);
    await page.getByLabel("User name").fill("anna");
    await page.getByLabel("Password").fill("something else altogether");
    await page.keyboard.press("Enter");
    await page.getByText("Wrong user name or password").waitFor(patience);
    await screenshot(page, "sign-in");
    await page.getByLabel("Password").fill(password);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Live board" }).waitFor(patience);
    await page.getByText("No calls in progress").waitFor(patience);
    await page.reload();
    await page.getByText("No calls in progress").waitFor(patience);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor(patience);
    expect(await page.evaluate("fetch('/mappings').then(({ status }) => status)")).to.equal(401);
    await context.close();
  });

  it("shows only the sign-in without a session, at any URL", async () => {
    const { page, context } = await view(browser, `${system.url}/app/numbers`, { language: "ru" });
    await page.getByRole("heading", { name: "Вход" }).waitFor(patience);
    expect(await page.getByRole("navigation").count()).to.equal(0);
    await context.close();
  });
});
