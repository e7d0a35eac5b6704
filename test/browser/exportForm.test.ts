import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { startGuardedApi } from "../integration/access/support.ts";
import type { GuardedApi } from "../integration/access/support.ts";
import { createStore } from "../../src/store/store.ts";
import type { Store } from "../../src/store/types.ts";
import { silentLogger } from "../support/silentLogger.ts";
import { browserOrSkip } from "./support/browser.ts";

describe("a form export with a signed-in user", function () {
  this.timeout(300_000);
  let browser: Browser;
  let api: GuardedApi;
  let folder: string;
  let store: Store;

  before(async function prepare() {
    browser = await browserOrSkip(this);
  });
  after(() => browser?.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "export-form-"));
    const address = { kind: "sqlite", file: join(folder, "test.sqlite") } as const;
    store = createStore({ address, logger: silentLogger });
    store.open();
    await store.ready();
    api = await startGuardedApi(store);
  });
  afterEach(async () => {
    await api.close();
    await store.close();
    await rm(folder, { recursive: true });
  });

  it("is saved as a file if requested by our own page, as identified by the browser", async () => {
    const cookie = await api.signIn((await api.user("operator")).username);
    const [name = "", value = ""] = cookie.split("=");
    const context = await browser.newContext();
    await context.addCookies([{ name, value, url: api.server.url, httpOnly: true, sameSite: "Strict" }]);
    const page = await context.newPage();
    await page.goto(`${api.server.url}/`);
    for (const action of ["/calls/export.csv", "/export/csv"]) {
      const download = page.waitForEvent("download");
      // The same as on the page. A string, because the tests' types do not include the DOM.
      await page.evaluate(`
        const form = document.createElement("form");
        form.method = "post";
        form.action = ${JSON.stringify(action)};
        form.innerHTML = '<input name="number" value="79001112233">';
        document.body.append(form);
        form.submit();
      `);
      const file = await (await download).path();
      expect(await readFile(file, "utf8"), action).to.include("real_number");
    }
    await context.close();
  });
});
