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
  type Viewing,
  viewings,
} from "./support/browser.ts";
import { accessSettings, password, People } from "./support/people.ts";
import { WebSystem } from "./support/webSystem.ts";

const sections = ["users", "keys", "rules", "sessions", "audit", "performance", "privacy"];

/** The server's response to this request of the page. */
const statusOf = (page: Page, path: string): Promise<number> =>
  page.evaluate<number>(`fetch(${JSON.stringify(path)}).then(({ status }) => status)`);

const rowOf = (page: Page, text: string) => page.getByRole("row").filter({ hasText: text });

describe("the administration in a browser", function suite() {
  this.timeout(300_000);
  let browser: Browser;
  let system: WebSystem;
  let people: People;

  const administration = (section: string, viewing: Viewing = {}) =>
    people.signIn(browser, "administrator", { ...viewing, path: `/app/admin/${section}` });

  before(async function prepare() {
    browser = await browserOrSkip(this);
    system = await WebSystem.startOrSkip(this, accessSettings);
    people = await People.setUp(system);
    await people.add("supervisor");
    await people.add("auditor");
  });
  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  it("shows administrators what is held about a number, and erases it after asking", async () => {
    const { page, context } = await administration("privacy");
    const number = page.getByLabel("Phone number");
    await number.fill("+7 900 123-45-67");
    await page.getByRole("button", { name: "Show stored data" }).click();
    await page.getByRole("heading", { name: "Stored data" }).waitFor(patience);
    await page.getByText("No data is stored about this number.").waitFor(patience);
    await page.getByRole("button", { name: "Erase this number" }).click();
    const dialog = page.getByRole("dialog", { name: "Erase this number?" });
    await dialog.getByRole("button", { name: "Erase this number" }).click();
    await page.getByText("The number has been erased.").waitFor(patience);
    expect(await number.inputValue(), "the number is not kept").to.equal("");
    await expectAccessible(page, "an erasure");
    await screenshot(page, "admin-erasure");
    await context.close();
    const auditor = await people.signIn(browser, "auditor", { path: "/app/admin/privacy" });
    await auditor.page.getByText("You do not have access to this section").waitFor(patience);
    await auditor.context.close();
  });

  it("invites an operator, who sets a password through the link and sees only permitted pages", async () => {
    const { page, context } = await people.signIn(browser, "administrator");
    await page.getByRole("heading", { name: "Live board" }).waitFor(patience);
    await page.keyboard.press("g");
    await page.keyboard.press("a");
    await page.getByRole("button", { name: "Invite" }).click();
    const dialog = page.getByRole("dialog", { name: "Invite a user" });
    await dialog.getByLabel("User name").fill("administrator");
    await dialog.getByLabel("Role").selectOption("operator");
    await dialog.getByRole("button", { name: "Invite" }).click();
    await dialog.getByText("This user name is already taken.").waitFor(patience);
    await dialog.getByLabel("User name").fill("olga");
    await dialog.getByLabel("Name", { exact: true }).fill("Olga Petrova");
    await dialog.getByRole("button", { name: "Invite" }).click();
    const link = await page.getByRole("textbox", { name: "Invitation for Olga Petrova" }).inputValue();
    expect(link).to.match(/\/app\/invitation#.{20,}$/);
    await rowOf(page, "olga").getByText("Invited").waitFor(patience);
    await screenshot(page, "admin-invitation");
    await page.getByRole("button", { name: "Done, I copied it" }).click();
    await page.getByRole("textbox").waitFor({ state: "detached", ...patience });

    const operator = await view(browser, link);
    // The name to sign in with, in either language.
    await operator.page.getByRole("button", { name: "Русский" }).click();
    await operator.page.getByRole("heading", { name: "Выберите пароль" }).waitFor(patience);
    await operator.page.getByRole("button", { name: "English" }).click();
    await until(async () => (await operator.page.getByLabel("User name").inputValue()) === "olga", {
      everyMs: 50,
    });
    await operator.page.getByLabel("Password").fill("password");
    await operator.page.keyboard.press("Enter");
    await operator.page.getByText("This password is too easy to guess.").waitFor(patience);
    // However slow the server: a form that is shown can be sent.
    await operator.page.route("**/session", async (route) => {
      if (route.request().method() !== "GET") await route.continue();
    });
    await operator.page.getByLabel("Password").fill(password);
    await operator.page.keyboard.press("Enter");
    await operator.page.getByRole("heading", { name: "Sign in" }).waitFor(patience);
    await operator.page.getByLabel("User name").fill("olga");
    await operator.page.getByLabel("Password").fill(password);
    await operator.page.keyboard.press("Enter");
    await operator.page.getByRole("heading", { name: "Live board" }).waitFor(patience);
    const menu = operator.page.getByRole("navigation", { name: "Pages" });
    expect(await menu.getByRole("link", { name: "Import" }).count()).to.equal(1);
    expect(await menu.getByRole("link", { name: "Administration" }).count()).to.equal(0);
    expect(await statusOf(operator.page, "/users")).to.equal(403);
    expect(await statusOf(operator.page, "/mappings")).to.equal(200);

    await page.goto(`${system.url}/app/admin/users`);
    await rowOf(page, "olga").getByText("Active").waitFor(patience);
    await page.goto(link);
    await page.getByRole("heading", { name: "You are signed in as administrator" }).waitFor(patience);
    await page.getByRole("button", { name: "Sign out and use the link" }).click();
    await page.getByRole("heading", { name: "Choose your password" }).waitFor(patience);
    await page.getByLabel("Password").fill(password);
    await page.keyboard.press("Enter");
    await page.getByText("This link has been used or has expired.").waitFor(patience);
    await operator.context.close();
    await context.close();
  });

  it("changes a user's role, disables and enables the user, and removes the user", async () => {
    await people.add("operator");
    const operator = await people.signIn(browser, "operator");
    await operator.page.getByRole("heading", { name: "Live board" }).waitFor(patience);
    const { page, context } = await administration("users");
    await page.getByRole("link", { name: "operator", exact: true }).click();
    await page.getByRole("heading", { name: "operator", level: 1 }).waitFor(patience);
    await page.getByLabel("Role").selectOption("auditor");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor(patience);
    await operator.page.getByRole("heading", { name: "Sign in" }).waitFor(patience);

    await page.getByRole("button", { name: "Disable" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
    await page.getByRole("button", { name: "Enable" }).waitFor(patience);
    await operator.page.getByLabel("User name").fill("operator");
    await operator.page.getByLabel("Password").fill(password);
    await operator.page.keyboard.press("Enter");
    await operator.page.getByText("Wrong user name or password.").waitFor(patience);
    await page.getByRole("button", { name: "Enable" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Enable" }).click();
    await page.getByRole("button", { name: "Disable" }).waitFor(patience);
    await operator.page.keyboard.press("Enter");
    await operator.page.getByRole("heading", { name: "Numbers", level: 1 }).waitFor(patience);

    await page.getByRole("button", { name: "New link" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Create link" }).click();
    await page.getByRole("textbox", { name: "Invitation for operator" }).waitFor(patience);
    await screenshot(page, "admin-user");
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("heading", { name: "Administration" }).waitFor(patience);
    await page.getByRole("link", { name: "supervisor", exact: true }).waitFor(patience);
    expect(await page.getByRole("link", { name: "operator", exact: true }).count()).to.equal(0);
    await page.goto(`${system.url}/app/admin/users/999999`);
    await page.getByText("User not found").waitFor(patience);
    await operator.context.close();
    await context.close();
  });

  it("does not let the last administrator remove their own permissions", async () => {
    const { page, context } = await administration("users");
    await page.getByRole("link", { name: "administrator", exact: true }).click();
    await page.getByText("Only another administrator can change your role.").waitFor(patience);
    expect(await page.getByRole("button", { name: /Delete|Disable/ }).count()).to.equal(0);
    await context.close();
  });

  it("creates a key that works on the API, and stops working within five seconds after revocation", async () => {
    const { page, context } = await administration("keys");
    await page.getByText("No keys yet").waitFor(patience);
    await page.getByRole("button", { name: "New key" }).first().click();
    const dialog = page.getByRole("dialog", { name: "New API key" });
    await dialog.getByLabel("Name", { exact: true }).fill("CRM");
    expect(await dialog.getByRole("button", { name: "Create" }).isDisabled()).to.equal(true);
    await dialog.getByLabel("Read numbers and pools").check();
    await dialog.getByLabel("Valid").selectOption("d30");
    await screenshot(page, "admin-new-key");
    await dialog.getByRole("button", { name: "Create" }).click();
    const secret = await page.getByRole("textbox", { name: "Key “CRM”" }).inputValue();
    const statusBy = async (path: string): Promise<number> =>
      (await fetch(`${system.url}${path}`, { headers: { Authorization: `Bearer ${secret}` } })).status;
    expect(await statusBy("/mappings")).to.equal(200);
    expect(await statusBy("/calls")).to.equal(403);
    await rowOf(page, "CRM").getByText("Read numbers and pools").waitFor(patience);

    await page.getByRole("button", { name: "Revoke “CRM”" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByText("“CRM” revoked.").waitFor(patience);
    await until(async () => (await statusBy("/mappings")) === 401, { timeoutMs: 15_000, everyMs: 100 });
    await page.getByText("1 more, revoked or expired").click();
    await rowOf(page, "CRM").getByText("Revoked").waitFor(patience);
    await context.close();
  });

  it("adds and removes an IP rule, and warns if it would lock the administrator out", async () => {
    const { page, context } = await administration("rules");
    await page.getByText("No rules yet").waitFor(patience);
    await page.getByRole("button", { name: "New rule" }).first().click();
    const dialog = page.getByRole("dialog", { name: "New IP rule" });
    const network = dialog.getByLabel("Address or network");
    const add = dialog.getByRole("button", { name: "Add" });
    await network.fill("nonsense");
    await add.click();
    await dialog.getByText("Not a valid IP address or network.").waitFor(patience);
    await network.fill("203.0.113.0/24");
    await add.click();
    await dialog.getByText("This would block your own address.").waitFor(patience);
    expect(await network.inputValue()).to.equal("203.0.113.0/24");
    await network.fill("127.0.0.0/8");
    await dialog.getByLabel("Note").fill("This machine");
    await add.click();
    await rowOf(page, "This machine").getByText("Access").waitFor(patience);
    await page.getByRole("button", { name: "New rule" }).click();
    await network.fill("10.0.0.0/8");
    await add.click();
    await rowOf(page, "10.0.0.0/8").waitFor(patience);

    await page.getByRole("button", { name: "Remove 127.0.0.0/8" }).click();
    const question = page.getByRole("dialog");
    await question.getByRole("button", { name: "Remove" }).click();
    await question.getByText("This would block your own address.").waitFor(patience);
    await question.getByRole("button", { name: "Cancel" }).click();
    for (const one of ["10.0.0.0/8", "127.0.0.0/8"]) {
      await page.getByRole("button", { name: `Remove ${one}` }).click();
      await question.getByRole("button", { name: "Remove" }).click();
      await rowOf(page, one).waitFor({ state: "detached", ...patience });
    }
    await page.getByText("No rules yet").waitFor(patience);
    await context.close();
  });

  it("says beside each field what its rule is and what was refused, in both languages", async () => {
    const words = {
      en: {
        user: "Invite",
        username: "User name",
        invalid: "This value is not valid.",
        taken: "This user name is already taken.",
        rule: "1 to 64 letters",
        key: "New key",
        valid: "Valid",
        until: "Until",
        past: "The expiry is in the past. A time in the future.",
        scope: "Read numbers and pools",
        name: "Name",
        make: "Create",
        network: "Not a valid IP address or network. For example 192.0.2.7",
        newRule: "New rule",
        address: "Address or network",
        add: "Add",
        number: "Phone number",
        show: "Show stored data",
        to: "to",
        from: "from",
        span: "From – to",
        end: "The end has to be after the start.",
      },
      ru: {
        user: "Пригласить",
        username: "Имя пользователя",
        invalid: "Это значение не подходит.",
        taken: "Это имя пользователя уже занято.",
        rule: "От 1 до 64 знаков",
        key: "Новый ключ",
        valid: "Действует",
        until: "До",
        past: "Этот срок уже прошёл. Время в будущем.",
        scope: "Просматривать номера и пулы",
        name: "Название",
        make: "Создать",
        network: "Неверный IP-адрес или сеть. Например, 192.0.2.7",
        newRule: "Новое правило",
        address: "Адрес или сеть",
        add: "Добавить",
        number: "Номер телефона",
        show: "Показать данные",
        to: "по",
        from: "с",
        span: "С – по",
        end: "Конец должен быть позже начала.",
      },
    };
    for (const language of ["en", "ru"] as const) {
      const say = words[language];
      const { page, context, troubles } = await administration("users", { language });
      const dialog = page.getByRole("dialog");
      const hint = async (field: ReturnType<Page["getByLabel"]>): Promise<string | null> =>
        page.locator(`[id="${await field.getAttribute("aria-describedby")}"]`).textContent();
      const wrong = async (label: string, said: string, exact = false): Promise<void> => {
        const field = page.getByLabel(label, { exact });
        await page.locator(".field", { has: field }).locator("[aria-invalid]").waitFor(patience);
        expect(await hint(field)).to.include(said);
        expect(await dialog.locator(".notice").count(), "nothing is said twice").to.equal(0);
      };
      await page.getByRole("button", { name: say.user }).first().click();
      const username = dialog.getByLabel(say.username);
      expect(await hint(username), "before it is broken").to.include(say.rule);
      const invite = dialog.getByRole("button", { name: say.user });
      await username.fill("two words");
      await invite.click();
      await wrong(say.username, `${say.invalid} ${say.rule}`);
      await username.fill("Supervisor");
      await invite.click();
      await dialog.getByText(say.taken).waitFor(patience);
      await wrong(say.username, `${say.taken} ${say.rule}`);
      if (language === "en") await expectAccessible(page, "a refused field");

      await page.goto(`${system.url}/app/admin/keys`);
      await page.getByRole("button", { name: say.key }).first().click();
      await dialog.getByLabel(say.name, { exact: true }).fill("Late");
      await dialog.getByLabel(say.scope).check();
      await dialog.getByLabel(say.valid).selectOption("date");
      await dialog.getByLabel(say.until, { exact: true }).fill("2020-01-01T00:00");
      await dialog.getByRole("button", { name: say.make }).click();
      await wrong(say.until, say.past, true);

      await page.goto(`${system.url}/app/admin/rules`);
      await page.getByRole("button", { name: say.newRule }).first().click();
      await dialog.getByLabel(say.address).fill("nonsense");
      await dialog.getByRole("button", { name: say.add }).click();
      await wrong(say.address, say.network);

      await page.goto(`${system.url}/app/admin/privacy`);
      await page.getByLabel(say.number).fill("nonsense");
      await page.getByRole("button", { name: say.show }).click();
      await wrong(say.number, say.invalid);

      await page.goto(`${system.url}/app/admin/audit`);
      await page.getByRole("button", { name: say.span }).click();
      await page.getByLabel(say.from, { exact: true }).fill("2020-01-02T00:00");
      await page.getByLabel(say.to, { exact: true }).fill("2020-01-01T00:00");
      await page.getByLabel(say.to, { exact: true }).blur();
      await page.getByText(say.end).waitFor(patience);
      expect(troubles.filter((trouble) => !trouble.includes("status of 4"))).to.deep.equal([]);
      await context.close();
    }
  });

  it("ends another user's session, who has to sign in again", async () => {
    const supervisor = await people.signIn(browser, "supervisor");
    await supervisor.page.getByText("No calls in progress").waitFor(patience);
    const { page, context } = await administration("sessions");
    await page.getByText("this one").waitFor(patience);
    await rowOf(page, "supervisor").getByRole("button", { name: /^End/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "End" }).click();
    await page.getByText("Session ended.").waitFor(patience);
    await supervisor.page.getByRole("heading", { name: "Sign in" }).waitFor(patience);
    await supervisor.context.close();
    await context.close();
  });

  it("shows actions in the audit log, filtered, page by page", async () => {
    const { page, context } = await administration("audit");
    await page.locator("tbody tr").first().waitFor(patience);
    await screenshot(page, "admin-audit");
    await page.getByLabel("Action").selectOption("user.change");
    await page.getByText("role: Operator → Auditor").waitFor(patience);
    await page.getByLabel("Action").selectOption("key.create");
    await page.getByText("permissions: numbers.read").waitFor(patience);
    await page.getByLabel("Action").selectOption("key.revoke");
    const row = page.locator("tr[data-action='key.revoke']");
    await row.getByText("administrator").waitFor(patience);
    await row.getByText("done").waitFor(patience);
    await row.getByText("127.0.0.1").waitFor(patience);
    await row.getByText(/^key \d+ “CRM”$/).waitFor(patience);
    await page.locator("tr[data-action='key.create']").waitFor({ state: "detached", ...patience });
    expect(await page.locator("tbody tr").count()).to.equal(1);
    await page.getByLabel("Action").selectOption("rule.create");
    await page.getByText("reason: This would block your own address").waitFor(patience);
    await page.reload();
    await page.getByText(/^rule \d+: 10\.0\.0\.0\/8$/).waitFor(patience);
    await page.getByLabel("Action").selectOption("rule.delete");
    await page.getByText(/^rule \d+: 127\.0\.0\.0\/8$/).waitFor(patience);
    await page.getByLabel("Action").selectOption("session.revoke");
    await page.getByText(/^session \d+ of supervisor$/).waitFor(patience);
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.getByRole("button", { name: "supervisor" }).first().click();
    await page.locator("tr[data-action='key.revoke']").waitFor({ state: "detached", ...patience });
    await page.locator("tr[data-action='sign-in']").first().waitFor(patience);
    expect(new URL(page.url()).searchParams.get("user")).to.match(/^\d+$/);
    await page.getByRole("button", { name: "Today" }).click();
    await page.locator("tbody tr").first().waitFor(patience);
    await page.getByRole("button", { name: "From – to" }).click();
    await page.getByLabel("to", { exact: true }).fill("2020-01-01T00:00");
    await page.getByLabel("to", { exact: true }).blur();
    await page.getByText("No entries match the filters.").waitFor(patience);

    for (let tried = 0; tried < 55; tried += 1)
      await people.post("/ip-rules", { purpose: "access", network: "nonsense" }).catch(() => undefined);
    await page.goto(`${system.url}/app/admin/audit?action=rule.create`);
    await page.getByText("1–50", { exact: true }).waitFor(patience);
    const first = await page.locator("tbody tr").first().textContent();
    await page.getByRole("button", { name: "Next page" }).click();
    await page.getByText("51–61", { exact: true }).waitFor(patience);
    expect(await page.getByRole("button", { name: "Next page" }).isDisabled()).to.equal(true);
    await page.getByRole("button", { name: "Previous page" }).click();
    await page.getByText("1–50", { exact: true }).waitFor(patience);
    expect(await page.locator("tbody tr").first().textContent()).to.equal(first);
    await context.close();
  });

  it("is refused with a message, and by the server, without permission", async () => {
    const supervisor = await people.signIn(browser, "supervisor", { path: "/app/admin" });
    await supervisor.page
      .getByRole("heading", { name: "You do not have access to this page", level: 1 })
      .waitFor(patience);
    for (const path of ["/users", "/sessions", "/api-keys", "/ip-rules", "/audit"])
      expect(await statusOf(supervisor.page, path), path).to.equal(403);
    await supervisor.context.close();

    const auditor = await people.signIn(browser, "auditor", { path: "/app/admin" });
    await auditor.page.getByRole("heading", { name: "Audit log" }).waitFor(patience);
    const tabs = auditor.page.getByRole("navigation", { name: "Sections of the administration" });
    expect(await tabs.getByRole("link").allTextContents()).to.deep.equal(["Audit log"]);
    await auditor.page.goto(`${system.url}/app/admin/users`);
    await auditor.page
      .getByRole("heading", { name: "You do not have access to this section" })
      .waitFor(patience);
    expect(await statusOf(auditor.page, "/users")).to.equal(403);
    await auditor.page.getByRole("link", { name: "Go to Audit log" }).click();
    await auditor.page.locator("tbody tr").first().waitFor(patience);
    await auditor.page.goto(`${system.url}/app/admin/nothing`);
    await auditor.page.getByRole("heading", { name: "Section not found" }).waitFor(patience);
    await auditor.context.close();
  });

  describe("with something in each list", function sizes() {
    this.timeout(300_000);
    before(async () => {
      await people.post("/api-keys", { name: "Dashboard", scopes: ["stats.read", "calls.read"] });
      await people.post("/ip-rules", { purpose: "lookups", network: "192.0.2.0/24", note: "Office" });
    });

    for (const viewing of viewings) it(`fits ${titleOf(viewing)}, accessibly`, () => fits(viewing));
  });

  async function fits(viewing: (typeof viewings)[number]): Promise<void> {
    const { width, height, dark, language } = viewing;
    const { page, context, troubles } = await people.signIn(browser, "administrator", { dark, language });
    await page.setViewportSize({ width, height });
    const check = async (what: string): Promise<void> => {
      const where = `${what}, ${titleOf(viewing)}`;
      await expectNoSidewaysScroll(page, where);
      await expectAccessible(page, where);
    };
    for (const path of [...sections.map((name) => `admin/${name}`), "admin/users/1", "account"]) {
      await page.goto(`${system.url}/app/${path}`);
      await page
        .locator(path === "admin/privacy" ? "main form" : "tbody tr")
        .first()
        .waitFor(patience);
      await check(path);
      if (width === 360 && path === "admin/users") await screenshot(page, `admin-360-${language}`);
    }
    for (const name of ["users", "keys", "rules"]) {
      await page.goto(`${system.url}/app/admin/${name}`);
      await page.locator(".card-head .primary").click();
      await page.getByRole("dialog").waitFor(patience);
      await check(`the dialog of ${name}`);
    }
    expect(troubles).to.deep.equal([]);
    await context.close();
  }
});

describe("the administration where access is open", function suite() {
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

  it("is not in the menu, and explains how to turn access control on", async () => {
    const { page, context } = await view(browser, `${system.url}/app/account`);
    await page.getByRole("link", { name: "Administration" }).click();
    await page.getByRole("heading", { name: "Access is open to everyone" }).waitFor(patience);
    expect(await page.getByRole("textbox").first().inputValue()).to.equal("ACCESS=required");
    await expectAccessible(page, "open access");
    const menu = page.getByRole("navigation", { name: "Pages" });
    expect(await menu.getByRole("link", { name: "Administration" }).count()).to.equal(0);
    await context.close();
  });
});
