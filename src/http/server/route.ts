import type { Context } from "koa";
import { z } from "zod";
import { givesAway } from "../../access/types.ts";
import type { AuditAction, AuditEvent, AuditTarget } from "../../access/types.ts";
import type { ShownNumbers } from "../../access/rules/present.ts";
import type { Permission, Viewer } from "../../access/rules/rights.ts";
import type { Fields } from "./fields.ts";
import { usualMaxBytes } from "./body.ts";
import type { BodyReader } from "./body.ts";
import { checked, readQuery } from "./query.ts";
import { type Operation, operationOf, resolved, type Schema } from "./operation.ts";
import { Reply } from "./answers.ts";
import type { Answers, Refusals, Returned } from "./answers.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * `public`: every client. `probe`: every client, from any address and at any rate; signed-in viewers are
 * recognized. `signedIn`: any user or API key. `person`: a user with a session, for their own account. Otherwise a
 * permission.
 */
export type Requirement = "public" | "probe" | "signedIn" | "person" | Permission;

/** The part of a route that the access check needs. */
export interface RouteRule {
  readonly method: Method;
  /** In the notation of Koa's router, e.g. `/mappings/:id`. */
  readonly path: string;
  readonly may: Requirement;
  /**
   * The answer reveals whether a real number is known, so the route also needs the permission to see them. Otherwise a
   * masked number could be guessed step by step.
   */
  readonly confirmsNumbers: boolean;
  /** The audit log action; null: the route changes nothing and shows no more than the pages do. */
  readonly audit: AuditAction | null;
  /**
   * The route signs a user in. It counts attempts itself, by user and address, so that one client cannot use up the
   * requests of an address that many users share.
   */
  readonly signsIn: boolean;
  /** Called by programs hundreds of times a second, and by no browser: omits the headers for browsers. */
  readonly forPrograms: boolean;
  /** It shows stored data, and may lack writes of others in the last seconds. */
  readonly mayLag: boolean;
  /** After it, viewers expect to see a write: their own, or one that they learned of. */
  readonly tellsOfWrites: boolean;
}

/** An admitted request, before its input is validated. */
export interface Admitted {
  readonly ctx: Context;
  /** `shown`: counts the real numbers of the answer, which the log has to say. Presenters of numbers do it. */
  readonly viewer: Viewer & { readonly shown?: ShownNumbers };
  /** Adds to the audit log entry. Never a phone number: numbers are identified by mapping ID. */
  readonly note: (note: AuditNote) => void;
}

export interface AuditNote {
  /** Nothing was changed, because the request was a dry run: there is no entry. */
  readonly changesNothing?: true;
  readonly target?: AuditTarget;
  readonly details?: NonNullable<AuditEvent["details"]>;
  readonly changes?: NonNullable<AuditEvent["changes"]>;
}

/** The readers of request input in this installation. */
export interface InputReaders {
  /** Parses phone numbers of its country. */
  readonly fields: Fields;
  readonly bodies: BodyReader;
}

/** The complete definition of a route: who may call it, how it is documented, and what it does. */
export interface Route<Ports> {
  readonly rule: RouteRule;
  /** null: a page or one of its files, which are not in the OpenAPI document. */
  readonly operation: Operation | null;
  /** Creates the request handler. */
  readonly bind: (ports: Ports, input: InputReaders) => (admitted: Admitted) => Promise<void>;
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
  /** There is no default: a route without `may` does not compile. */
  readonly may: Requirement;
  readonly confirmsNumbers?: boolean;
  readonly signsIn?: boolean;
  readonly forPrograms?: boolean;
  readonly mayLag?: boolean;
  /** By default, every route that changes something. */
  readonly tellsOfWrites?: boolean;
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly params?: P;
  /** The successful responses by status; the first is that of a handler which returns only a body. */
  readonly answers: A;
  readonly refusals?: Refusals;
  /** Documented only: the handler reads them from `ctx`. */
  readonly headers?: z.ZodObject;
}

/** Routes that may change something must define their audit log action. */
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
    /** JSON that is documented only: the handler receives its bytes. */
    readonly deferredBody?: Schema<z.ZodType>;
    /** A body of lines, documented only: the handler receives its bytes. */
    readonly csvBody?: z.ZodType;
    /** Maximum body size; 64 kB by default. */
    readonly maxBodyBytes?: number;
    /** The body may also be an HTML form. */
    readonly form?: boolean;
    /** A multipart form, documented only: the handler reads it from `ctx`. */
    readonly multipart?: z.ZodType;
  };

/** The arguments of a handler: the validated input and the viewer. */
interface Asked<Ports, P, Q, B> extends Admitted {
  readonly ports: Ports;
  readonly params: Checked<P>;
  readonly query: Input<Q>;
  readonly body: Input<B>;
  /** The bytes of a `deferredBody` or `csvBody`. */
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
    const { method, path, may, audit = null, answers } = spec;
    const { confirmsNumbers = false, signsIn = false, forPrograms = false, mayLag = false } = spec;
    const { tellsOfWrites = audit !== null && !givesAway.has(audit) } = spec;
    const paramsSchema = spec.params === undefined ? null : z.object(spec.params);
    const { maxBodyBytes: maxBytes = usualMaxBytes } = spec;
    const first = Math.min(...Object.keys(answers).map(Number));
    return {
      rule: { method, path, may, confirmsNumbers, audit, signsIn, forPrograms, mayLag, tellsOfWrites },
      operation: operationOf(spec),
      bind(ports, { fields, bodies }) {
        const querySchema = resolved(spec.query, fields);
        const bodySchema = resolved(spec.body, fields);
        const read = spec.form === true ? bodies.jsonOrForm : bodies.json;
        return async ({ ctx, viewer, note }) => {
          const params = paramsSchema === null ? none : paramsOf(ctx, paramsSchema);
          const query = querySchema === null ? undefined : readQuery(ctx, querySchema);
          const body = bodySchema === null ? undefined : await read(ctx, bodySchema, maxBytes);
          const receive =
            spec.csvBody !== undefined
              ? () => bodies.csvBytes(ctx, maxBytes)
              : spec.deferredBody === undefined
                ? noBody
                : () => bodies.jsonBytes(ctx, maxBytes);
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

/** `page({ path, may }, handler)`: for pages in a browser. The handler responds through `ctx`. */
export function pagesFor<Ports>(): DescribePage<Ports> {
  return ({ path, may }, handler) => ({
    rule: {
      method: "GET",
      path,
      may,
      confirmsNumbers: false,
      audit: null,
      signsIn: false,
      forPrograms: false,
      mayLag: false,
      tellsOfWrites: false,
    },
    operation: null,
    bind: (ports) => async (admitted) => handler({ ...admitted, ports }),
  });
}

async function noBody(): Promise<never> {
  throw new Error("A handler requested a body that its route does not define.");
}

const none: Readonly<Record<string, never>> = {};

function paramsOf<P extends z.ZodObject>(ctx: Context, schema: P): z.output<P> {
  return checked(schema, ctx["params"], {
    code: "ID_INVALID",
    detail: "The ID in the URL is not a whole number.",
    place: "parameter",
  });
}

const jsonType = "application/json; charset=utf-8";

function send(ctx: Context, answers: Answers, status: number, body: unknown): void {
  const answer = answers[status];
  if (answer === undefined) throw new Error("A handler returned a status that its route does not define.");
  ctx.status = status;
  if (answer.type === null) return;
  if (answer.type === "application/json") {
    // Koa would look up the type for each response.
    ctx.res.setHeader("Content-Type", jsonType);
    ctx.body = answer.isText === true ? body : JSON.stringify(body);
    return;
  }
  if (!ctx.res.hasHeader("Content-Type")) ctx.type = answer.type;
  ctx.body = body;
}
