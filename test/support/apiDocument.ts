import { isProperTarget } from "../../src/http/server/target.ts";
import { isDeepStrictEqual } from "node:util";
import type { Middleware } from "koa";
import { z } from "zod";
import { operations } from "../../src/http/document.ts";
import type { ApiOperation } from "../../src/http/server/document.ts";

type Responses = ApiOperation["responses"];
type DocumentedResponse = NonNullable<Responses[string]>;

/** The documented schema of this response; throws if there is none. */
export function documented(method: string, path: string, status: number): z.ZodType {
  const operation = operations.find((one) => one.method === method && one.path === path);
  if (!operation) throw new Error(`${method} ${path} is not documented.`);
  const response = responseOf(operation, status);
  const [content] = Object.values(contentOf(response) ?? {});
  if (!content) throw new Error(`${method} ${path} is not documented to answer ${status} with anything.`);
  return content;
}

function responseOf(operation: ApiOperation, status: number): DocumentedResponse | undefined {
  return operation.responses[status] ?? (status >= 400 ? operation.responses["default"] : undefined);
}

/** Schemas by media type; null for a response without a body. */
function contentOf(response: DocumentedResponse | undefined): Record<string, z.ZodType> | null {
  if (!response || !("content" in response) || !response.content) return null;
  const schemas: Record<string, z.ZodType> = {};
  for (const [type, media] of Object.entries(response.content))
    if (media && "schema" in media && media.schema instanceof z.ZodType) schemas[type] = media.schema;
  return schemas;
}

/** The web pages and their files, which are not part of the API. */
const isPage = (path: string): boolean => /^\/(?:$|app\b|assets\/|docs\b|icon\.svg$|theme\.js$)/.test(path);

/** Finds `/mappings/{id}` for `/mappings/17`. Fixed segments take precedence over parameters. */
function operationFor(method: string, path: string): ApiOperation | undefined {
  const parts = path.replace(/(?<=.)\/$/, "").split("/");
  return operations
    .filter((one) => one.method === method.toLowerCase())
    .filter(({ path: template }) => {
      const wanted = template.split("/");
      return (
        wanted.length === parts.length &&
        wanted.every((part, index) =>
          part.startsWith("{") ? parts[index] !== "" : part === parts[index]?.toLowerCase(),
        )
      );
    })
    .toSorted((one, other) => variables(one.path) - variables(other.path))[0];
}
const variables = (path: string): number => path.split("{").length;

interface AnswerCheck {
  /** Must be the outermost middleware: it sees every response. */
  readonly middleware: Middleware;
  /** Throws if a response did not match the OpenAPI document. */
  assertAllDocumented(): void;
}

/** Validates all responses of a server against the OpenAPI document: status, media type, and body. */
export function createAnswerCheck(): AnswerCheck {
  const wrong = new Set<string>();
  return {
    async middleware(ctx, next) {
      await next();
      // It has no path.
      if (!isProperTarget(ctx.req.url ?? "", ctx.method)) return;
      if (ctx.method === "HEAD" || ctx.method === "OPTIONS" || isPage(ctx.path)) return;
      const problem = mistakeIn(ctx.method, ctx.path, { status: ctx.status, type: ctx.type, body: ctx.body });
      if (problem !== null) wrong.add(problem);
    },
    assertAllDocumented() {
      const all = [...wrong].join("\n");
      wrong.clear();
      if (all !== "") throw new Error(`Answers are not as the document of the API says:\n${all}`);
    },
  };
}

const problemType = "application/problem+json";

function mistakeIn(
  method: string,
  path: string,
  { status, type, body }: { readonly status: number; readonly type: string; readonly body: unknown },
): string | null {
  const operation = operationFor(method, path);
  if (!operation) {
    return status >= 400 && type === problemType ? null : `${method} ${path} is not documented.`;
  }
  const name = `${method} ${operation.path} ${status}`;
  const response = responseOf(operation, status);
  if (!response) return `${name} is not documented.`;
  const content = contentOf(response);
  if (content === null) return body === null || body === undefined ? null : `${name} has a body.`;
  const schema = content[type];
  if (!schema) return `${name} is documented as ${Object.keys(content).join(", ")}, and was ${type}.`;
  if (!type.endsWith("json")) return null;
  const value: unknown = JSON.parse(typeof body === "string" ? body : JSON.stringify(body));
  const { success, data, error } = schema.safeParse(value);
  if (!success)
    return `${name}: ${error.issues.map(({ path: at, message }) => `${at.join(".")} ${message}`).join("; ")}`;
  return isDeepStrictEqual(data, value) ? null : `${name} has members that are not documented.`;
}
