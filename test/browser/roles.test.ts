import { expect } from "chai";
import type { Browser } from "playwright-core";
import type { Role } from "../../src/access/rules/rights.ts";
import { placeCall, realNumberOf } from "../support/sipp.ts";
import { until } from "../support/until.ts";
import { browserOrSkip, expectAccessible, patience, screenshot, view } from "./support/browser.ts";
import { accessSettings, People } from "./support/people.ts";
import { shown } from "./support/shown.ts";
import { WebSystem } from "./support/webSystem.ts";

const watched = ["Live board", "Import", "Numbers", "Pools", "Calls", "Dashboard", "System"];

/** Menu entries of each role. The first one is its start page. */
const menus: Readonly<Record<Role, readonly string[]>> = {
  administrator: [...watched, "Administration"],
  operator: watched,
  supervisor: watched.filter((name) => name !== "Import"),
  auditor: ["Numbers", "Pools", "Calls", "Dashboard", "System", "Administration"],
};

/** Actions that the pages must not offer to a role, because the server rejects them. */
const rights: Readonly<Record<Role, { live: boolean; hangUp: boolean; whole: boolean; reveal: boolean }>> = {
  administrator: { live: true, hangUp: true, whole: true, reveal: false },
  operator: { live: true, hangUp: false, whole: true, reveal: false },
  supervisor: { live: true, hangUp: true, whole: false, reveal: true },
  auditor: { live: false, hangUp: false, whole: false, reveal: false },
};
const roles: readonly Role[] = ["administrator", "operator", "supervisor", "auditor"];

describe("what each role sees in a browser", function suite() {
  this.timeout(300_000);
  let browser: Browser;
  let system: WebSystem;
  let people: People;
  const real = realNumberOf("ringsThenAnswers", 8301);
  const masked = `+7 ${real.slice(1, 4)} ••• ${real.slice(-4, -2)} ${real.slice(-2)}`;
  let proxy: string;

  before(async function prepare() {
    browser = await browserOrSkip(this);
    system = await WebSystem.startOrSkip(this, accessSettings);
    people = await People.setUp(system);
    for (const role of roles.slice(1)) await people.add(role);
    proxy = await system.proxyOf(real, people.headers);
    await placeCall({ to: proxy, script: { kind: "talks", talkMs: 300 } }).result;
    const recorded = async (): Promise<boolean> => {
      const answer = await fetch(`${system.url}/calls`, { headers: people.headers });
      return ((await answer.json()) as { readonly items: readonly unknown[] }).items.length === 1;
    };
    await until(recorded, { everyMs: 100 });
  });
  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  for (const role of roles) {
    const can = rights[role];

    it(`shows the ${role} only the permitted pages`, async () => {
      const { page, context, troubles } = await people.signIn(browser, role);
      const links = page.getByRole("navigation", { name: "Pages" }).getByRole("link");
      await page
        .getByRole("heading", { name: menus[role][0] ?? "", level: 1, exact: true })
        .waitFor(patience);
      // The name is followed by the number of calls.
      const names = (await links.allTextContents()).map((name) => name.replace(/\d+$/, ""));
      expect(names).to.deep.equal(menus[role]);
      for (const [name, path] of [
        ["Live board", "board"],
        ["Import", "import"],
        ["Administration", "admin"],
      ] as const) {
        if (menus[role].includes(name)) continue;
        await page.goto(`${system.url}/app/${path}`);
        await page
          .getByRole("heading", { name: "You do not have access to this page", level: 1 })
          .waitFor(patience);
        await page.getByRole("link", { name: `Go to ${menus[role][0]}` }).click();
        await page.getByRole("heading", { name: menus[role][0] ?? "", level: 1 }).waitFor(patience);
      }
      expect(troubles, "nothing is asked that would be refused").to.deep.equal([]);
      await context.close();
    });

    it(`shows the ${role} ${can.whole ? "whole" : "masked"} numbers of calls`, async () => {
      const { page, context } = await people.signIn(browser, role, { path: "/app/calls" });
      const row = page.locator('[data-table="calls"] tbody tr', { hasText: shown(proxy) });
      await row.waitFor(patience);
      expect(await row.textContent())
        .to.contain(can.whole ? shown(real) : masked)
        .and.contain("trunk-in")
        .and.contain("→ trunk-out");
      if (!can.whole) expect(await row.textContent()).to.contain("+7 916 ••• 45 67");
      const nothing = page.getByText("No results");
      const search = page.getByRole("searchbox");
      await search.fill(can.whole ? "79990000000" : real);
      await nothing.waitFor(patience);
      await search.fill(can.whole ? real : proxy);
      await row.waitFor(patience);
      expect(await page.getByRole("button", { name: "Export CSV" }).count()).to.equal(1);
      await row.getByRole("link").first().click();
      await page.getByRole("heading", { name: "Timeline" }).waitFor(patience);
      const facts = page.locator("dl.facts");
      expect(await facts.textContent()).to.contain(can.whole ? shown(real) : masked);
      const reveal = page.getByRole("button", { name: "Reveal numbers" });
      expect(await reveal.count()).to.equal(can.reveal ? 1 : 0);
      if (!can.whole) {
        const content = await page.content();
        for (const number of [real, shown(real), "79161234567", "+7 916 123-45-67"])
          expect(content).to.not.contain(number);
      }
      if (can.reveal) {
        await expectAccessible(page, "a call's page with a masked number");
        await reveal.click();
        await facts.getByText(shown(real)).waitFor(patience);
        await facts.getByText("+7 916 123-45-67").waitFor(patience);
        expect(await reveal.count(), "once is enough").to.equal(0);
        const answer = await fetch(`${system.url}/audit`, { headers: people.headers });
        const { items } = (await answer.json()) as {
          readonly items: readonly { readonly action: string; readonly actor: { readonly name: string } }[];
        };
        const reveals = items.filter(({ action }) => action === "reveal");
        expect(reveals.map(({ actor }) => actor.name)).to.deep.equal([role]);
      }
      await context.close();
    });
  }

  it("lets supervisors view masked numbers and hang up, and operators view", async () => {
    const supervisor = await people.signIn(browser, "supervisor");
    const operator = await people.signIn(browser, "operator");
    const call = placeCall({ to: proxy, script: { kind: "waits" } });
    const rowOf = ({ page }: { readonly page: typeof supervisor.page }) =>
      page.locator('[data-table="live"] tbody tr', { hasText: shown(proxy) });
    await rowOf(supervisor).getByText("Talking", { exact: true }).waitFor(patience);
    await rowOf(operator).getByText("Talking", { exact: true }).waitFor(patience);
    expect(await rowOf(supervisor).textContent())
      .to.contain(masked)
      .and.not.contain(shown(real));
    expect(await rowOf(operator).textContent()).to.contain(shown(real));
    expect(await operator.page.getByRole("button", { name: "Hang up" }).count()).to.equal(0);
    await screenshot(supervisor.page, "board-supervisor");
    await rowOf(supervisor).getByRole("button", { name: "Hang up" }).click();
    await supervisor.page.getByRole("dialog").getByRole("button", { name: "Hang up" }).click();
    expect((await call.result).hungUpBy).to.equal("callee");
    const ended = supervisor.page.locator('[data-table="ended"] tbody tr').first();
    await ended.getByText("Hung up by a supervisor").waitFor(patience);
    expect(await ended.textContent())
      .to.contain(masked)
      .and.not.contain(shown(real));
    await supervisor.context.close();
    await operator.context.close();
  });

  it("shows the sign-in for a link that cannot be decoded", async () => {
    const { page, context, troubles } = await view(browser, `${system.url}/app/set-up#%E0`);
    await page.getByLabel("User name").waitFor(patience);
    expect(troubles).to.deep.equal([]);
    await page.goto(`${system.url}/app/calls`);
    await page.getByRole("heading", { name: "Sign in" }).waitFor(patience);
    await expectAccessible(page, "the sign-in");
    await context.close();
  });

  it("shows the sign-in when the session is revoked while the board is open", async () => {
    const { page, context } = await people.signIn(browser, "supervisor");
    await page.getByText("No calls in progress").waitFor(patience);
    const answer = await fetch(`${system.url}/sessions`, { headers: people.headers });
    const { items } = (await answer.json()) as {
      readonly items: readonly { readonly id: number; readonly username: string }[];
    };
    for (const { id, username } of items)
      if (username === "supervisor")
        await fetch(`${system.url}/sessions/${id}`, { method: "DELETE", headers: people.headers });
    await page.getByRole("heading", { name: "Sign in" }).waitFor(patience);
    expect(await page.getByRole("navigation").count()).to.equal(0);
    await context.close();
  });
});
