import { expect } from "chai";
import type { Browser } from "playwright-core";
import { placeCall, realNumberOf } from "../support/sipp.ts";
import { browserOrSkip, expectAccessible, patience, screenshot, view } from "./support/browser.ts";
import { until } from "../support/until.ts";
import { placeCrowd } from "../../lab/sipp/crowd.ts";
import { labOrSkip } from "../support/requirements.ts";
import { startTroubledProxy, type TroubledProxy } from "../support/troubledProxy.ts";
import { shown } from "./support/shown.ts";
import { WebSystem } from "./support/webSystem.ts";
import { tabTo } from "./support/keyboard.ts";

const caller = { from: "79161234567", callerName: "Ivan Petrov" };

describe("the live board in a browser, with real calls", function suite() {
  this.timeout(300_000);
  let browser: Browser;
  let system: WebSystem;
  let ari: TroubledProxy;

  before(async function prepare() {
    browser = await browserOrSkip(this);
    const lab = await labOrSkip(this);
    const { hostname, port } = new URL(lab.ari.url);
    ari = await startTroubledProxy({ host: hostname, port: Number(port) });
    system = await WebSystem.startOrSkip(this, { ASTERISK_URL: `http://${ari.host}:${ari.port}` });
  });
  after(async () => {
    await browser?.close();
    await system?.stop();
    await ari?.close();
  });

  it("shows a call from its first ring to its outcome", async () => {
    const real = realNumberOf("ringsThenAnswers", 8201);
    const proxy = await system.proxyOf(real);
    const { page, context, troubles, hosts } = await view(browser, `${system.url}/`);
    const call = placeCall({ to: proxy, script: { kind: "talks", talkMs: 4000 } });
    const row = page.locator('[data-table="live"] tbody tr', { hasText: shown(proxy) });
    await row.waitFor(patience);
    await row.getByText("Talking", { exact: true }).waitFor(patience);
    expect(await row.textContent())
      .to.contain(shown(real))
      .and.contain("+7 916 123-45-67")
      .and.match(/trunk-in\s*→ trunk-out/u);
    await row
      .getByText(/^0:0[1-9]$/)
      .first()
      .waitFor(patience);
    await expectAccessible(page, "the board with a call");
    const { finalCode } = await call.result;
    expect(finalCode).to.equal(200);
    const ended = page.locator('[data-table="ended"] tbody tr', { hasText: shown(proxy) });
    await ended.getByText("Answered", { exact: true }).waitFor(patience);
    await ended.getByText("Caller hung up").waitFor(patience);
    await row.waitFor({ ...patience, state: "detached" });
    expect(troubles).to.deep.equal([]);
    expect([...hosts]).to.deep.equal([new URL(system.url).host]);
    await context.close();
  });

  it("places a test call from the page of a number, and says what became of it", async () => {
    const idOf = async (proxy: string): Promise<string> => {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({ search: proxy });
      const found = await fetch(`${system.url}/mappings/search`, { method: "POST", headers, body });
      const { items } = (await found.json()) as { readonly items: readonly { readonly id: number }[] };
      return String(items[0]?.id);
    };
    const answering = await system.proxyOf(realNumberOf("ringsThenAnswers", 8220));
    const busy = await system.proxyOf(realNumberOf("busy", 8221));
    const { page, context, troubles } = await view(
      browser,
      `${system.url}/app/numbers/${await idOf(answering)}`,
    );
    const call = async (words: string): Promise<void> => {
      await page.getByRole("button", { name: words }).click();
      await page.getByRole("dialog").getByRole("button", { name: words }).click();
    };
    await call("Call now");
    await page.locator('[data-test-call="talking"]').waitFor(patience);
    await expectAccessible(page, "a test call");
    await page.getByRole("button", { name: "Hang up" }).click();
    const ended = page.locator('[data-test-call="ended"]');
    await ended.getByText("Answered", { exact: true }).waitFor(patience);
    await page.getByRole("link", { name: "Open its record" }).click();
    await page.getByText("Test call", { exact: true }).waitFor(patience);

    const ru = await view(browser, `${system.url}/app/numbers/${await idOf(busy)}`, {
      language: "ru",
      width: 360,
    });
    await ru.page.getByRole("button", { name: "Позвонить" }).click();
    await ru.page.getByRole("dialog").getByRole("button", { name: "Позвонить" }).click();
    await ru.page.locator('[data-test-call="ended"]').getByText("Занято").waitFor(patience);
    expect(await ru.page.locator('[data-test-call="ended"]').textContent()).to.contain(
      "SIP 486, причина Q.850: 17",
    );
    await ru.context.close();
    expect(troubles.filter((trouble) => !trouble.includes("404"))).to.deep.equal([]);
    await context.close();
  });

  it("finds a call by the client's label and by digits in any notation, and hangs it up after confirmation", async () => {
    const proxy = await system.proxyOf(realNumberOf("ringsThenAnswers", 8202));
    await system.label(proxy, "Анна Петрова (курьер)");
    const { page, context } = await view(browser, `${system.url}/app/board`, { language: "ru" });
    const call = placeCall({ to: proxy, script: { kind: "waits" } });
    const row = page.locator('[data-table="live"] tbody tr', { hasText: shown(proxy) });
    await row.getByText("Разговор", { exact: true }).waitFor(patience);
    const search = page.getByRole("searchbox");
    for (const text of ["петрова (к", `8 (${proxy.slice(1, 4)}) ${proxy.slice(4)}`, "8 916 123"]) {
      await search.fill("no such call");
      await page.getByText("Подходящих звонков нет").first().waitFor(patience);
      await search.fill(text);
      await row.waitFor(patience);
    }
    await row.getByRole("button", { name: "Завершить" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Отмена" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(await row.count(), "nothing happens without a yes").to.equal(1);
    await row.getByRole("button", { name: "Завершить" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Завершить" }).click();
    const result = await call.result;
    expect(result.hungUpBy).to.equal("callee");
    const ended = page.locator('[data-table="ended"] tbody tr', { hasText: shown(proxy) });
    await ended.getByText("Завершён супервизором").waitFor(patience);
    await context.close();
  });

  it("hangs up a call by keyboard alone", async () => {
    const proxy = await system.proxyOf(realNumberOf("ringsThenAnswers", 8205));
    const { page, context } = await view(browser, `${system.url}/app/board`);
    const call = placeCall({ to: proxy, script: { kind: "waits" } });
    const row = page.locator('[data-table="live"] tbody tr', { hasText: shown(proxy) });
    await row.getByText("Talking", { exact: true }).waitFor(patience);
    await tabTo(page, "Hang up");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Hang up this call?" });
    await dialog.waitFor(patience);
    await expectAccessible(page, "the question before a hang-up");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(await page.locator(":focus").textContent(), "the focus is back where it was").to.contain(
      "Hang up",
    );
    await page.keyboard.press("Enter");
    await dialog.waitFor(patience);
    await tabTo(page, "Hang up");
    await page.keyboard.press("Enter");
    expect((await call.result).hungUpBy).to.equal("callee");
    const ended = page.locator('[data-table="ended"] tbody tr', { hasText: shown(proxy) });
    await ended.getByText("Hung up by a supervisor").waitFor(patience);
    await context.close();
  });

  it("marks a failed call, with a sound if enabled, but not a busy callee", async () => {
    const busy = await system.proxyOf(realNumberOf("busy", 8206));
    const failing = await system.proxyOf(realNumberOf("serviceUnavailable", 8207));
    const { page, context } = await view(browser, `${system.url}/app/board`);
    await page.evaluate(
      "window.tones = 0; " +
        "const start = OscillatorNode.prototype.start; " +
        "OscillatorNode.prototype.start = function (...when) { window.tones += 1; start.apply(this, when); }",
    );
    const ended = (proxy: string) =>
      page.locator('[data-table="ended"] tbody tr', { hasText: shown(proxy) }).first();
    await placeCall({ to: failing }).result;
    await ended(failing).waitFor(patience);
    expect(await ended(failing).getAttribute("class")).to.equal("fresh-bad");
    expect(await page.evaluate("window.tones"), "not before it is turned on").to.equal(0);
    await page.getByRole("button", { name: "Failure sound is off" }).click();
    await placeCall({ to: busy }).result;
    await ended(busy).waitFor(patience);
    expect(await ended(busy).getAttribute("class")).to.equal("fresh");
    expect(await page.evaluate("window.tones")).to.equal(0);
    await placeCall({ to: failing }).result;
    await until(async () => (await page.evaluate("window.tones")) === 1);
    const answering = await system.proxyOf(realNumberOf("ringsThenAnswers", 8209));
    const silent = await system.proxyOf(realNumberOf("ringsForEver", 8210));
    const talk = placeCall({ to: answering, script: { kind: "talks", talkMs: 2_500 } });
    const giveUp = placeCall({ to: silent, script: { kind: "cancels", after: 180, afterMs: 2_500 } });
    await page.getByText("Talking", { exact: true }).nth(1).waitFor(patience);
    await page.locator('[data-state="ringing"]').waitFor(patience);
    await screenshot(page, "board");
    await Promise.all([talk.result, giveUp.result]);
    await page.reload();
    await page.getByRole("button", { name: "Failure sound is on" }).waitFor(patience);
    await context.close();
  });

  it("shows that it may be out of date while no data arrives, and then catches up", async () => {
    const { hostname, port } = new URL(system.url);
    const line = await startTroubledProxy({ host: hostname, port: Number(port) });
    try {
      const proxy = await system.proxyOf(realNumberOf("ringsThenAnswers", 8208));
      const { page, context } = await view(browser, `http://${line.host}:${line.port}/app/board`);
      await page.getByText("No calls in progress").waitFor(patience);
      line.freeze();
      await page.getByText("The board may be out of date").waitFor(patience);
      await placeCall({ to: proxy, script: { kind: "talks", talkMs: 300 } }).result;
      const ended = page.locator('[data-table="ended"] tbody tr', { hasText: shown(proxy) });
      expect(await ended.count()).to.equal(0);
      line.heal();
      await ended.getByText("Answered", { exact: true }).waitFor(patience);
      await page.getByText("The board may be out of date").waitFor({ ...patience, state: "detached" });
      await context.close();
    } finally {
      await line.close();
    }
  });

  it("shows that it may be out of date while the server restarts, and then shows the ongoing call", async () => {
    const proxy = await system.proxyOf(realNumberOf("ringsThenAnswers", 8203));
    const { page, context } = await view(browser, `${system.url}/`);
    const call = placeCall({ to: proxy, script: { kind: "waits" } });
    const row = page.locator('[data-table="live"] tbody tr', { hasText: shown(proxy) });
    await row.getByText("Talking", { exact: true }).waitFor(patience);
    await system.application.end("SIGKILL");
    await page.getByText("The board may be out of date").waitFor(patience);
    expect(await row.count(), "what was known stays").to.equal(1);
    await system.start();
    await page.getByText("The board may be out of date").waitFor({ ...patience, state: "detached" });
    await row.getByText("Talking", { exact: true }).waitFor(patience);
    await row.getByRole("button", { name: "Hang up" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Hang up" }).click();
    expect((await call.result).hungUpBy).to.equal("callee");
    await context.close();
  });

  it("says that the state of calls is unknown while Asterisk is away, in both languages", async () => {
    const proxy = await system.proxyOf(realNumberOf("ringsThenAnswers", 8205));
    const en = await view(browser, `${system.url}/app/board`);
    const ru = await view(browser, `${system.url}/app/board`, { language: "ru", width: 360, height: 740 });
    const rowIn = ({ page }: typeof en) =>
      page.locator('[data-table="live"] tbody tr', { hasText: shown(proxy) });
    const call = placeCrowd({ ...caller, to: proxy, calls: 1, callsPerSecond: 1 });
    await rowIn(en).getByText("Talking", { exact: true }).waitFor(patience);
    await rowIn(ru).getByText("Разговор", { exact: true }).waitFor(patience);
    ari.cut();
    await en.page.getByText("cannot be reached. The state of calls there is unknown").waitFor(patience);
    await ru.page.getByText("Состояние звонков там неизвестно").waitFor(patience);
    const hangUp = rowIn(en).getByRole("button", { name: "Hang up" });
    await until(() => hangUp.isDisabled(), { everyMs: 50 });
    await rowIn(en)
      .getByText(/^\d:\d\d or more$/)
      .waitFor(patience);
    await expectAccessible(en.page, "the board without Asterisk");
    // No other instance is there.
    expect(await en.page.getByText("Other instances").count()).to.equal(0);
    ari.heal();
    await until(() => hangUp.isEnabled(), { everyMs: 50 });
    await rowIn(en)
      .getByText(/^\d:\d\d$/)
      .waitFor(patience);
    // From the row of a call in progress to its page, which waits for the record.
    await rowIn(en).getByText("Talking", { exact: true }).click();
    await en.page.getByText("This call is still in progress.").waitFor(patience);
    await call.hangUp(patience.timeout);
    await en.page.getByRole("heading", { name: "Timeline" }).waitFor(patience);
    await en.context.close();
    await ru.context.close();
  });

  it("finds the call in the records, with its timeline", async () => {
    const real = realNumberOf("busy", 8204);
    const proxy = await system.proxyOf(real);
    await placeCall({ to: proxy }).result;
    const { page, context } = await view(browser, `${system.url}/app/calls`);
    await page.getByRole("searchbox").fill(proxy);
    const row = page.locator('[data-table="calls"] tbody tr', { hasText: shown(proxy) });
    // The record is written after the call.
    const recorded = async (): Promise<boolean> => {
      const answer = await fetch(`${system.url}/calls/search`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ number: proxy }),
      });
      return ((await answer.json()) as { readonly items: readonly unknown[] }).items.length === 1;
    };
    await until(recorded, { everyMs: 100 });
    await page.getByRole("searchbox").fill(`${proxy} `);
    await row.getByText("Busy").waitFor(patience);
    expect(new URL(page.url()).search, "no number where servers see it").to.not.contain(proxy);
    await row.getByRole("link").first().click();
    await page.getByRole("heading", { name: "Timeline" }).waitFor(patience);
    await page.getByText("Number looked up").waitFor(patience);
    await expectAccessible(page, "a call's page");
    await screenshot(page, "call");
    await context.close();
  });
});
