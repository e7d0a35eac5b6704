import { randomUUID } from "node:crypto";
import Koa from "koa";
import { createAccess } from "../../../src/access/access.ts";
import type { Access, AccessOptions } from "../../../src/access/access.ts";
import { createMappingHistory } from "../../../src/numbers/mappings/history.ts";
import { createPasswords } from "../../../src/access/passwords.ts";
import { createReveal } from "../../../src/access/reveal.ts";
import type { User } from "../../../src/access/types.ts";
import type { Role } from "../../../src/access/rules/rights.ts";
import { requiredAccess } from "../../../src/http/access/httpAccess.ts";
import type { HttpAccess } from "../../../src/http/access/httpAccess.ts";
import { everyRoute, servedRoutes } from "../../../src/http/features.ts";
import { createClientAddress } from "../../../src/http/server/clientAddress.ts";
import { createRouting } from "../../../src/http/server/routing.ts";
import type { Admitted } from "../../../src/http/server/route.ts";
import { answerProblems } from "../../../src/http/server/middleware.ts";
import { startHttpServer } from "../../../src/http/server/server.ts";
import type { HttpServer } from "../../../src/http/server/server.ts";
import { createLocalBus } from "../../../src/bus/localBus.ts";
import { inputReaders } from "../../support/routing.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import type { Pools } from "../../../src/numbers/types.ts";
import type { HealthRegistry } from "../../../src/ops/health.ts";
import type { Store } from "../../../src/store/types.ts";
import { createLive } from "../../../src/app/live.ts";
import type { Live } from "../../../src/app/live.ts";
import { startApi } from "../../support/api.ts";
import { createAnswerCheck } from "../../support/apiDocument.ts";
import { silentLogger } from "../../support/silentLogger.ts";

export const goodPassword = "drei blaue Zitronen im Regal";
export const unlimited = {
  user: { points: 0, durationSeconds: 60 },
  key: { points: 0, durationSeconds: 60 },
  address: { points: 0, durationSeconds: 60 },
  signIn: { points: 0, durationSeconds: 300 },
};

/** Real password hashes with a low cost, because some tests sign in hundreds of times. */
export const cheapPasswords = () => createPasswords({ cost: 16, concurrency: 4, mostWaiting: 10_000 });

interface TestClock {
  nowMs: number;
}

export interface TestAccess {
  readonly access: Access;
  readonly http: HttpAccess;
  readonly server: Pick<HttpServer, "url" | "server">;
  readonly clock: TestClock;
  /** Sends a request like one of our pages with the cookie in `as`, or like a program with the key in `as`. */
  ask(method: string, path: string, request?: AskOptions): Promise<Answer>;
  /** Creates a user with this role who can sign in. */
  user(role: Role, username?: string): Promise<User>;
  /** The cookie of a new session. */
  signIn(username: string): Promise<string>;
  key(scopes: Parameters<Access["keys"]["create"]>[0]["scopes"]): Promise<string>;
  close(): Promise<void>;
}

export interface GuardedApi extends TestAccess {
  readonly live: Live;
  /** Calls that this instance was told to hang up. */
  readonly hungUp: readonly string[];
  readonly uploadDirectory: string;
  readonly pools: Pools;
  readonly health: HealthRegistry;
}

export interface AskOptions {
  readonly cookie?: string | null;
  readonly key?: string;
  /** Sent as JSON, unless it is a form. */
  readonly body?: unknown;
  /** Override the headers of our pages. */
  readonly headers?: Record<string, string>;
  /** The client's address, if the API trusts 127.0.0.1 as its proxy. */
  readonly from?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // Its type depends on the test.
  readonly body: Record<string, unknown>;
}

export async function startAccessApi(
  store: Store,
  options: Partial<AccessOptions> & {
    readonly trustedProxies?: readonly string[];
    readonly publicUrl?: string;
  } = {},
): Promise<TestAccess> {
  const clock: TestClock = { nowMs: Date.now() };
  const bus = options.bus ?? createLocalBus({ logger: silentLogger });
  const access = createAccess({
    store,
    bus,
    logger: silentLogger,
    clock: { ...systemClock, nowMs: () => clock.nowMs },
    redis: null,
    limits: unlimited,
    passwords: cheapPasswords(),
    prefix: `test:${randomUUID()}`,
    ...options,
  });
  const http = requiredAccess(
    {
      access,
      reveal: createReveal(store),
      history: createMappingHistory(store, access.audit),
      nowMs: () => clock.nowMs,
    },
    { trustedProxies: options.trustedProxies ?? [], publicUrl: options.publicUrl ?? null },
  );
  const check = createAnswerCheck();
  const app = new Koa();
  app.use(async (ctx, next) => {
    // The responses of the fake route below are not documented.
    await next();
    if (!standIn.has(ctx.body)) await check.middleware(ctx, async () => undefined);
  });
  app.use(answerProblems(silentLogger));
  const served = servedRoutes({ session: { access }, access: http.ports }, inputReaders("RU"));
  const own = new Set(served.map(({ rule }) => rule));
  // Fakes all other routes. Requests that reach it have passed the checks.
  const standIn = new Set<unknown>();
  const others = everyRoute
    .filter(({ rule }) => !own.has(rule))
    .map(({ rule }) => ({
      rule,
      handle: async ({ ctx, viewer }: Admitted) => {
        ctx.body = { reached: true, viewer: viewer.kind };
        standIn.add(ctx.body);
      },
    }));
  const { gate, audit } = http;
  const clientAddress = createClientAddress(options.trustedProxies ?? []);
  const browserHeaders = async (): Promise<void> => undefined;
  app.use(
    createRouting([...served, ...others], {
      gate,
      audit,
      logger: silentLogger,
      clientAddress,
      browserHeaders,
    }),
  );
  const server = await startHttpServer(app, { host: "127.0.0.1", port: 0, clock: systemClock });
  const ask = asking(server.url);

  const self: TestAccess = {
    access,
    http,
    server,
    clock,
    ask,
    async user(role, username = `${role}-${randomUUID().slice(0, 8)}`) {
      const { id } = await access.users.create({ username, displayName: username, role });
      const { token } = await access.links.forUser(id);
      return access.links.accept(token, goodPassword, { address: "127.0.0.1" });
    },
    async signIn(username) {
      const answer = await ask("POST", "/session", { body: { username, password: goodPassword } });
      if (answer.status !== 200) throw new Error(`The sign-in was answered with ${answer.status}.`);
      return cookieOf(answer);
    },
    async key(scopes) {
      const { secret } = await access.keys.create({
        name: "test",
        scopes,
        expiresAtMs: null,
        createdBy: null,
      });
      return secret;
    },
    async close() {
      await server.close(500);
      await access.close();
      await bus.close();
      check.assertAllDocumented();
    },
  };
  return self;
}

/** The complete application over HTTP behind the access checks, with its live board. */
export async function startGuardedApi(
  store: Store,
  options: Parameters<typeof startAccessApi>[1] & { readonly liveSocketsPerUser?: number } = {},
): Promise<GuardedApi> {
  const { liveSocketsPerUser = 0, ...ofAccess } = options;
  const guard = await startAccessApi(store, ofAccess);
  const bus = createLocalBus({ logger: silentLogger });
  const hungUp: string[] = [];
  const live = createLive({
    node: "test",
    store,
    bus,
    clock: systemClock,
    logger: options.logger ?? silentLogger,
    hangUp: (callId) => hungUp.push(callId) > 0,
    placeTestCall: null,
  });
  const { logger = silentLogger } = options;
  const api = await startApi(store, { access: guard.http, logger, live, liveSocketsPerUser });
  return {
    ...guard,
    server: api.http,
    ask: asking(api.http.url),
    live,
    hungUp,
    uploadDirectory: api.uploadDirectory,
    pools: api.pools,
    health: api.health,
    async close() {
      await live.close();
      await api.close();
      await bus.close();
      await guard.close();
    },
  };
}

function asking(url: string): TestAccess["ask"] {
  return async (method, path, { cookie = null, key, body, headers = {}, from } = {}) => {
    const isForm = body instanceof URLSearchParams || body instanceof FormData;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(key === undefined && { Origin: url, "Sec-Fetch-Site": "same-origin" }),
        ...(cookie !== null && { Cookie: cookie }),
        ...(key !== undefined && { Authorization: `Bearer ${key}` }),
        ...(body !== undefined && !isForm && { "Content-Type": "application/json" }),
        ...(from !== undefined && { "X-Forwarded-For": from }),
        ...headers,
      },
      ...(body !== undefined && {
        body: isForm || typeof body === "string" ? body : JSON.stringify(body),
      }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
  };
}

/** `name=value` of the cookie in the response. */
export function cookieOf({ headers }: Answer): string {
  const [first = ""] = (headers.get("set-cookie") ?? "").split(";");
  if (first === "") throw new Error("The answer sets no cookie.");
  return first;
}
