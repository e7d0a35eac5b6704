import { expect } from "chai";
import { Secret, TOTP } from "otpauth";
import type { Browser, Page } from "playwright-core";
import { browserOrSkip, expectAccessible, patience, screenshot } from "./support/browser.ts";
import { accessSettings, password, People } from "./support/people.ts";
import { WebSystem } from "./support/webSystem.ts";

const another = "seven lanterns beside a quiet river";
const periodMs = 30_000;

describe("the user's own account in a browser", function suite() {
  this.timeout(300_000);
  let browser: Browser;
  let system: WebSystem;
  let people: People;

  before(async function prepare() {
    browser = await browserOrSkip(this);
    system = await WebSystem.startOrSkip(this, accessSettings);
    people = await People.setUp(system);
    for (const role of ["operator", "supervisor", "auditor"] as const) await people.add(role);
  });
  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  it("changes the password, rejects a bad one while typing, and ends the other sessions", async () => {
    const elsewhere = await people.signIn(browser, "operator");
    await elsewhere.page.getByText("No calls in progress").waitFor(patience);
    const { page, context } = await people.signIn(browser, "operator");
    await page.getByRole("link", { name: /Your account/ }).click();
    await page.getByRole("heading", { name: "Your account", level: 1 }).waitFor(patience);
    const next = page.getByLabel("New password");
    const change = page.getByRole("button", { name: "Change password" });
    await page.getByLabel("Current password").fill("something else altogether");
    await next.fill("short");
    await page.getByText("Too short: use at least 12 characters.").waitFor(patience);
    await next.fill("my operator password 1");
    await page.getByText("Too similar to your user name.").waitFor(patience);
    expect(await change.isDisabled()).to.equal(true);
    await next.fill(another);
    await change.click();
    await page.getByText("Wrong current password.").waitFor(patience);
    await page.getByLabel("Current password").fill(password);
    await change.click();
    await page.getByText("Password changed.").waitFor(patience);
    await elsewhere.page.getByRole("heading", { name: "Sign in" }).waitFor(patience);
    await page.locator("tr[data-session]").waitFor(patience);
    await page.getByText("this one").waitFor(patience);
    await page.reload();
    await page.getByRole("heading", { name: "Your account", level: 1 }).waitFor(patience);

    await elsewhere.page.getByLabel("User name").fill("operator");
    await elsewhere.page.getByLabel("Password").fill(password);
    await elsewhere.page.keyboard.press("Enter");
    await elsewhere.page.getByText("Wrong user name or password.").waitFor(patience);
    await elsewhere.page.getByLabel("Password").fill(another);
    await elsewhere.page.keyboard.press("Enter");
    await elsewhere.page.getByRole("heading", { name: "Live board" }).waitFor(patience);
    await elsewhere.context.close();
    await context.close();
  });

  it("lists the user's sessions with this one marked, and ends one or all others", async () => {
    const others = [await people.signIn(browser, "supervisor"), await people.signIn(browser, "supervisor")];
    for (const { page } of others) await page.getByText("No calls in progress").waitFor(patience);
    const { page, context } = await people.signIn(browser, "supervisor", { path: "/app/account" });
    await page.locator("tr[data-session]").nth(2).waitFor(patience);
    const own = page.locator("tr[data-current='true']");
    await own.getByText("this one").waitFor(patience);
    expect(await own.getByRole("button").count()).to.equal(0);
    await page
      .getByRole("button", { name: /^End the session/ })
      .first()
      .click();
    await page.getByRole("dialog").getByRole("button", { name: "End" }).click();
    await page
      .locator("tr[data-session]")
      .nth(2)
      .waitFor({ state: "detached", ...patience });
    await page.getByRole("button", { name: "End all others" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "End all others" }).click();
    await page
      .locator("tr[data-session]")
      .nth(1)
      .waitFor({ state: "detached", ...patience });
    for (const one of others) {
      await one.page.getByRole("heading", { name: "Sign in" }).waitFor(patience);
      await one.context.close();
    }
    await own.waitFor(patience);
    await context.close();
  });

  /** Confirms with the password and, if asked for it, a code. */
  async function prove(
    page: Page,
    { title, button }: { readonly title: string; readonly button: string },
    code?: string,
  ): Promise<void> {
    const dialog = page.getByRole("dialog", { name: title });
    await dialog.getByLabel("Current password").fill(password);
    if (code !== undefined) await dialog.getByLabel("Code from the current authenticator").fill(code);
    await dialog.getByRole("button", { name: button }).click();
  }

  async function shownTotp(page: Page): Promise<TOTP> {
    await page.getByRole("img", { name: "QR code for the authenticator" }).waitFor(patience);
    const secret = await page.getByRole("textbox", { name: "the key" }).inputValue();
    return new TOTP({ secret: Secret.fromBase32(secret), digits: 6, period: periodMs / 1000 });
  }

  /** Each code is valid once, but the next one is accepted slightly early. */
  const early = (totp: TOTP): string => totp.generate({ timestamp: Date.now() + periodMs });
  const setUp = { title: "Set up an authenticator?", button: "Continue" };

  it("enables the authenticator, replaces it, and requires its code", async () => {
    const { page, context, troubles } = await people.signIn(browser, "auditor", { path: "/app/account" });
    await page.getByRole("button", { name: "Set up an authenticator" }).click();
    await prove(page, setUp);
    const totp = await shownTotp(page);
    await expectAccessible(page, "the set-up of the authenticator");
    await screenshot(page, "account-authenticator");
    const uri = await page
      .getByRole("link", { name: "Open in an authenticator on this device" })
      .getAttribute("href");
    expect(uri)
      .to.match(/^otpauth:\/\/totp\//)
      .and.include(totp.secret.base32);
    expect(troubles).to.deep.equal([]);
    const right = totp.generate();
    const code = page.getByLabel("Current six-digit code");
    await code.fill(String((Number(right) + 500_000) % 1_000_000).padStart(6, "0"));
    await page.getByRole("button", { name: "Turn on" }).click();
    await page.getByText("Wrong code.").waitFor(patience);
    await code.fill(totp.generate());
    await page.getByRole("button", { name: "Turn on" }).click();
    await page.getByText("The authenticator is on.").waitFor(patience);
    const codes = page.getByRole("region", { name: "Recovery codes" });
    await codes.waitFor(patience);
    const [recovery = ""] = await codes.locator("code").allInnerTexts();
    await expectAccessible(page, "the recovery codes");
    await codes.getByRole("button", { name: "Done, I copied it" }).click();
    await page.getByText("Unused recovery codes: 10.").waitFor(patience);

    const again = await people.signIn(browser, "administrator", { path: "/app/admin/users" });
    await again.page
      .getByRole("row")
      .filter({ hasText: "auditor" })
      .getByText("on", { exact: true })
      .waitFor(patience);
    await again.context.close();

    await page.getByRole("button", { name: "Replace" }).click();
    const replacing = page.getByRole("dialog", { name: "Replace the authenticator?" });
    await replacing.getByLabel("Code from the current authenticator").waitFor(patience);
    await expectAccessible(page, "the question before the authenticator is replaced");
    await prove(page, { title: "Replace the authenticator?", button: "Continue" }, early(totp));
    await page.getByRole("dialog").waitFor({ state: "detached", ...patience });
    const next = await shownTotp(page);
    expect(next.secret.base32).not.to.equal(totp.secret.base32);
    await code.fill(next.generate());
    await page.getByRole("button", { name: "Turn on" }).click();
    await codes.waitFor(patience);
    const [fresh = ""] = await codes.locator("code").allInnerTexts();
    await codes.getByRole("button", { name: "Done, I copied it" }).click();
    await page.getByRole("button", { name: "Replace" }).waitFor(patience);

    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("User name").fill("auditor");
    await page.getByLabel("Password").fill(password);
    await page.keyboard.press("Enter");
    await page.getByLabel("Six-digit authenticator code").fill(early(next));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Numbers", level: 1 }).waitFor(patience);

    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("User name").fill("auditor");
    await page.getByLabel("Password").fill(password);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Use a recovery code" }).click();
    await page.getByLabel("Recovery code").fill(recovery);
    await page.keyboard.press("Enter");
    await page.getByText("Wrong code.").waitFor(patience);
    await page.getByLabel("Recovery code").fill(fresh);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Numbers", level: 1 }).waitFor(patience);
    await context.close();
  });

  it("disables the authenticator with the password and a code", async () => {
    const { page, context } = await people.signIn(browser, "supervisor", { path: "/app/account" });
    await page.getByRole("button", { name: "Set up an authenticator" }).click();
    await prove(page, setUp);
    const totp = await shownTotp(page);
    await page.getByLabel("Current six-digit code").fill(totp.generate());
    await page.getByRole("button", { name: "Turn on" }).click();
    await page.getByRole("button", { name: "Done, I copied it" }).click();
    await page.getByRole("button", { name: "Turn off" }).click();
    const question = page.getByRole("dialog", { name: "Turn off the authenticator?" });
    await question.getByLabel("Current password").fill("something else altogether");
    await question.getByLabel("Code from the current authenticator").fill(early(totp));
    await question.getByRole("button", { name: "Turn off" }).click();
    await question.getByText("Wrong current password.").waitFor(patience);
    await question.getByLabel("Current password").fill(password);
    await question.getByRole("button", { name: "Turn off" }).click();
    await page.getByText("The authenticator is off.").waitFor(patience);
    await page.getByRole("button", { name: "Set up an authenticator" }).waitFor(patience);
    await context.close();
  });
});
