import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Router } from "@koa/router";
import { expect } from "chai";
import { auditActions } from "../../../src/access/types.ts";
import { permissions, permissionsOf, roles } from "../../../src/domain/accessRights.ts";
import { requiredAccess } from "../../../src/http/access/httpAccess.ts";
import { ruleFor } from "../../../src/http/access/matching.ts";
import { accessTable } from "../../../src/http/access/table.ts";
import { createHttpApp } from "../../../src/http/server/app.ts";
import { operations } from "../../../src/http/server/operations.ts";

/** Every route of the routers in the app, as `GET /path`. Nothing is asked, so no port is ever used. */
async function routesOfApp(): Promise<string[]> {
  const never = {} as never;
  const uploadDirectory = await mkdtemp(join(tmpdir(), "table-"));
  const app = createHttpApp(
    {
      lookup: never,
      mappings: never,
      search: never,
      editor: never,
      pools: never,
      aside: never,
      imports: never,
      watch: never,
      access: requiredAccess(
        { access: { limits: {}, rules: {} } as never, reveal: never, history: never },
        withoutProxy,
      ),
      health: never,
      system: never,
      metrics: never,
      clock: never,
      logger: never,
    },
    { node: "test", defaultCountry: "RU", uploadDirectory, uploadMaxBytes: 1, trustedProxies: [] },
  );
  await rm(uploadDirectory, { recursive: true });
  const routers = app.middleware.flatMap((middleware) =>
    "router" in middleware && middleware.router instanceof Router ? [middleware.router] : [],
  );
  const routes = routers.flatMap(({ stack }) =>
    stack.flatMap(({ methods, path }) =>
      methods.filter((method) => method !== "HEAD").map((method) => `${method} ${String(path)}`),
    ),
  );
  // Nothing found would be nothing missing.
  expect(routes).to.include.members(["GET /lookup/real/:number", "GET /health", "POST /session"]);
  return routes;
}

const withoutProxy = { trustedProxies: [], publicUrl: null };
const reading = /^GET |\/search$|^POST \/lookup$/;

describe("The table of what routes ask for", () => {
  it("has every route that there is, so that a new one without an entry fails here", async () => {
    const missing = (await routesOfApp()).filter((route) => !(route in accessTable));
    expect(missing).to.deep.equal([]);
  });

  it("has every operation that the API's document tells of", () => {
    const missing = operations
      .map(({ method, path }) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`)
      .filter((route) => !(route in accessTable));
    expect(missing).to.deep.equal([]);
  });

  it("has whatever changes or exports something written down", () => {
    const selfWritten = ["POST /session", "POST /set-up", "POST /invitations"];
    const silent = Object.entries(accessTable)
      .filter(([route, { audit }]) => audit === null && (!reading.test(route) || route.includes("/export")))
      .map(([route]) => route)
      .filter((route) => !selfWritten.includes(route));
    expect(silent).to.deep.equal([]);
  });

  it("shows everybody nothing but pages, health and the ways to sign in", () => {
    const open = Object.entries(accessTable)
      .filter(([, { requires }]) => requires === "public")
      .map(([route]) => route);
    expect(open).to.have.members([
      "GET /",
      "GET /app",
      "GET /app/*rest",
      "GET /assets/:name",
      "GET /icon.svg",
      "GET /theme.js",
      "GET /health",
      "GET /session",
      "POST /session",
      "POST /set-up",
      "POST /invitations",
    ]);
  });

  it("uses every right and every action", () => {
    const rules = Object.values(accessTable);
    const unused = permissions.filter((right) => !rules.some(({ requires }) => requires === right));
    expect(unused).to.deep.equal([]);
    const written = new Set<string | null>(rules.map(({ audit }) => audit));
    expect(auditActions.filter((action) => !written.has(action))).to.deep.equal(["sign-in", "set-up"]);
  });

  it("gives each role what it is for, and no role but the administrator's the right to access itself", () => {
    expect([...permissionsOf("administrator")]).to.have.members([...permissions]);
    for (const role of roles.filter((one) => one !== "administrator"))
      expect([...permissionsOf(role)].filter((right) => right.startsWith("access."))).to.deep.equal([]);
    expect(permissionsOf("supervisor").has("numbers.real")).to.equal(false);
    expect(permissionsOf("supervisor").has("calls.hangup")).to.equal(true);
    expect(permissionsOf("auditor").has("numbers.reveal")).to.equal(false);
    expect(permissionsOf("auditor").has("audit.read")).to.equal(true);
    expect(permissionsOf("operator").has("numbers.write")).to.equal(true);
    expect(permissionsOf("operator").has("audit.read")).to.equal(false);
  });

  it("reads paths as the router does", () => {
    const routeOf = (method: string, path: string): string | null => ruleFor(method, path)?.route ?? null;
    expect(routeOf("GET", "/mappings")).to.equal("GET /mappings");
    expect(routeOf("GET", "/MAPPINGS/")).to.equal("GET /mappings");
    expect(routeOf("HEAD", "/mappings")).to.equal("GET /mappings");
    expect(routeOf("POST", "/mappings/bulk")).to.equal("POST /mappings/bulk");
    expect(routeOf("GET", "/calls/export.csv")).to.equal("GET /calls/export.csv");
    expect(routeOf("GET", "/calls/abc")).to.equal("GET /calls/:callId");
    expect(routeOf("GET", "/")).to.equal("GET /");
    expect(routeOf("GET", "/app/calls/1")).to.equal("GET /app/*rest");
    expect(ruleFor("PATCH", "/users/17")?.parameters).to.deep.equal({ id: "17" });
    for (const path of ["//mappings", "/mappings//", "/mappings/1/2/3", "/nowhere", "/mappings%2f"])
      expect(routeOf("GET", path), path).to.equal(null);
    expect(routeOf("TRACE", "/mappings")).to.equal(null);
  });
});
