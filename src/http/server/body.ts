import { parse as parseForm } from "node:querystring";
import type { Context } from "koa";
import type { z } from "zod";
import type { SteadyClock } from "../../ops/types.ts";
import { exceededBound } from "./jsonBounds.ts";
import type { JsonBounds } from "./jsonBounds.ts";
import { HttpProblem } from "./problems.ts";
import { checked, mostParameters } from "./query.ts";
import { receiveBody } from "./receiveBody.ts";

/** Default limit of a route. */
export const usualMaxBytes = 64 * 1024;

/** Enough for a thousand IDs, and quick to check. */
const usualBounds: JsonBounds = { depth: 8, values: 2_000 };

const sendJson = "Send JSON with the header `Content-Type: application/json`.";

type WithBody = Pick<Context, "req" | "request">;

type ReadValidated = <Schema extends z.ZodType>(
  ctx: WithBody,
  schema: Schema,
  maxBytes: number,
) => Promise<z.output<Schema>>;

/** Reads the bodies of requests, within limits of size and time. Rejects with a problem. */
export interface BodyReader {
  /** The validated JSON, like `readQuery`. */
  readonly json: ReadValidated;
  /**
   * JSON, or form fields, which are read like a query. The browser can save the response to a form to disk without
   * the page holding it in memory.
   */
  readonly jsonOrForm: ReadValidated;
  /** The bytes of JSON, for `parsedJson` elsewhere. */
  readonly jsonBytes: (ctx: WithBody, maxBytes: number) => Promise<Buffer>;
  /** The bytes of a body of type `text/csv`. */
  readonly csvBytes: (ctx: WithBody, maxBytes: number) => Promise<Buffer>;
}

export function createBodyReader(clock: SteadyClock): BodyReader {
  const jsonBytes: BodyReader["jsonBytes"] = async (ctx, maxBytes) => {
    requireJson(ctx);
    return receiveBody(clock, ctx.req, maxBytes);
  };
  const json: ReadValidated = async (ctx, schema, maxBytes) =>
    judged(parsedJson(await jsonBytes(ctx, maxBytes)), schema);
  return {
    json,
    jsonBytes,
    async csvBytes(ctx, maxBytes) {
      requireCsv(ctx);
      return receiveBody(clock, ctx.req, maxBytes);
    },
    async jsonOrForm(ctx, schema, maxBytes) {
      if (typeOf(ctx) !== "application/x-www-form-urlencoded") return json(ctx, schema, maxBytes);
      const text = (await receiveBody(clock, ctx.req, maxBytes)).toString();
      // Parameters beyond the limit would be dropped silently.
      if (text.split("&", mostParameters + 1).length > mostParameters)
        throw tooComplex("fields", mostParameters);
      return judged({ ...parseForm(text) }, schema);
    },
  };
}

/** Case does not matter (RFC 9110, 8.3.1). */
const typeOf = ({ request }: WithBody): string => request.type.toLowerCase();

/** A page of another site can send any other content type without a preflight request, or none at all. */
function requireJson(ctx: WithBody): void {
  if (typeOf(ctx) === "application/json") return;
  throw new HttpProblem({
    status: 415,
    code: "BODY_NOT_JSON",
    detail: "The request body must be JSON.",
    remedy: sendJson,
  });
}

function requireCsv(ctx: WithBody): void {
  if (typeOf(ctx) === "text/csv") return;
  throw new HttpProblem({
    status: 415,
    code: "BODY_NOT_CSV",
    detail: "The request body must be lines of CSV.",
    remedy: "Send them with the header `Content-Type: text/csv`.",
  });
}

/** Throws a problem for invalid JSON, and before parsing for JSON that is nested too deep or has too many values. */
export function parsedJson(bytes: Buffer, bounds: JsonBounds = usualBounds): unknown {
  const exceeded = exceededBound(bytes, bounds);
  if (exceeded !== null) throw tooComplex(exceeded === "depth" ? "levels" : "values", bounds[exceeded]);
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return value;
  } catch (error) {
    // The parser's message contains the input.
    throw new HttpProblem({
      status: 400,
      code: "BODY_NOT_JSON",
      detail: "The request body is not valid JSON.",
      remedy: sendJson,
      cause: error instanceof SyntaxError ? undefined : error,
    });
  }
}

const tooComplex = (what: "levels" | "values" | "fields", most: number): HttpProblem =>
  new HttpProblem({
    status: 400,
    code: "BODY_TOO_COMPLEX",
    detail: `The request body has more than ${most} ${what}.`,
    remedy: what === "levels" ? "Send what the API's document describes." : "Send it in several parts.",
    members: { most },
  });

export function judged<Schema extends z.ZodType>(value: unknown, schema: Schema): z.output<Schema> {
  return checked(schema, value, {
    code: "BODY_INVALID",
    detail: "The request body is invalid.",
    place: "field",
  });
}
