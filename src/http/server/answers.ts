import type { Readable } from "node:stream";
import { extendZodWithOpenApi } from "@asteasolutions/zod-to-openapi";
import { z } from "zod";

// Must run before any schema is created: schemas without an operation, such as the WebSocket's, cannot be
// registered without it.
extendZodWithOpenApi(z);

/** A response of a route with one status. `Body` is what its handler returns. */
interface Answer<Body> {
  readonly description: string;
  /** null: the response has no body. */
  readonly type: string | null;
  readonly schema: z.ZodType | null;
  /** Another media type, which the handler sets. */
  readonly orType?: string;
  /** The handler returns JSON as text. */
  readonly isText?: boolean;
  /** For the compiler only. */
  readonly body?: Body;
}

export type Answers = Readonly<Record<number, Answer<unknown>>>;

/** The same type with read-only members: responses are only read. */
type Sendable<T> = T extends readonly (infer Item)[]
  ? readonly Sendable<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]: Sendable<T[Name]> }
    : T;

export const json = <Schema extends z.ZodType>(
  description: string,
  schema: Schema,
): Answer<Sendable<z.output<Schema>>> => ({ description, type: "application/json", schema });

/** JSON as text. */
export const jsonText = (description: string, schema: z.ZodType): Answer<string> => ({
  description,
  type: "application/json",
  schema,
  isText: true,
});

/** A stream. The handler sets the file name with `ctx.attachment`. */
const file = (description: string, type: string, schema: z.ZodType): Answer<Readable> => ({
  description,
  type,
  schema,
});

/** The media type of an .xlsx. */
export const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

export const csvOrWorkbook = (description: string): Answer<Readable> => ({
  ...csv(description),
  orType: workbookType,
});

export const csv = (description: string): Answer<Readable> => file(description, "text/csv", z.string());

export const workbook = file("The file.", workbookType, z.string().meta({ format: "binary" }));

export const text = (description: string): Answer<string> => ({
  description,
  type: "text/plain",
  schema: z.string(),
});

/** 204 and the like. */
export const empty = (description: string): Answer<void> => ({ description, type: null, schema: null });

/** A response with a status other than the first in `answers`. */
export class Reply<Status extends number, Body> {
  readonly status: Status;
  readonly body: Body;

  constructor(status: Status, body: Body) {
    this.status = status;
    this.body = body;
  }
}

export const reply = <const Status extends number, Body>(status: Status, body: Body): Reply<Status, Body> =>
  new Reply(status, body);

/** The return type of a handler: the body of its first response, or a reply with a status. */
export type Returned<A extends Answers> =
  | (A[keyof A] extends Answer<infer Body> ? Body : never)
  | { [Status in keyof A]: Status extends number ? Reply<Status, BodyOf<A[Status]>> : never }[keyof A];

type BodyOf<One> = One extends Answer<infer Body> ? Body : never;

export const problem = z
  .looseObject({
    status: z.int(),
    code: z.string().meta({ description: "Stable identifier for programs." }),
    detail: z.string().meta({ description: "What went wrong." }),
    remedy: z.string().optional().meta({ description: "How to fix it." }),
  })
  .meta({ id: "Problem", description: "Every error has this format (RFC 9457)." });

/** Descriptions of the errors of a route, by status. */
export type Refusals = Readonly<Record<number, string>>;

export const queryInvalid: Refusals = { 400: "The query is invalid; `errors` names each mistake." };
export const bodyInvalid: Refusals = { 400: "The body is invalid; `errors` names each mistake." };
export const databaseAway: Refusals = { 503: "The database is unavailable; see `Retry-After`." };
