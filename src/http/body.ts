import type { IncomingMessage } from "node:http";
import type { Context } from "koa";
import type { z } from "zod";
import { HttpProblem } from "./problems.ts";
import { checked } from "./query.ts";

/** Enough for a pool of half a million listed numbers. */
const maxBytes = 10_000_000;

/** The JSON body, checked whole as `readQuery` does. */
export async function readBody<Schema extends z.ZodType>(
  ctx: Pick<Context, "req" | "request">,
  schema: Schema,
): Promise<z.output<Schema>> {
  const type = ctx.request.type;
  if (type !== "" && type !== "application/json") {
    throw new HttpProblem({
      status: 415,
      code: "BODY_NOT_JSON",
      detail: "The body of the request has to be JSON.",
      remedy: "Send JSON with the header `Content-Type: application/json`.",
    });
  }
  const text = await collect(ctx.req);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The parser's message repeats what was sent.
    throw new HttpProblem({
      status: 400,
      code: "BODY_NOT_JSON",
      detail: "The body of the request is not proper JSON.",
      cause: error instanceof SyntaxError ? undefined : error,
    });
  }
  return checked(schema, value, {
    code: "BODY_INVALID",
    detail: "The body of the request is wrong.",
    place: "field",
  });
}

async function collect(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
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
