import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect } from "chai";
import Koa from "koa";
import { servedRoutes } from "../../../src/http/features.ts";
import { answerProblems } from "../../../src/http/server/middleware.ts";
import { startHttpServer } from "../../../src/http/server/server.ts";
import type { HttpServer } from "../../../src/http/server/server.ts";
import { createWebPorts } from "../../../src/http/web/routes.ts";
import { readWebFiles } from "../../../src/http/web/files.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import { inputReaders, openRouting, plainRoute } from "../../support/routing.ts";
import { silentLogger } from "../../support/silentLogger.ts";

const script = `console.log("${"long ".repeat(200)}")`;

describe("The web pages over HTTP", () => {
  const directory = mkdtempSync(join(tmpdir(), "web-pages-"));
  let server: HttpServer;

  before(async () => {
    const app = new Koa();
    app.use(answerProblems(silentLogger));
    app.use(
      openRouting([
        ...servedRoutes({ web: createWebPorts(directory) }, inputReaders("RU")),
        plainRoute("/calls", (ctx) => {
          ctx.body = { items: [] };
        }),
      ]),
    );
    server = await startHttpServer(app, { host: "127.0.0.1", port: 0, clock: systemClock });
  });
  after(async () => {
    await server.close(1000);
    rmSync(directory, { recursive: true });
  });

  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${server.url}${path}`, { headers });

  it("are a plain page until built", async () => {
    const before = await (await get("/")).text();
    expect(before).to.contain("npm run build:web");
    mkdirSync(join(directory, "assets"));
    writeFileSync(join(directory, "index.html"), "<!doctype html><title>Pages</title>");
    writeFileSync(join(directory, "assets", "index-abcd1234.js"), script);
    expect(await (await get("/")).text()).to.contain("<title>Pages</title>");
  });

  it("answer every path below /app/, and leave the API's paths to the API", async () => {
    for (const path of ["/app", "/app/calls", "/app/calls/some-id", "/app/calls/a%2Fb"]) {
      const response = await get(path, { Accept: "text/html" });
      expect(response.status, path).to.equal(200);
      expect(await response.text(), path).to.contain("<title>Pages</title>");
    }
    expect(await (await get("/calls", { Accept: "text/html" })).json()).to.deep.equal({ items: [] });
    expect((await get("/nothing")).status).to.equal(404);
  });

  it("let browsers cache hashed files, and revalidate the page itself", async () => {
    const file = await get("/assets/index-abcd1234.js");
    expect(file.headers.get("cache-control")).to.equal("public, max-age=31536000, immutable");
    expect(file.headers.get("content-type")).to.contain("text/javascript");
    const page = await get("/");
    expect(page.headers.get("cache-control")).to.equal("no-cache");
    expect(page.headers.get("content-security-policy"))
      .to.contain("default-src 'self'")
      .and.not.contain("unsafe-inline");
  });

  it("are compressed for clients that support it", async () => {
    const plain = await get("/assets/index-abcd1234.js", { "Accept-Encoding": "identity" });
    expect(plain.headers.get("content-encoding")).to.equal(null);
    expect(await plain.text()).to.equal(script);
    for (const encoding of ["gzip", "br"]) {
      const packed = await get("/assets/index-abcd1234.js", { "Accept-Encoding": encoding });
      expect(packed.headers.get("content-encoding")).to.equal(encoding);
      expect(Number(packed.headers.get("content-length"))).to.be.lessThan(script.length / 2);
      expect(await packed.text()).to.equal(script);
    }
    const file = readWebFiles(directory)?.get("/assets/index-abcd1234.js");
    expect(gunzipSync((await file?.gzip()) ?? "").toString()).to.equal(script);
    expect(brotliDecompressSync((await file?.brotli()) ?? "").toString()).to.equal(script);
  });

  it("give access to no other file of the machine", async () => {
    writeFileSync(join(directory, "..", "outside.js"), "secret");
    for (const path of ["/assets/..%2f..%2foutside.js", "/assets/%2e%2e/outside.js", "/app/../outside.js"]) {
      const response = await get(path);
      expect(await response.text(), path).to.not.contain("secret");
    }
    rmSync(join(directory, "..", "outside.js"));
  });
});
