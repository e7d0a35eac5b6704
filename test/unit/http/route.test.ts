import { METHODS } from "node:http";
import { expect } from "chai";
import Koa from "koa";
import { z } from "zod";
import { openViewer } from "../../../src/access/rules/rights.ts";
import type { AuditEvent } from "../../../src/access/types.ts";
import type { Gate, GateRule } from "../../../src/http/access/gate.ts";
import { signInRequired } from "../../../src/http/access/problems.ts";
import { empty, json, reply } from "../../../src/http/server/answers.ts";
import { documentOf, operationsOf } from "../../../src/http/server/document.ts";
import { rowId } from "../../../src/http/server/fields.ts";
import { answerProblems } from "../../../src/http/server/middleware.ts";
import { HttpProblem } from "../../../src/http/server/problems.ts";
import { routesFor } from "../../../src/http/server/route.ts";
import { createRouting } from "../../../src/http/server/routing.ts";
import { startHttpServer } from "../../../src/http/server/server.ts";
import type { HttpServer } from "../../../src/http/server/server.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import { inputReaders } from "../../support/routing.ts";
import { silentLogger } from "../../support/silentLogger.ts";

interface Ports {
  readonly store: Map<number, string>;
}

const route = routesFor<Ports>();
const texts = { tags: ["Things"], summary: "A thing." };
const thing = z.object({ id: z.int(), name: z.string() });
const one = { 200: json("The thing.", thing) };

const routes = [
  route(
    {
      ...texts,
      method: "GET",
      path: "/things/:id",
      may: "numbers.read",
      operationId: "getThing",
      params: { id: rowId },
      query: z.strictObject({
        loud: z.enum(["yes", "no"]).default("no"),
        most: z.coerce.number().max(9).default(1),
      }),
      answers: one,
      refusals: { 404: "There is no such thing." },
    },
    ({ params: { id }, query: { loud }, ports: { store } }) => {
      const name = store.get(id);
      if (name === undefined) throw new HttpProblem({ status: 404, code: "UNKNOWN", detail: "None." });
      return { id, name: loud === "yes" ? name.toUpperCase() : name };
    },
  ),
  route(
    {
      ...texts,
      method: "GET",
      path: "/things/first",
      may: "numbers.read",
      operationId: "firstThing",
      answers: one,
    },
    () => ({ id: 0, name: "first" }),
  ),
  route(
    {
      ...texts,
      method: "POST",
      path: "/things",
      may: "numbers.write",
      audit: "change",
      operationId: "createThing",
      body: z.strictObject({ name: z.string().min(2), size: z.int() }),
      maxBodyBytes: 100,
      answers: { 201: json("Created.", thing), 202: json("Being created.", thing) },
    },
    ({ body: { name, size }, note }) => {
      note({ target: { kind: "things", id: "7" }, details: { size } });
      return size > 10 ? reply(202, { id: 7, name }) : { id: 7, name };
    },
  ),
  route(
    {
      ...texts,
      method: "DELETE",
      path: "/things/:id",
      may: "numbers.write",
      audit: "delete",
      operationId: "deleteThing",
      params: { id: rowId },
      answers: { 204: empty("Deleted.") },
    },
    ({ params: { id }, ports: { store } }) => {
      store.delete(id);
    },
  ),
];

const lateRoute = route(
  {
    ...texts,
    method: "GET",
    path: "/late/:id",
    may: "numbers.read",
    mayLag: true,
    operationId: "getLateThing",
    params: { id: rowId },
    answers: one,
  },
  ({ params: { id }, ports: { store } }) => ({ id, name: store.get(id) ?? "none" }),
);

describe("A route that may show data that lags", () => {
  let server: HttpServer;
  let wrote: number;
  beforeEach(async () => {
    wrote = 0;
    const [now, late] = [{ store: new Map([[1, "now"]]) }, { store: new Map([[1, "late"]]) }];
    const input = inputReaders("RU");
    const app = new Koa();
    app.use(answerProblems(silentLogger));
    app.use(
      createRouting(
        [...routes, lateRoute].map(({ rule, bind }) => ({
          rule,
          handle: bind(now, input),
          ...(rule.mayLag && { handleLagging: bind(late, input) }),
        })),
        {
          gate: {
            recognise: () => openViewer,
            admit: async () => openViewer,
            admitUpgrade: () => Promise.reject(new Error("not asked here")),
          },
          audit: { record: async () => undefined },
          logger: silentLogger,
          recentWriters: {
            wrote: async () => void (wrote += 1),
            mayLag: async () => wrote === 0,
          },
          clientAddress: () => "192.0.2.1",
          browserHeaders: async () => undefined,
        },
      ),
    );
    server = await startHttpServer(app, { host: "127.0.0.1", port: 0, clock: systemClock });
  });
  afterEach(() => server.close(0));

  const ask = async (method: string, path: string): Promise<string> => {
    const body = method === "POST" ? JSON.stringify({ name: "more", size: 1 }) : null;
    const headers = { "Content-Type": "application/json" };
    return (await fetch(`${server.url}${path}`, { method, headers, body })).text();
  };

  for (const [method, path] of [
    ["POST", "/things"],
    ["DELETE", "/things/none"],
  ] as const) {
    it(`shows the newest once its viewer has written, or tried to: ${method} ${path}`, async () => {
      expect(await ask("GET", "/late/1")).to.contain("late");
      expect(await ask("GET", "/things/1")).to.contain("now");
      expect(wrote).to.equal(0);
      await ask(method, path);
      expect(wrote).to.equal(1);
      expect(await ask("GET", "/late/1")).to.contain("now");
    });
  }
});

describe("A route", () => {
  let server: HttpServer;
  let written: AuditEvent[];
  let asked: (GateRule | null)[];
  let refuses: boolean;

  beforeEach(async () => {
    written = [];
    asked = [];
    refuses = false;
    const gate: Gate = {
      recognise: () => null,
      admit: async (_, rule) => {
        asked.push(rule);
        if (refuses) throw signInRequired();
        return openViewer;
      },
      admitUpgrade: () => Promise.reject(new Error("not asked here")),
    };
    const ports = { store: new Map([[1, "one"]]) };
    const input = inputReaders("RU");
    const app = new Koa();
    app.use(answerProblems(silentLogger));
    app.use(
      createRouting(
        routes.map(({ rule, bind }) => ({ rule, handle: bind(ports, input) })),
        {
          gate,
          audit: { record: async (event) => void written.push(event) },
          logger: silentLogger,
          clientAddress: () => "192.0.2.1",
          browserHeaders: async () => undefined,
        },
      ),
    );
    server = await startHttpServer(app, { host: "127.0.0.1", port: 0, clock: systemClock });
  });
  afterEach(() => server.close(0));

  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      ...(body !== undefined && {
        body: typeof body === "string" ? body : JSON.stringify(body),
        headers: { "Content-Type": "application/json" },
      }),
    });
    const text = await response.text();
    return {
      status: response.status,
      allow: response.headers.get("allow"),
      type: response.headers.get("content-type"),
      body: text === "" ? null : (JSON.parse(text) as Record<string, unknown>),
    };
  };

  it("passes validated input to its handler, and responds with the result", async () => {
    const { status, type, body } = await ask("GET", "/things/1?loud=yes");
    expect({ status, type, body }).to.deep.equal({
      status: 200,
      type: "application/json; charset=utf-8",
      body: { id: 1, name: "ONE" },
    });
    expect((await ask("GET", "/things/2")).body).to.include({ status: 404, code: "UNKNOWN" });
  });

  it("rejects invalid input before its handler runs, and names every error", async () => {
    expect((await ask("GET", "/things/x")).body).to.include({ status: 400, code: "ID_INVALID" });
    // The audit log would have them under another ID.
    for (const notation of ["01", "1.0", "1e0", "0x1", "+1", "%201", "1%20"])
      expect((await ask("GET", `/things/${notation}`)).body, notation).to.include({ code: "ID_INVALID" });
    const query = await ask("GET", "/things/1?loud=maybe&most=10");
    expect(query.body).to.include({ status: 400, code: "QUERY_INVALID" });
    expect(query.body?.["errors"]).to.have.length(2);
    const wrong = await ask("POST", "/things", { name: "x", size: "big" });
    expect(wrong.body).to.include({ status: 400, code: "BODY_INVALID" });
    expect(wrong.body?.["errors"]).to.have.length(2);
    expect((await ask("POST", "/things", "{")).body).to.include({ status: 400, code: "BODY_NOT_JSON" });
  });

  it("limits the size of the body", async () => {
    const large = await ask("POST", "/things", { name: "x".repeat(100), size: 1 });
    expect(large.body).to.include({ status: 413, code: "BODY_TOO_LARGE", maxBytes: 100 });
  });

  it("responds with its first status, or the one set by the handler", async () => {
    expect((await ask("POST", "/things", { name: "xy", size: 1 })).status).to.equal(201);
    const headers = { "Content-Type": "Application/JSON; charset=utf-8" };
    const body = JSON.stringify({ name: "xy", size: 1 });
    expect((await fetch(`${server.url}/things`, { method: "POST", headers, body })).status).to.equal(201);
    expect((await ask("POST", "/things", { name: "xy", size: 11 })).status).to.equal(202);
    expect(await ask("DELETE", "/things/1")).to.include({ status: 204, body: null });
  });

  it("writes an audit entry on success and failure, with the handler's details", async () => {
    await ask("POST", "/things", { name: "xy", size: 3 });
    await ask("POST", "/things", { name: "xy" });
    await ask("DELETE", "/things/1");
    await ask("GET", "/things/1");
    expect(
      written.map(({ action, outcome, target, details }) => [action, outcome, target, details]),
    ).to.deep.equal([
      ["change", "done", { kind: "things", id: "7" }, { route: "POST /things", size: 3, status: 201 }],
      ["change", "failed", null, { route: "POST /things", code: "BODY_INVALID" }],
      ["delete", "done", { kind: "things", id: "1" }, { route: "DELETE /things/:id", status: 204 }],
    ]);
  });

  it("matches in any case, with a trailing slash, and for HEAD; a fixed path precedes a parameter", async () => {
    expect((await ask("GET", "/THINGS/1/")).body).to.include({ id: 1 });
    expect((await fetch(`${server.url}/things/1`, { method: "HEAD" })).status).to.equal(200);
    expect((await ask("GET", "/things/first")).body).to.deep.equal({ id: 0, name: "first" });
    expect((await ask("GET", "//things/1")).body).to.include({ status: 400, code: "TARGET_INVALID" });
    for (const path of ["/things/1//", "/things/1/2", "/things%2f1", "/", "/thing"])
      expect((await ask("GET", path)).body, path).to.include({ status: 404, code: "NOT_FOUND" });
  });

  it("returns 405 and the allowed methods for another method", async () => {
    const put = await ask("PUT", "/things/1");
    expect(put).to.include({ status: 405, allow: "HEAD, GET, DELETE" });
    expect((await ask("OPTIONS", "/things")).allow).to.equal("POST");
    // `fetch` sends neither CONNECT nor TRACE.
    for (const method of METHODS.filter((one) => !/^(?:CONNECT|TRACE|HEAD|GET|DELETE|OPTIONS)$/.test(one)))
      expect(await ask(method, "/things/1"), method).to.include({ status: 405, allow: "HEAD, GET, DELETE" });
    expect(await ask("PROPFIND", "/nowhere")).to.include({ status: 404, allow: null });
  });

  it("gives a rejected client the same response whether or not the path exists", async () => {
    refuses = true;
    const answers = await Promise.all(
      [
        ["GET", "/things/1"],
        ["PUT", "/things/1"],
        ["GET", "/nowhere"],
        ["OPTIONS", "/things"],
      ].map(([method = "", path = ""]) => ask(method, path)),
    );
    for (const answer of answers) expect(answer).to.deep.equal(answers[0]);
    expect(answers[0]).to.include({ status: 401, allow: null });
    expect(asked.map((rule) => rule?.may ?? null)).to.have.members(["numbers.read", null, null, null]);
  });

  it("is documented as it is validated", () => {
    const { paths } = documentOf(operationsOf(routes), {});
    expect(Object.keys(paths ?? {})).to.have.members(["/things/{id}", "/things/first", "/things"]);
    const { get } = paths?.["/things/{id}"] ?? {};
    expect(get).to.include({ operationId: "getThing" });
    expect(Object.keys(get?.responses ?? {})).to.have.members(["200", "404", "default"]);
    expect(get?.parameters?.map((one) => ("name" in one ? one.name : ""))).to.have.members([
      "id",
      "loud",
      "most",
    ]);
    expect(paths?.["/things"]?.post?.requestBody).to.have.nested.property("content.application/json");
  });
});

/** Never called: the compiler is the test, and `npm run check:types` runs it. */
export function whatDoesNotCompile(): void {
  const described = { ...texts, path: "/things", operationId: "thing", answers: one } as const;
  const handler = () => ({ id: 1, name: "one" });
  route({ ...described, method: "GET", may: "numbers.read" }, handler);
  // @ts-expect-error A route without the permission it requires.
  route({ ...described, method: "GET" }, handler);
  // @ts-expect-error A permission that does not exist.
  route({ ...described, method: "GET", may: "numbers.steal" }, handler);
  // @ts-expect-error A route that may change data, without its audit entry.
  route({ ...described, method: "POST", may: "numbers.write" }, handler);
  // @ts-expect-error A path parameter without a schema.
  route({ ...described, path: "/things/:id", method: "GET", may: "numbers.read" }, handler);
  // @ts-expect-error A response that does not match its documented shape.
  route({ ...described, method: "GET", may: "numbers.read" }, () => ({ id: "1", name: "one" }));
  // @ts-expect-error A status that the route does not declare.
  route({ ...described, method: "GET", may: "numbers.read" }, () => reply(202, { id: 1, name: "one" }));
  // @ts-expect-error Input that the route does not declare.
  route({ ...described, method: "GET", may: "numbers.read" }, ({ query }) => ({ id: query.id, name: "one" }));
}
