import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import type { Browser } from "playwright-core";
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
import { WebSystem } from "./support/webSystem.ts";

/** A time zone in which it is past three. */
function zoneAtNight(): string {
  const hours = new Date().getUTCHours() - 3;
  // The sign is that of POSIX.
  return `Etc/GMT${hours > 12 ? hours - 24 : hours}`.replace(/GMT(?=\d)/u, "GMT+");
}

const pages = ["board", "import", "numbers", "pools", "calls", "dashboard", "system", "settings"];
const firstLoadBytes = 80_000;
const built = fileURLToPath(new URL("../../web/dist", import.meta.url));

describe("the pages in a browser", function suite() {
  this.timeout(300_000);
  let browser: Browser;
  let system: WebSystem;

  before(async function prepare() {
    browser = await browserOrSkip(this);
    system = await WebSystem.startOrSkip(this, {
      TIME_ZONE: zoneAtNight(),
      RETENTION_CALLS_DAYS: "91",
      RETENTION_SIGN_INS_DAYS: "1",
    });
    await system.proxyOf("79008220001");
  });
  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  for (const viewing of viewings)
    it(`fit ${titleOf(viewing)}, accessibly`, async () => {
      const { page, context, troubles } = await view(browser, `${system.url}/`, viewing);
      for (const name of pages) {
        const what = `${name}, ${titleOf(viewing)}`;
        await page.goto(`${system.url}/app/${name}`);
        await page.locator("h1").waitFor();
        await page.locator(".spinner").first().waitFor({ state: "detached" });
        expect(await page.locator("html").getAttribute("lang"), what).to.equal(viewing.language);
        await expectNoSidewaysScroll(page, what);
        await expectAccessible(page, what);
      }
      expect(troubles).to.deep.equal([]);
      if (viewing.width === 360) {
        await page.goto(`${system.url}/app/numbers`);
        await page.locator("tbody tr").first().waitFor();
        await screenshot(page, `numbers-360-${viewing.language}`);
      }
      await context.close();
    });

  it("remember language and colours after a reload", async () => {
    const { page, context } = await view(browser, `${system.url}/`);
    await page.getByRole("button", { name: "Русский" }).click();
    await page.getByRole("heading", { name: "Табло звонков" }).waitFor();
    await page.getByRole("button", { name: "Тёмные цвета" }).click();
    await page.reload();
    await page.getByRole("heading", { name: "Табло звонков" }).waitFor();
    expect(await page.locator("html").getAttribute("data-theme")).to.equal("dark");
    await context.close();
  });

  it("open by keyboard shortcut, each at its own URL", async () => {
    const { page, context } = await view(browser, `${system.url}/`);
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.getByRole("heading", { name: "System", level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).to.equal("/app/system");
    await page.reload();
    await page.locator('[data-part="database"][data-status="up"]').waitFor();
    // It is night, so the first run is over.
    for (const text of ["Call records are kept for 91 days.", "Failed sign-ins are kept for 1 day."])
      await page
        .getByText(new RegExp(`^${text} The last run, .+, found nothing to remove\\.$`, "u"))
        .waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "Live board" }).waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("/");
    expect(await page.evaluate("document.activeElement.type")).to.equal("search");
    await page.evaluate(
      `document.activeElement.blur(); dispatchEvent(new KeyboardEvent("keydown", { code: "Slash", key: "." }))`,
    );
    expect(await page.evaluate("document.activeElement.type"), "on a Russian keyboard").to.equal("search");
    await page.goto(`${system.url}/app/nowhere`);
    await page.getByRole("link", { name: "Go to Live board" }).waitFor();
    await context.close();
  });

  it("load few bytes, all of them from this server", async () => {
    const { page, context, hosts } = await view(browser, `${system.url}/`);
    await page.getByText("No calls in progress").waitFor();
    const paths = await page.evaluate<readonly string[]>(
      `performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname)`,
    );
    const files = ["/index.html", ...new Set(paths)].filter((path) => existsSync(`${built}${path}`));
    expect(files.filter((path) => path.endsWith(".js"))).to.have.length.above(1);
    const gzipped = files.map((path) => gzipSync(readFileSync(`${built}${path}`)).length);
    expect(gzipped.reduce((sum, bytes) => sum + bytes, 0)).to.be.below(firstLoadBytes);
    expect([...hosts]).to.deep.equal([new URL(system.url).host]);
    await context.close();
  });

  it("work at a URL that cannot be decoded", async () => {
    const { page, context, troubles } = await view(browser, `${system.url}/app/calls/%E0`);
    await page.getByRole("heading", { name: "Page not found", level: 1 }).waitFor();
    await page.getByRole("link", { name: "System", exact: true }).click();
    await page.locator('[data-part="database"][data-status="up"]').waitFor();
    expect(troubles).to.deep.equal([]);
    await context.close();
  });

  it("report when the server is unreachable, and recover on their own", async () => {
    const { page, context } = await view(browser, `${system.url}/app/numbers`);
    await page.locator("tbody tr").first().waitFor();
    await system.application.end("SIGKILL");
    await page.getByText("The server is not responding.").waitFor(patience);
    await system.start();
    await page.getByText("The server is not responding.").waitFor({ state: "detached", ...patience });
    await context.close();
  });
});
