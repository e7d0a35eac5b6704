import { randomUUID } from "node:crypto";
import { Router } from "@koa/router";
import Koa from "koa";
import { createAccess } from "../../../src/access/access.ts";
import type { Access, AccessOptions } from "../../../src/access/access.ts";
import { createPasswords } from "../../../src/access/passwords.ts";
import { createReveal } from "../../../src/access/reveal.ts";
import type { User } from "../../../src/access/types.ts";
import type { Role } from "../../../src/domain/accessRights.ts";
import { requiredAccess } from "../../../src/http/access.ts";
import type { HttpAccess } from "../../../src/http/access.ts";
import { viewerOf } from "../../../src/http/accessViewer.ts";
import { answerProblems } from "../../../src/http/middleware.ts";
import { startHttpServer } from "../../../src/http/server.ts";
import type { HttpServer } from "../../../src/http/server.ts";
import { createLocalBus } from "../../../src/live/bus.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import type { Store } from "../../../src/store/types.ts";
import { quietLogger } from "../../support/databases.ts";

export const goodPassword = "drei blaue Zitronen im Regal";
export const unlimited = {
  user: { points: 0, durationSeconds: 60 },
  key: { points: 0, durationSeconds: 60 },
  address: { points: 0, durationSeconds: 60 },
  signIn: { points: 0, durationSeconds: 300 },
};

/** Passwords as in earnest, but cheap: some tests sign in hundreds of times. */
export const cheapPasswords = () => createPasswords({ cost: 16, concurrency: 4, queue: 10_000 });

export interface TestClock {
  nowMs: number;
}

export interface TestAccess {
  readonly access: Access;
  readonly http: HttpAccess;
  readonly server: HttpServer;
  readonly clock: TestClock;
  /** As a page of ours asks, with the cookie of `as`, or a program with the key of `as`. */
  ask(method: string, path: string, request?: AskOptions): Promise<Answer>;
  /** Makes a user of the role who can sign in. */
  user(role: Role, username?: string): Promise<User>;
  /** The cookie of a new session. */
  signIn(username: string): Promise<string>;
  key(scopes: Parameters<Access["keys"]["create"]>[0]["scopes"]): Promise<string>;
  close(): Promise<void>;
}

export interface AskOptions {
  readonly cookie?: string | null;
  readonly key?: string;
  readonly body?: unknown;
  /** Over those of a page of ours. */
  readonly headers?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // What it holds is what the test is about.
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
  const bus = options.bus ?? createLocalBus({ logger: quietLogger });
  const access = createAccess({
    store,
    bus,
    logger: quietLogger,
    nowMs: () => clock.nowMs,
    redis: null,
    limits: unlimited,
    passwords: cheapPasswords(),
    prefix: `test:${randomUUID()}`,
    ...options,
  });
  const http = requiredAccess(
    { access, reveal: createReveal(store) },
    { trustedProxies: options.trustedProxies ?? [], publicUrl: options.publicUrl ?? null },
  );
  const router = new Router();
  http.addRoutes(router);
  const app = new Koa();
  app.use(answerProblems(quietLogger));
  app.use(http.middleware);
  app.use(router.routes());
  // Stands for all other routes: what reaches it was let through.
  app.use((ctx) => {
    ctx.body = { reached: true, viewer: viewerOf(ctx).kind };
  });
  const server = await startHttpServer(app, { host: "127.0.0.1", port: 0, clock: systemClock });

  async function ask(method: string, path: string, request: AskOptions = {}): Promise<Answer> {
    const { cookie = null, key, body, headers = {} } = request;
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: {
        ...(key === undefined && { Origin: server.url, "Sec-Fetch-Site": "same-origin" }),
        ...(cookie !== null && { Cookie: cookie }),
        ...(key !== undefined && { Authorization: `Bearer ${key}` }),
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
  }

  const self: TestAccess = {
    access,
    http,
    server,
    clock,
    ask,
    async user(role, username = `${role}-${randomUUID().slice(0, 8)}`) {
      const { id } = await access.users.create({ username, displayName: username, role });
      const { token } = await access.links.forUser(id);
      return access.links.accept(token, goodPassword);
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
    },
  };
  return self;
}

/** `name=value` of the cookie that the answer sets. */
export function cookieOf({ headers }: Answer): string {
  const [first = ""] = (headers.get("set-cookie") ?? "").split(";");
  if (first === "") throw new Error("The answer sets no cookie.");
  return first;
}
