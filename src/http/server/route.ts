import type { Context } from "koa";
import { z } from "zod";
import type { AuditAction, AuditEvent, AuditTarget } from "../../access/types.ts";
import type { Permission, Viewer } from "../../access/rules/rights.ts";
import type { Fields } from "./fields.ts";
import { readBody, readBodyOrForm, requireJson, usualMaxBytes } from "./body.ts";
import { receiveBody } from "./receiveBody.ts";
import { checked, readQuery } from "./query.ts";
import { Reply } from "./answers.ts";
import type { Answers, Refusals, Returned } from "./answers.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * `public`: everyone, signed in or not. `probe`: everyone, from any address and at any rate; who is signed in is
 * recognised. `signedIn`: any user or API key. `person`: a user with a session, for their own account. Otherwise a
 * permission.
 */
export type Requirement = "public" | "probe" | "signedIn" | "person" | Permission;

/** What the access check has to know of a route. */
export interface RouteRule {
  readonly method: Method;
  /** As Koa's router writes it, e.g. `/mappings/:id`. */
  readonly path: string;
  readonly may: Requirement;
  /** The audit log's entry; null: the route changes nothing and shows no more than the pages do. */
  readonly audit: AuditAction | null;
  /** The route takes a password, a code or a link, so that the limit of sign-in attempts applies. */
  readonly guessable: boolean;
  /** Asked by programs hundreds of times a second, and by no browser: the headers for browsers are left out. */
  readonly forPrograms: boolean;
}

/** How the API's document describes the operation. */
export interface Operation {
  /** Also the name of the method of the generated client. */
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string | null;
  readonly params: Readonly<Record<string, z.ZodType>> | null;
  readonly query: Schema<z.ZodType> | null;
  readonly headers: z.ZodObject | null;
  readonly body: Schema<z.ZodType> | null;
  readonly bodyTypes: readonly string[];
  readonly answers: Answers;
  readonly refusals: Refusals;
}

/** A schema, or one that depends on how phone numbers are read here. */
export type Schema<One extends z.ZodType> = One | ((fields: Fields) => One);

/** A request that was let in, before its input is checked. */
export interface Admitted {
  readonly ctx: Context;
  readonly viewer: Viewer;
  /** Adds to the audit log's entry. Never a phone number: numbers are named by the id of their mapping. */
  readonly note: (note: AuditNote) => void;
}

export interface AuditNote {
  readonly target?: AuditTarget;
  readonly details?: NonNullable<AuditEvent["details"]>;
}

/** Everything that there is to know about a route: who may call it, how it is documented, and what it does. */
export interface Route<Ports> {
  readonly rule: RouteRule;
  /** null: a page or one of its files, which the API's document leaves out. */
  readonly operation: Operation | null;
  /** Makes the handler of requests; `fields` read phone numbers as this installation does. */
  readonly bind: (ports: Ports, fields: Fields) => (admitted: Admitted) => Promise<void>;
}

type ParameterNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParameterNames<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

type Params<Path extends string> = Readonly<Record<ParameterNames<Path>, z.ZodType>>;
type Checked<P> = { readonly [Name in keyof P]: P[Name] extends z.ZodType ? z.output<P[Name]> : never };
type Input<S> = [S] extends [never] ? undefined : z.output<S>;

interface Common<Path extends string, P, A extends Answers> {
  readonly path: Path;
  /** There is no default: a route that does not say who may call it does not compile. */
  readonly may: Requirement;
  readonly guessable?: boolean;
  readonly forPrograms?: boolean;
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly params?: P;
  /** The successful answers by status; the first is that of a handler which returns just a body. */
  readonly answers: A;
  readonly refusals?: Refusals;
  /** Only described: the handler reads them from `ctx`. */
  readonly headers?: z.ZodObject;
}

/** Whatever may change something says what the audit log has of it. */
type Audited =
  | { readonly method: "GET"; readonly audit?: AuditAction | null }
  | { readonly method: Exclude<Method, "GET">; readonly audit: AuditAction | null };

type Spec<Path extends string, P, Q extends z.ZodType, B extends z.ZodType, A extends Answers> = Common<
  Path,
  P,
  A
> &
  Audited &
  ([ParameterNames<Path>] extends [never] ? unknown : { readonly params: P }) & {
    readonly query?: Schema<Q>;
    readonly body?: Schema<B>;
    /** JSON that is only described: the handler receives its bytes and has them read elsewhere. */
    readonly deferredBody?: Schema<z.ZodType>;
    /** The largest body, 64 KB where absent. */
    readonly maxBodyBytes?: number;
    /** The body may also be an HTML form. */
    readonly form?: boolean;
    /** A multipart form, only described: the handler reads it from `ctx`. */
    readonly multipart?: z.ZodType;
  };

/** What a handler is given: the checked input, and on whose behalf it acts. */
export interface Asked<Ports, P, Q, B> extends Admitted {
  readonly ports: Ports;
  readonly params: Checked<P>;
  readonly query: Input<Q>;
  readonly body: Input<B>;
  /** The bytes of a `deferredBody`. */
  readonly receive: () => Promise<Buffer>;
}

type DescribeRoute<Ports> = <
  const Path extends string,
  const P extends Params<Path>,
  const A extends Answers,
  Q extends z.ZodType = never,
  B extends z.ZodType = never,
>(
  spec: Spec<Path, P, Q, B, A>,
  handler: (asked: Asked<Ports, P, Q, B>) => Returned<A> | Promise<Returned<A>>,
) => Route<Ports>;

/** `route({ method, path, may, … }, handler)` for handlers that use these ports. */
export function routesFor<Ports>(): DescribeRoute<Ports> {
  return (spec, handler) => {
    const { method, path, may, audit = null, guessable = false, forPrograms = false, answers } = spec;
    const paramsSchema = spec.params === undefined ? null : z.object(spec.params);
    const { maxBodyBytes: maxBytes = usualMaxBytes } = spec;
    const first = Math.min(...Object.keys(answers).map(Number));
    return {
      rule: { method, path, may, audit, guessable, forPrograms },
      operation: operationOf(spec),
      bind(ports, fields) {
        const querySchema = resolved(spec.query, fields);
        const bodySchema = resolved(spec.body, fields);
        const read = spec.form === true ? readBodyOrForm : readBody;
        return async ({ ctx, viewer, note }) => {
          const params = paramsSchema === null ? none : paramsOf(ctx, paramsSchema);
          const query = querySchema === null ? undefined : readQuery(ctx, querySchema);
          const body = bodySchema === null ? undefined : await read(ctx, bodySchema, { maxBytes });
          const receive = spec.deferredBody === undefined ? noBody : () => bytesOf(ctx, maxBytes);
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the compiler cannot follow that each schema above is the one of the types
          const asked = { ctx, viewer, note, ports, params, query, body, receive } as Parameters<
            typeof handler
          >[0];
          const returned = await handler(asked);
          if (returned instanceof Reply) send(ctx, answers, returned.status, returned.body);
          else send(ctx, answers, first, returned);
        };
      },
    };
  };
}

type DescribePage<Ports> = (
  rule: Pick<RouteRule, "path" | "may">,
  handler: (asked: Admitted & { readonly ports: Ports }) => void | Promise<void>,
) => Route<Ports>;

/** `page({ path, may }, handler)`: for what people load in a browser. The handler answers by `ctx`. */
export function pagesFor<Ports>(): DescribePage<Ports> {
  return ({ path, may }, handler) => ({
    rule: { method: "GET", path, may, audit: null, guessable: false, forPrograms: false },
    operation: null,
    bind: (ports) => async (admitted) => handler({ ...admitted, ports }),
  });
}

async function noBody(): Promise<never> {
  throw new Error("A handler asked for a body that its route does not describe.");
}

function bytesOf(ctx: Context, maxBytes: number): Promise<Buffer> {
  requireJson(ctx);
  return receiveBody(ctx.req, maxBytes);
}

const none: Readonly<Record<string, never>> = {};

function resolved<One extends z.ZodType>(schema: Schema<One> | undefined, fields: Fields): One | null {
  if (schema === undefined) return null;
  return typeof schema === "function" ? schema(fields) : schema;
}

function paramsOf<P extends z.ZodObject>(ctx: Context, schema: P): z.output<P> {
  return checked(schema, ctx["params"], {
    code: "ID_INVALID",
    detail: "The ID in the address is not a whole number.",
    place: "parameter",
  });
}

const jsonType = "application/json; charset=utf-8";

function send(ctx: Context, answers: Answers, status: number, body: unknown): void {
  const answer = answers[status];
  if (answer === undefined) throw new Error("A handler answered with a status that its route does not have.");
  ctx.status = status;
  if (answer.type === null) return;
  if (answer.type === "application/json") {
    // Koa would look the type up again for each answer.
    ctx.res.setHeader("Content-Type", jsonType);
    ctx.body = answer.isText === true ? body : JSON.stringify(body);
    return;
  }
  if (!ctx.res.hasHeader("Content-Type")) ctx.type = answer.type;
  ctx.body = body;
}

function operationOf(spec: {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly params?: Readonly<Record<string, z.ZodType>>;
  readonly query?: Schema<z.ZodType>;
  readonly headers?: z.ZodObject;
  readonly body?: Schema<z.ZodType>;
  readonly deferredBody?: Schema<z.ZodType>;
  readonly form?: boolean;
  readonly multipart?: z.ZodType;
  readonly answers: Answers;
  readonly refusals?: Refusals;
}): Operation {
  const { operationId, tags, summary, answers, multipart } = spec;
  return {
    operationId,
    tags,
    summary,
    description: spec.description ?? null,
    params: spec.params ?? null,
    query: spec.query ?? null,
    headers: spec.headers ?? null,
    body: multipart ?? spec.deferredBody ?? spec.body ?? null,
    bodyTypes:
      multipart !== undefined
        ? ["multipart/form-data"]
        : ["application/json", ...(spec.form === true ? ["application/x-www-form-urlencoded"] : [])],
    answers,
    refusals: spec.refusals ?? {},
  };
}
