import { METHODS } from "node:http";
import { Router } from "@koa/router";
import type { Context, Middleware } from "koa";
import { actorOf } from "../../access/auditLog.ts";
import type { AuditLog } from "../../access/auditLog.ts";
import type { RecentWriters } from "../../access/recentWriters.ts";
import { givesAway } from "../../access/types.ts";
import type { AuditAction, AuditTarget } from "../../access/types.ts";
import type { Viewer } from "../../access/rules/rights.ts";
import type { Logger } from "../../ops/types.ts";
import type { Gate } from "../access/gate.ts";
import type { ClientAddress } from "./clientAddress.ts";
import { problemOf } from "./problemOf.ts";
import { targetInvalid } from "./problems.ts";
import { countShownNumbers, numbersIn } from "./shownNumbers.ts";
import { isProperTarget } from "./target.ts";
import type { Admitted, AuditNote, Method, RouteRule } from "./route.ts";

/** A route with its bound handler. */
export interface ServedRoute {
  readonly rule: RouteRule;
  readonly handle: (admitted: Admitted) => Promise<void>;
  /** The same from data that may lag, for viewers who have not written recently. */
  readonly handleLagging?: (admitted: Admitted) => Promise<void>;
}

interface RoutingOptions {
  readonly gate: Gate;
  readonly audit: Pick<AuditLog, "record">;
  readonly logger: Logger;
  /** null: no route has data that lags. */
  readonly recentWriters?: RecentWriters | null;
  readonly clientAddress: ClientAddress;
  /** Sets security headers for browsers; routes for programs omit them. */
  readonly browserHeaders: Middleware;
}

/** Koa middleware. */
export type Routing = (ctx: RoutedContext) => Promise<void>;

/**
 * Finds the route of a request, checks access, runs the handler, and writes the audit log entry before the response
 * is sent.
 */
export function createRouting(routes: readonly ServedRoute[], options: RoutingOptions): Routing {
  const { gate, audit, clientAddress, browserHeaders, recentWriters = null } = options;
  const countShown = countShownNumbers(options);
  const routers = createRouters(routes, serve);
  const root = smallRouter(newRouter());

  function serve(ctx: Context, route: ServedRoute): Promise<void> {
    const { rule, handle } = route;
    const viewer = recognise(ctx, rule);
    // The path of a busy dialplan's lookups, without unneeded promises.
    return viewer !== null && rule.forPrograms && rule.audit === null
      ? handle({ ctx, viewer, note: ignored })
      : serveOther(ctx, route, viewer);
  }

  async function serveOther(
    ctx: Context,
    { rule, handle: fromPrimary, handleLagging }: ServedRoute,
    recognised: Viewer | null,
  ): Promise<void> {
    const viewer = recognised ?? (await admit(ctx, rule));
    if (!rule.forPrograms) await browserHeaders(ctx, nothing);
    const lags = handleLagging !== undefined && (await recentWriters?.mayLag(viewer)) === true;
    const handle = lags ? handleLagging : told(fromPrimary, rule);
    const shown = countShown(ctx, viewer, rule);
    const asked = { ...viewer, shown };
    try {
      if (rule.audit === null) await handle({ ctx, viewer: asked, note: ignored });
      else await audited(ctx, asked, rule, rule.audit, handle);
    } catch (error) {
      shown.add(numbersIn(problemOf(error)));
      throw error;
    }
  }

  /** A change that failed may be made nevertheless. */
  function told(handle: ServedRoute["handle"], rule: RouteRule): ServedRoute["handle"] {
    if (recentWriters === null || !rule.tellsOfWrites) return handle;
    return async (admitted) => {
      try {
        await handle(admitted);
      } finally {
        await recentWriters.wrote(admitted.viewer);
      }
    };
  }

  function recognise(ctx: Context, rule: RouteRule): Viewer | null {
    try {
      return gate.recognise(ctx.req, rule);
    } catch (error) {
      closeUnread(ctx);
      throw error;
    }
  }

  async function admit(ctx: Context, rule: RouteRule | null): Promise<Viewer> {
    try {
      return await gate.admit(ctx.req, rule);
    } catch (error) {
      closeUnread(ctx);
      throw error;
    }
  }

  async function audited(
    ctx: Context,
    viewer: Admitted["viewer"],
    rule: RouteRule,
    action: AuditAction,
    handle: ServedRoute["handle"],
  ): Promise<void> {
    let noted: AuditNote = {};
    const note = ({ changesNothing, target, details, changes }: AuditNote): void => {
      noted = {
        ...noted,
        ...(changesNothing && { changesNothing }),
        ...(target && { target }),
        ...(changes && { changes }),
        ...(details && { details: { ...noted.details, ...details } }),
      };
    };
    const write = (
      outcome: "done" | "failed",
      more: Readonly<Record<string, string | number>>,
    ): Promise<void> =>
      audit.record({
        action,
        outcome,
        actor: actorOf(viewer),
        target: noted.target ?? targetOf(rule, ctx),
        address: clientAddress(ctx.req),
        details: { route: `${rule.method} ${rule.path}`, ...noted.details, ...more },
        ...(noted.changes && { changes: noted.changes }),
      });
    try {
      await handle({ ctx, viewer, note });
    } catch (error) {
      // The client must learn of the failure, whether or not the entry could be written.
      await write("failed", { code: problemOf(error)?.code ?? "INTERNAL" }).catch(() => undefined);
      throw error;
    }
    if (noted.changesNothing) return;
    const written = write(ctx.status < 400 ? "done" : "failed", { status: ctx.status });
    // No data is disclosed without an entry. A change is final whatever the response; its entry is written later.
    await (givesAway.has(action) ? written : written.catch(() => undefined));
  }

  /** A path without a route reveals no more to an unknown client than one with a route. */
  async function unmatched(ctx: RoutedContext, { allowedMethods }: SmallRouter): Promise<void> {
    await admit(ctx, null);
    await browserHeaders(ctx, nothing);
    await allowedMethods(ctx, nothing);
  }

  return (ctx) => {
    if (!isProperTarget(ctx.req.url ?? "", ctx.method)) {
      closeUnread(ctx);
      return Promise.reject(targetInvalid());
    }
    const router = routers.get(firstPart(ctx.path)) ?? root;
    return router.dispatch(ctx, () => unmatched(ctx, router));
  };
}

type Dispatch = ReturnType<Router["routes"]>;
type AllowedMethods = ReturnType<Router["allowedMethods"]>;
type RoutedContext = Parameters<Dispatch>[0] & Parameters<AllowedMethods>[0];

interface SmallRouter {
  readonly dispatch: Dispatch;
  /** Handles 405 and `OPTIONS` for known paths. */
  readonly allowedMethods: AllowedMethods;
}

/** By the first path segment: a router tries its patterns one by one, so each has only a few. */
function createRouters(
  routes: readonly ServedRoute[],
  serve: (ctx: Context, route: ServedRoute) => Promise<void>,
): ReadonlyMap<string, SmallRouter> {
  const routers = new Map<string, Router>();
  for (const route of routes.toSorted((one, other) => variableParts(one) - variableParts(other))) {
    const part = firstPart(route.rule.path);
    const router = routers.get(part) ?? newRouter();
    routers.set(part, router);
    register[route.rule.method](router, route.rule.path, (ctx) => serve(ctx, route));
  }
  return new Map([...routers].map(([part, router]) => [part, smallRouter(router)]));
}

/** With every method that requests can have: the router answers 501 to those it does not know, as if we had failed. */
const newRouter = (): Router => new Router({ methods: METHODS });

const smallRouter = (router: Router): SmallRouter => ({
  dispatch: router.routes(),
  allowedMethods: router.allowedMethods(),
});

type Register = (router: Router, path: string, answer: (ctx: Context) => Promise<void>) => unknown;

const register: Readonly<Record<Method, Register>> = {
  GET: (router, path, answer) => router.get(path, answer),
  POST: (router, path, answer) => router.post(path, answer),
  PUT: (router, path, answer) => router.put(path, answer),
  PATCH: (router, path, answer) => router.patch(path, answer),
  DELETE: (router, path, answer) => router.delete(path, answer),
};

/** Fixed paths come before those with parameters: `/calls/export.csv` is not a call. */
const variableParts = ({ rule }: ServedRoute): number => rule.path.split(/[:*]/).length;

/** `mappings` for `/mappings/17`; case-insensitive, as in the router. */
function firstPart(path: string): string {
  const end = path.indexOf("/", 1);
  return path.slice(1, end === -1 ? undefined : end).toLowerCase();
}

const nothing = async (): Promise<void> => undefined;
const ignored = (): void => undefined;

/** The target by the ID in the path. Only lookup paths contain phone numbers, and they are not audited. */
function targetOf({ path }: RouteRule, ctx: Context): AuditTarget | null {
  const { id, callId }: { readonly id?: string; readonly callId?: string } = ctx["params"];
  const named = id ?? callId;
  return named === undefined ? null : { kind: firstPart(path), id: named };
}

/** A rest of a body that is read and dropped. */
const mostDropped = 64 * 1024;

/**
 * The body of a rejected request is not read. If it is large, the connection ends with the response instead of waiting for
 * it. The client of a small one is still sending it, and would lose the response with the connection.
 */
function closeUnread(ctx: Context): void {
  const { "content-length": bytes = "0", "transfer-encoding": encoding } = ctx.req.headers;
  if (encoding !== undefined || Number(bytes) > mostDropped) ctx.set("Connection", "close");
}
