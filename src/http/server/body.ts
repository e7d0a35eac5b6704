import type { IncomingMessage } from "node:http";
import { parse as parseForm } from "node:querystring";
import type { Context } from "koa";
import type { z } from "zod";
import { HttpProblem } from "./problems.ts";
import { checked } from "./query.ts";

/** Enough for a pool of half a million listed numbers. */
const maxBytes = 10_000_000;

type WithBody = Pick<Context, "req" | "request">;

/** The JSON body, checked whole as `readQuery` does. */
export async function readBody<Schema extends z.ZodType>(
  ctx: WithBody,
  schema: Schema,
): Promise<z.output<Schema>> {
  // A page of another site may send every type but this one without asking first, and also none at all.
  if (ctx.request.type !== "application/json") {
    throw new HttpProblem({
      status: 415,
      code: "BODY_NOT_JSON",
      detail: "The body of the request has to be JSON.",
      remedy: "Send JSON with the header `Content-Type: application/json`.",
    });
  }
  return judged(parsedJson(await collect(ctx.req)), schema);
}

/**
 * JSON, or the fields of a form, which are read as those of a query are: a browser saves the answer to a form to
 * disk, of any size, without the page having to hold it.
 */
export async function readBodyOrForm<Schema extends z.ZodType>(
  ctx: WithBody,
  schema: Schema,
): Promise<z.output<Schema>> {
  if (ctx.request.type !== "application/x-www-form-urlencoded") return readBody(ctx, schema);
  return judged({ ...parseForm(await collect(ctx.req)) }, schema);
}

function parsedJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    // The parser's message repeats what was sent.
    throw new HttpProblem({
      status: 400,
      code: "BODY_NOT_JSON",
      detail: "The body of the request is not proper JSON.",
      cause: error instanceof SyntaxError ? undefined : error,
    });
  }
}

function judged<Schema extends z.ZodType>(value: unknown, schema: Schema): z.output<Schema> {
  return checked(schema, value, {
    code: "BODY_INVALID",
    detail: "The body of the request is wrong.",
    place: "field",
  });
}

async function collect(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // What is not read to its end is left alone: the answer goes out over the same connection.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const piece = Buffer.from(chunk);
    bytes += piece.length;
    if (bytes > maxBytes) {
      throw new HttpProblem({
        status: 413,
        code: "BODY_TOO_LARGE",
        detail: `The body of the request is larger than ${maxBytes} bytes.`,
        remedy: "Send it in several parts.",
        headers: { Connection: "close" },
        members: { maxBytes },
      });
    }
    chunks.push(piece);
  }
  return Buffer.concat(chunks).toString();
}
