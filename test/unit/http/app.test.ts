import { lookupForStrangers } from "../../../lab/strangers.ts";
import { once } from "node:events";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import Koa from "koa";
import { spy } from "sinon";
import { openAccess } from "../../../src/http/access/httpAccess.ts";
import { createHttpApp } from "../../../src/http/server/app.ts";
import type { HttpPorts } from "../../../src/http/server/app.ts";
import { HttpListenError, startHttpServer } from "../../../src/http/server/server.ts";
import type { HttpServer } from "../../../src/http/server/server.ts";
import type { Lookup } from "../../../src/values/mapping.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import { Readiness } from "../../../src/ops/readiness.ts";
import { HealthRegistry } from "../../../src/ops/health.ts";
import { createMetrics } from "../../../src/ops/metrics.ts";
import type { PartHealth } from "../../../src/ops/types.ts";
import { recordingLogger } from "../../support/recordingLogger.ts";
import type { LogLine } from "../../support/recordingLogger.ts";

/** Does not exist, because the pages have not been built. */
const webDirectory = join(tmpdir(), "no-web-pages-here");

const unused = (): never => {
  throw new Error("79001112233 must not be told to the client");
};

describe("The web application", () => {
  let lines: LogLine[];
  let answer: Lookup;
  let part: PartHealth;
  let waitFor: Promise<unknown>;
  let readiness: Readiness;
  let server: HttpServer;

  beforeEach(async () => {
    lines = [];
    answer = { kind: "unknown" };
    part = { status: "up", detail: "fine" };
    waitFor = Promise.resolve();
    readiness = new Readiness();
    server = await start();
  });
  afterEach(() => server.close(0));

  async function start(debugging = true): Promise<HttpServer> {
    const health = new HealthRegistry();
    health.register("asterisk", { kind: "asterisk", needed: true }, () => part);
    const ports: HttpPorts = {
      lookup: { byProxyNumber: () => waitFor.then(() => answer) },
      callLookup: lookupForStrangers(() => waitFor.then(() => answer)),
      lookupTally: { count: () => undefined },
      simulate: unused,
      mappings: { findByReal: unused },
      search: {
        page: unused,
        count: unused,
        countAll: unused,
        stream: unused,
        find: unused,
        parties: unused,
        owners: unused,
      },
      editor: { update: unused, release: unused, bulk: unused, undo: unused, restore: unused },
      add: unused,
      renumber: unused,
      pools: {
        create: unused,
        extend: unused,
        shrink: unused,
        update: unused,
        remove: unused,
        block: unused,
        unblock: unused,
        blocked: unused,
        ensureDefault: unused,
        list: unused,
        get: unused,
      },
      aside: { poolBody: unused, apiDocument: unused, close: unused },
      imports: {
        create: unused,
        get: unused,
        page: unused,
        preview: unused,
        commit: unused,
        cancel: unused,
        undo: unused,
        settled: unused,
        result: unused,
        cells: unused,
        uploadedFile: unused,
        kept: unused,
        known: unused,
        live: new Map(),
      },
      live: null,
      lines: null,
      privacy: null,
      access: openAccess(
        { audit: { record: async () => undefined }, history: { page: unused, changesOf: unused } },
        { trustedProxies: ["127.0.0.1"], publicUrl: null, listenHost: "127.0.0.1" },
      ),
      health,
      readiness,
      setup: null,
      system: {
        version: "1.2.3",
        retention: { states: [] },
        startedAtMs: Date.now(),
        backup: { state: { status: "unwatched", lastAtMs: null, maxAgeMs: 3_600_000 } },
        settings: [],
      },
      metrics: createMetrics({ node: "n1", processMetrics: false }),
      clock: systemClock,
      logger: recordingLogger({ lines, debugging }).logger,
    };
    const app = createHttpApp(ports, {
      node: "n1",
      defaultCountry: "RU",
      uploadDirectory: join(tmpdir(), "phone-proxy-test-uploads"),
      uploadMaxBytes: 1000,
      trustedProxies: ["127.0.0.1"],
      webDirectory,
    });
    return startHttpServer(app, { host: "127.0.0.1", port: 0, clock: systemClock });
  }

  const get = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${server.url}${path}`, init);

  it("explains on its front page what it is, and how to build the pages, until they are built", async () => {
    const response = await get("/");
    expect(response.headers.get("content-type")).to.contain("text/html");
    expect(await response.text())
      .to.contain("GET /lookup/real/{proxy number}")
      .and.contain("npm run build:web");
  });

  it("sends security headers and keeps personal data out of caches", async () => {
    const { headers } = await get("/");
    expect(headers.get("content-security-policy"))
      .to.contain("default-src 'self'")
      .and.not.contain("upgrade-insecure");
    expect(headers.get("x-content-type-options")).to.equal("nosniff");
    expect(headers.get("cache-control")).to.equal("no-store");
    expect(headers.get("x-powered-by")).to.equal(null);
  });

  it("answers /health with 200 if calls can be handled, otherwise 503", async () => {
    const up = await get("/health");
    expect(up.status).to.equal(200);
    expect(await up.json()).to.deep.equal({
      status: "up",
      node: "n1",
      parts: { asterisk: { kind: "asterisk", status: "up", detail: "fine" } },
    });
    part = { status: "down", detail: "away" };
    const down = await get("/health");
    expect(down.status).to.equal(503);
    expect(await down.json()).to.have.nested.property("parts.asterisk.detail", "away");
  });

  it("answers /health/live while it runs, and /health/ready from its start to its stop, without a word in the log", async () => {
    part = { status: "down", detail: "away" };
    const answers = async (path: string): Promise<unknown> => {
      const response = await get(path);
      return [response.status, await response.json()];
    };
    expect(await answers("/health/ready")).to.deep.equal([503, { status: "starting" }]);
    readiness.started();
    expect(await answers("/health/ready")).to.deep.equal([200, { status: "ready" }]);
    readiness.stopping();
    readiness.started();
    expect(await answers("/health/ready")).to.deep.equal([503, { status: "stopping" }]);
    expect(await answers("/health/live")).to.deep.equal([200, { status: "live" }]);
    expect(lines.filter(({ level }) => level === "warn")).to.deep.equal([]);
  });

  it("counts requests by route template, never by path", async () => {
    await get("/lookup/real/79580000001");
    await get("/79580000001");
    const text = await (await get("/metrics")).text();
    expect(text).to.contain('{node="n1",method="GET",route="/lookup/real/:number",status="404"} 1');
    expect(text).to.contain('route="unmatched"').and.not.contain("79580000001");
  });

  it("logs requests by route template, and lookups at debug level only", async () => {
    await get("/lookup/real/79580000001?x=79580000001");
    await get("/79580000001", { method: "POST" });
    expect(
      lines.map(({ level, fields }) => [level, fields?.["route"], fields?.["status"], fields?.["client"]]),
    ).to.deep.equal([
      ["debug", "/lookup/real/:number", 404, "127.0.0.1"],
      ["info", "unmatched", 404, "127.0.0.1"],
    ]);
    expect(JSON.stringify(lines)).to.not.contain("79580000001");
    await server.close(0);
    server = await start(false);
    lines.length = 0;
    await get("/lookup/real/79580000001");
    expect(lines).to.deep.equal([]);
  });

  it("answers every error as a problem with a stable code", async () => {
    for (const [path, method, status, code] of [
      ["/nothing/79580000001", "GET", 404, "NOT_FOUND"],
      ["/mappings", "DELETE", 405, "METHOD_NOT_ALLOWED"],
      ["/lookup/real/hello", "GET", 400, "NUMBER_UNREADABLE"],
      ["/lookup/real/%E0%A4%A", "GET", 400, "TARGET_INVALID"],
      ["/upload", "POST", 415, "NOT_MULTIPART"],
    ] as const) {
      const response = await get(path, { method });
      expect(response.headers.get("content-type"), path).to.equal("application/problem+json");
      expect(await response.json(), path).to.include({ status, code });
      expect(response.status, path).to.equal(status);
    }
    expect((await get("/mappings", { method: "DELETE" })).headers.get("allow")).to.equal("HEAD, GET, POST");
  });

  it("answers a person in a browser with a page in their language, which reloads itself if waiting helps", async () => {
    const open = (path: string, language: string): Promise<Response> =>
      fetch(server.url + path, { headers: { Accept: "text/html,*/*;q=0.8", "Accept-Language": language } });
    const nothing = await open("/nothing/79580000001", "ru-RU,ru;q=0.9,en;q=0.8");
    expect(nothing.status).to.equal(404);
    expect(nothing.headers.get("refresh")).to.equal(null);
    expect(nothing.headers.get("content-security-policy")).to.contain("frame-ancestors 'none'");
    const page = await nothing.text();
    expect(page).to.contain('<html lang="ru">').and.to.contain("<h1>Страница не найдена</h1>");
    expect(page).to.contain('<a href="/">').and.not.to.contain("79580000001");

    answer = { kind: "unavailable" };
    const away = await open("/lookup/real/79580000001", "de");
    expect(away.status).to.equal(503);
    expect(away.headers.get("refresh")).to.equal("5");
    expect(await away.text()).to.contain("<h1>Phone Proxy is not ready yet</h1>");

    for (const key of [{ "X-API-Key": "pp_1" }, { Authorization: "Bearer pp_1" }]) {
      const program = await get("/nothing", { headers: { Accept: "text/html, */*", ...key } });
      expect(program.headers.get("content-type")).to.equal("application/problem+json");
    }
  });

  it("reveals nothing about a bug but an ID that is also in the log", async () => {
    const response = await get("/lookup/fake/79001112233");
    expect(response.status).to.equal(500);
    const text = await response.text();
    expect(text).to.contain('"code":"INTERNAL"').and.not.contain("79001112233");
    const line = lines.find(({ level }) => level === "error");
    expect(line?.fields).to.have.property("errorId").that.is.a("string");
    expect(text).to.contain(String(line?.fields?.["errorId"]));
  });

  it("answers 503 with Retry-After if a lookup is impossible", async () => {
    answer = { kind: "unavailable" };
    const response = await get("/lookup/real/79580000001");
    expect(response.status).to.equal(503);
    expect(response.headers.get("retry-after")).to.equal("5");
  });

  describe("when it stops", () => {
    it("finishes pending requests and accepts no new ones", async () => {
      let release: () => void = () => undefined;
      waitFor = new Promise<void>((resolve) => {
        release = resolve;
      });
      const underWay = get("/lookup/real/79580000001");
      await once(server.server, "request");
      const closed = server.close(60_000);
      await get("/health").then(
        () => expect.fail("A new request was taken."),
        (error: unknown) => expect(error).to.be.instanceOf(TypeError),
      );
      release();
      expect((await underWay).status).to.equal(404);
      await closed;
    });

    it("does not wait for idle keep-alive connections", async () => {
      const kept = request(`${server.url}/health`, {
        agent: undefined,
        headers: { Connection: "keep-alive" },
      });
      kept.end();
      const [response] = await once(kept, "response");
      const ended = once(response.socket, "close");
      response.resume();
      await once(response, "end");
      const deadline = spy(server.server, "closeAllConnections");
      await server.close(60_000);
      await ended;
      expect(deadline.called, "waited for the time to be up").to.equal(false);
    });

    it("aborts unfinished requests at the time limit", async () => {
      waitFor = new Promise(() => undefined);
      const underWay = get("/lookup/real/79580000001").then(
        () => "answered",
        () => "cut off",
      );
      await once(server.server, "request");
      await server.close(1);
      expect(await underWay).to.equal("cut off");
    });

    it("can be stopped twice", async () => {
      const closing = server.close(10);
      expect(server.close(10)).to.equal(closing);
      await closing;
      expect(server.server.listening).to.equal(false);
    });
  });

  it("names the setting to change if its port is taken", async () => {
    const port = Number(new URL(server.url).port);
    await startHttpServer(new Koa(), { host: "127.0.0.1", port, clock: systemClock }).then(
      () => expect.fail("The port was taken twice."),
      (error: unknown) =>
        expect(error)
          .to.be.instanceOf(HttpListenError)
          .with.property("message")
          .match(/EADDRINUSE.*HTTP_PORT/),
    );
  });
});
