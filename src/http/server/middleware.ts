import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import { Readable } from "node:stream";
import type { Context, Middleware, Next } from "koa";
import type { Metrics } from "../../ops/metrics.ts";
import type { Logger, SteadyClock } from "../../ops/types.ts";
import type { EventLoopWatch } from "../../ops/eventLoop.ts";
import { methodLabel } from "../../ops/metrics.ts";
import type { ClientAddress } from "./clientAddress.ts";
import { healthPaths } from "./healthPaths.ts";
import { languageOf } from "./language.ts";
import { isPassing, problemPage } from "./problemPage.ts";
import { problemOf } from "./problemOf.ts";
import { clientGone, HttpProblem } from "./problems.ts";

/** The only place where errors become responses. */
export function answerProblems(logger: Logger): Middleware {
  return async (ctx, next) => {
    // Responses contain personal data: no proxy or browser may cache them.
    ctx.res.setHeader("Cache-Control", "no-store");
    ctx.res.setHeader("X-Content-Type-Options", "nosniff");
    try {
      await next();
      // The router's own errors have a status but no text.
      if (ctx.status >= 400 && (ctx.body === undefined || ctx.body === null))
        answer(ctx, bareProblem(ctx.status));
    } catch (error) {
      answer(ctx, problemAfter(ctx, error, logger));
    }
  };
}

function problemAfter(ctx: Context, error: unknown, logger: Logger): HttpProblem {
  const known = problemOf(error);
  // The client disconnected midway, which explains any problem with its request.
  if (ctx.res.destroyed && (known !== null || isDisconnect(error))) return clientGone(error);
  return known ?? unforeseen(error, logger);
}

function answer(ctx: Context, problem: HttpProblem): void {
  const { headers = {} } = problem.options;
  ctx.status = problem.status;
  ctx.set({ ...headers });
  ctx.vary("Accept");
  if (isForReading(ctx)) {
    ctx.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    if (isPassing(problem)) ctx.set("Refresh", headers["Retry-After"] ?? "");
    ctx.body = problemPage(problem, languageOf(ctx));
    ctx.type = "html";
    return;
  }
  ctx.body = JSON.stringify(problem.body);
  ctx.type = "application/problem+json";
}

/**
 * Whether a person opens this address in a browser. Our own pages do not ask for HTML; the libraries of some programs do, but
 * programs have a key.
 */
const isForReading = (ctx: Context): boolean =>
  (ctx.method === "GET" || ctx.method === "HEAD") &&
  ctx.headers["x-api-key"] === undefined &&
  !/^Bearer /iu.test(ctx.headers.authorization ?? "") &&
  ctx.accepts("json", "html") === "html";

function bareProblem(status: number): HttpProblem {
  const words = STATUS_CODES[status] ?? "Error";
  return new HttpProblem({
    status,
    code: status === 404 ? "NOT_FOUND" : words.toUpperCase().replaceAll(/[^A-Z]+/g, "_"),
    detail: status === 404 ? "There is nothing at this address." : `${words}.`,
    ...(status === 404 && { remedy: "See `/docs` for the addresses of the API." }),
  });
}

/** An unexpected error: the client gets an ID by which the line in the log is found. */
function unforeseen(error: unknown, logger: Logger): HttpProblem {
  const errorId = randomUUID();
  logger.error("Unexpected error in a request", { error, errorId });
  return new HttpProblem({
    status: 500,
    code: "INTERNAL",
    detail: "An unexpected error occurred on the server.",
    remedy: "Try again. If it happens again, look for this errorId in the log.",
    members: { errorId },
  });
}

interface ObserveRequestsOptions {
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, "httpAnswered">;
  readonly clientAddress: ClientAddress;
  readonly clock: SteadyClock;
  /** Receives the routes in progress, so that a stall can be attributed. */
  readonly eventLoop?: Pick<EventLoopWatch, "begin"> | undefined;
}

/**
 * Counts and logs every request by route template, because its path may contain a phone number. Lookups and other
 * plain reads are logged at debug level: a busy dialplan sends hundreds a second.
 */
export function observeRequests(options: ObserveRequestsOptions): Middleware {
  const { logger, metrics, clientAddress, clock, eventLoop } = options;
  return async (ctx, next: Next) => {
    const startedAtMs = clock.steadyMs();
    // Until the last byte: an export is written long after its handler has returned.
    const over = eventLoop?.begin(() => `${methodLabel(ctx.method)} ${routeOf(ctx)}`);
    let sent: (() => void) | undefined;
    ctx.res.once("close", () => {
      over?.();
      sent?.();
    });
    await next();
    const tookMs = clock.steadyMs() - startedAtMs;
    // A client may leave before it has received all of a stream.
    if (ctx.body instanceof Readable && !ctx.res.destroyed)
      sent = () => note(ctx.res.writableFinished ? ctx.status : goneStatus);
    else note(ctx.res.destroyed ? goneStatus : ctx.status);

    function note(status: number): void {
      const route = routeOf(ctx);
      const { method } = ctx;
      metrics.httpAnswered(method, route, status, tookMs);
      const level = levelOf(method, route, status);
      if (level === "debug" && !logger.debugging) return;
      logger[level]("Request", {
        method,
        route,
        status,
        tookMs: Math.round(tookMs * 10) / 10,
        client: clientAddress(ctx.req),
      });
    }
  };
}

const goneStatus = 499;

/** The parser's errors begin with HPE: the request ended in the middle, or continued with something else. */
const disconnects = /^(?:ECONNRESET|EPIPE|ERR_STREAM_PREMATURE_CLOSE|HPE_\w+)$/;

/** Whether reading the request, or sending the response, failed because of the client's connection. */
export const isDisconnect = (error: unknown): boolean =>
  error instanceof Error && "code" in error && disconnects.test(String(error.code));

function routeOf({ _matchedRoute: matched }: Context): string {
  return typeof matched === "string" ? matched : "unmatched";
}

function levelOf(method: string, route: string, status: number): "debug" | "info" | "warn" {
  // The answer already reports the health, so the log need not.
  if (status >= 500 && !healthPaths.has(route)) return "warn";
  return method === "GET" || method === "HEAD" ? "debug" : "info";
}
