import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { ApplicationProcess } from "../support/applicationProcess.ts";
import { until } from "../support/until.ts";
import { browserOrSkip } from "./support/browser.ts";
import { freePort } from "../support/freePort.ts";

const real = "79001112233";

/** The requests of a site's page to the server to which the site's own name resolves. */
interface Attempt {
  readonly read: string;
  readonly export: string;
  readonly metrics: string;
  readonly health: string;
  readonly changed: string;
  readonly uploaded: string;
  readonly watched: string;
}

const attack = `(async () => {
  const json = { "Content-Type": "application/json" };
  const ask = async (path, init) => {
    const response = await fetch(path, init);
    return response.status + " " + (await response.text());
  };
  const form = new FormData();
  form.set("file", new Blob(["phone\\n79005556677\\n"], { type: "text/csv" }), "numbers.csv");
  const watch = () => new Promise((resolve) => {
    const socket = new WebSocket("ws://" + location.host + "/live");
    socket.onopen = () => { socket.close(); resolve("open"); };
    socket.onerror = () => resolve("refused");
  });
  return {
    read: await ask("/mappings"),
    export: await ask("/export/csv", { method: "POST", headers: json, body: "{}" }),
    metrics: await ask("/metrics"),
    health: await ask("/health"),
    watched: await watch(),
    uploaded: await ask("/upload", { method: "POST", body: form }),
    changed: await ask("/mappings/bulk", {
      method: "POST", headers: json, body: JSON.stringify({ all: true, filter: {}, release: true }),
    }),
  };
})()`;

describe("A foreign page whose host name resolves to this machine, while access is open", () => {
  let folder: string;
  let application: ApplicationProcess;
  let browser: Browser;
  let port: number;

  before(async function () {
    browser = await browserOrSkip(this, [
      "--host-resolver-rules=MAP evil.example 127.0.0.1, MAP phones.example 127.0.0.1",
      // Recent versions of Chromium ask before a public page may access this machine; most browsers do not.
      "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests",
    ]);
    folder = mkdtempSync(join(tmpdir(), "phone-proxy-rebinding-"));
    port = await freePort();
    application = await ApplicationProcess.start({
      ROLE: "web",
      HTTP_PORT: String(port),
      DATABASE_URL: join(folder, "test.sqlite"),
      SPOOL_DIR: join(folder, "spool"),
      UPLOAD_DIR: join(folder, "uploads"),
      DEFAULT_POOL: "74958200000-74958200099",
      PUBLIC_URL: "http://phones.example",
      LOG_LEVEL: "warn",
    });
    const pooled = async (): Promise<boolean> => (await get("/pools")).includes("74958200000");
    await until(pooled, { everyMs: 100 });
    const form = new FormData();
    form.set("file", new Blob([`phone\n${real}\n`], { type: "text/csv" }), "numbers.csv");
    const uploaded = await fetch(`${application.url}/upload`, { method: "POST", body: form });
    expect(uploaded.status).to.equal(200);
  });
  after(async () => {
    await browser?.close();
    await application?.end("SIGTERM");
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  const get = async (path: string): Promise<string> => (await fetch(`${application.url}${path}`)).text();

  /** The page is loaded from the site; after that, the site's name resolves to this machine. */
  async function attemptFrom(host: string): Promise<Attempt> {
    const page: Page = await browser.newPage();
    const address = `http://${host}:${port}/page.html`;
    await page.route(address, (route) => route.fulfill({ contentType: "text/html", body: "<h1>Hello</h1>" }));
    await page.goto(address);
    const attempt = await page.evaluate<Attempt>(attack);
    await page.close();
    return attempt;
  }

  it("reads nothing, changes nothing, and watches nothing", async () => {
    const { watched, ...answers } = await attemptFrom("evil.example");
    for (const [what, answer] of Object.entries(answers)) {
      expect(answer, what).to.match(/^403 .*HOST_NOT_ALLOWED/);
      expect(answer, what).not.to.include(real);
    }
    expect(answers.read).to.include("PUBLIC_URL").and.include("ACCESS=required");
    expect(watched).to.equal("refused");
    const kept = await get("/export/csv");
    expect(kept).to.include(real).and.not.include("79005556677");
  });

  it("and the same from localhost and from the host in PUBLIC_URL is answered", async () => {
    for (const host of ["phones.example", "localhost"]) {
      const attempt = await attemptFrom(host);
      expect(attempt.read, host).to.match(/^200 /);
      expect(attempt.export, host).to.match(/^200 /);
      expect(attempt.watched, host).to.equal("open");
      expect(attempt.uploaded, host).to.match(/^20\d /);
      expect(attempt.changed, host).to.match(/^200 /);
    }
  });
});
