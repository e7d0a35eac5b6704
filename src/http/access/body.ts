import type { Context } from "koa";
import type { z } from "zod";
import { HttpProblem } from "../server/problems.ts";

/** A form of names and passwords is small; who sends more to a route that everybody may call means no good. */
const maxBytes = 16 * 1024;

/** A small JSON body, checked whole: all mistakes are named at once, and their values are not repeated. */
export async function readSmallBody<Schema extends z.ZodType>(
  ctx: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  // A form of another site's page can send every type but this one without being asked first.
  if (ctx.request.type !== "application/json") throw notJson(415, "The body of the request has to be JSON.");
  const result = schema.safeParse(parse(await collect(ctx)));
  if (result.success) return result.data;
  throw new HttpProblem({
    status: 400,
    code: "BODY_INVALID",
    detail: "The body of the request is wrong.",
    remedy: "Correct what `errors` names.",
    members: {
      errors: result.error.issues.slice(0, 20).map(({ path, message }) => ({
        field: path.map(String).join("."),
        problem: message.replace(/, received .*/, ""),
      })),
    },
  });
}

async function collect(ctx: Context): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // What is not read to its end is left alone: the answer goes out over the same connection.
  for await (const chunk of ctx.req.iterator({ destroyOnReturn: false })) {
    const piece = Buffer.from(chunk);
    bytes += piece.length;
    if (bytes > maxBytes) {
      throw new HttpProblem({
        status: 413,
        code: "BODY_TOO_LARGE",
        detail: `The body of the request is larger than ${maxBytes} bytes.`,
        headers: { Connection: "close" },
        members: { maxBytes },
      });
    }
    chunks.push(piece);
  }
  return Buffer.concat(chunks).toString();
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // The parser's message repeats what was sent, which may be a password.
    throw notJson(400, "The body of the request is not proper JSON.");
  }
}

const notJson = (status: number, detail: string): HttpProblem =>
  new HttpProblem({
    status,
    code: "BODY_NOT_JSON",
    detail,
    remedy: "Send JSON with the header `Content-Type: application/json`.",
  });
