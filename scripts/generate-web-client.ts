/**
 * Writes `web/src/api/client.ts`: the API's types and one method for each operation, made of the same document
 * that `/openapi.json` serves. Run it after a change of a route or a schema in `src/http`; a test says when it was forgotten.
 *
 *     npx tsx scripts/generate-web-client.ts
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openApiDocument } from "../src/http/document.ts";

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const objectAt = (value: unknown, ...path: readonly string[]): Json | null => {
  let here: unknown = value;
  for (const name of path) here = isObject(here) ? here[name] : undefined;
  return isObject(here) ? here : null;
};
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const key = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name));

/** The TypeScript type of a JSON schema, for the features that our document uses. */
function typeOf(schema: unknown): string {
  if (!isObject(schema)) return "unknown";
  if (typeof schema["$ref"] === "string") return schema["$ref"].replace(/^.*\//, "");
  const values = listOf(schema["enum"]);
  if (values.length > 0) return values.map((value) => JSON.stringify(value)).join(" | ");
  for (const word of ["oneOf", "anyOf"]) {
    const members = listOf(schema[word]);
    if (members.length > 0) return [...new Set(members.map(typeOf))].join(" | ");
  }
  const { type } = schema;
  if (Array.isArray(type)) {
    return [...new Set(type.map((one) => typeOf({ ...schema, type: one })))].join(" | ");
  }
  switch (type) {
    case "string":
      return schema["format"] === "binary" ? "Blob" : "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "null":
      return "null";
    case "array":
      return `ReadonlyArray<${typeOf(schema["items"])}>`;
    case "object":
      return objectType(schema);
    default:
      return "unknown";
  }
}

function objectType(schema: Json): string {
  const required = new Set(listOf(schema["required"]));
  const properties = objectAt(schema, "properties") ?? {};
  const members = Object.entries(properties).map(([name, property]) => {
    const note =
      isObject(property) && typeof property["description"] === "string"
        ? `/** ${property["description"]} */\n`
        : "";
    return `${note}readonly ${key(name)}${required.has(name) ? "" : "?"}: ${typeOf(property)};`;
  });
  const { additionalProperties: more } = schema;
  if (isObject(more) && Object.keys(more).length > 0)
    members.push(`readonly [name: string]: ${typeOf(more)};`);
  if (members.length === 0) return "Readonly<Record<string, unknown>>";
  const lines = members.flatMap((member) => member.split("\n")).map((line) => `  ${line}`);
  return ["{", ...lines, "}"].join("\n");
}

/** One operation of the document as a method of the client; null if it is not a plain request. */
function methodOf(path: string, method: string, operation: Json): string | null {
  const responses = Object.entries(objectAt(operation, "responses") ?? {});
  const good = responses.find(([status]) => status.startsWith("2"))?.[1];
  if (good === undefined) return null;
  const content = objectAt(good, "content") ?? {};
  const isJson = "application/json" in content;
  const result = isJson ? typeOf(objectAt(content, "application/json", "schema")) : "Response";
  const parameters = listOf(operation["parameters"]).filter(isObject);
  const inPath = parameters.filter((parameter) => parameter["in"] === "path");
  const inQuery = parameters.filter((parameter) => parameter["in"] === "query");
  const bodies = objectAt(operation, "requestBody", "content");
  const [bodyType = ""] = Object.keys(bodies ?? {});
  // Only programs send lines.
  if (bodyType === "text/csv") return null;

  const takes = inPath.map((parameter) => `${String(parameter["name"])}: string`);
  if (bodies !== null)
    takes.push(
      `body: ${bodyType === "multipart/form-data" ? "FormData" : typeOf(objectAt(bodies, bodyType, "schema"))}`,
    );
  if (inQuery.length > 0) {
    const members = inQuery.map(
      (parameter) =>
        `readonly ${key(String(parameter["name"]))}${parameter["required"] === true ? "" : "?"}: ${typeOf(parameter["schema"])};`,
    );
    takes.push(
      `query: { ${members.join(" ")} }${inQuery.some((parameter) => parameter["required"] === true) ? "" : " = {}"}`,
    );
  }
  takes.push("options: RequestOptions = {}");

  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `\${encodeURIComponent(${name})}`);
  const parts = [
    `method: ${JSON.stringify(method.toUpperCase())}`,
    `path: \`${address}\``,
    ...(inQuery.length > 0 ? ["query"] : []),
    ...(bodies === null ? [] : ["body"]),
  ];
  const send = isJson ? `requestJson<${result}>` : "request";
  return [
    `  /** ${String(operation["summary"])} */`,
    `  ${String(operation["operationId"])}(${takes.join(", ")}): Promise<${result}> {`,
    `    return ${send}({ ${parts.join(", ")} }, options);`,
    "  },",
  ].join("\n");
}

const runtime = `
/** A refusal of the server, or none at all: then \`problem.status\` is 0 and the code \`UNREACHABLE\`. */
export class ApiError extends Error {
  readonly problem: Problem;
  /** After how many seconds it is worth trying again; null when the server did not say. */
  readonly retryAfterSeconds: number | null;

  constructor(problem: Problem, retryAfterSeconds: number | null, cause?: unknown) {
    super(problem.detail, { cause });
    this.name = "ApiError";
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** The \`etag\` of what a change was made of. */
  readonly ifMatch?: string;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** The address of an operation without a body, for links and downloads. */
export function addressOf(path: string, query: Readonly<Record<string, unknown>> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== "") search.append(name, String(one));
    }
  }
  const text = search.toString();
  return text === "" ? path : \`\${path}?\${text}\`;
}

async function request({ method, path, query, body }: Request, { signal, ifMatch }: RequestOptions): Promise<Response> {
  const isForm = typeof FormData !== "undefined" && body instanceof FormData;
  let response: Response;
  try {
    response = await fetch(addressOf(path, query), {
      method,
      credentials: "same-origin",
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
      headers: {
        ...(body !== undefined && !isForm && { "Content-Type": "application/json" }),
        ...(ifMatch !== undefined && { "If-Match": ifMatch }),
      },
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ApiError({ status: 0, code: "UNREACHABLE", detail: "The server cannot be reached." }, null, error);
  }
  if (response.ok) return response;
  const retryAfter = Number(response.headers.get("Retry-After") ?? Number.NaN);
  const problem: Problem = await response
    .json()
    .catch(() => ({ status: response.status, code: "HTTP_" + response.status, detail: response.statusText }));
  throw new ApiError(problem, Number.isFinite(retryAfter) ? retryAfter : null);
}

async function requestJson<Answer>(parts: Request, options: RequestOptions): Promise<Answer> {
  const answer: Answer = await (await request(parts, options)).json();
  return answer;
}
`;

/** The whole file. */
export function webClient(): string {
  const document = openApiDocument();
  const schemas = Object.entries(objectAt(document, "components", "schemas") ?? {}).map(([name, schema]) =>
    isObject(schema) && schema["type"] === "object"
      ? `export interface ${name} ${objectType(schema)}`
      : `export type ${name} = ${typeOf(schema)};`,
  );
  const methods = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) =>
      isObject(operation) ? methodOf(path, method, operation) : null,
    ),
  );
  return [
    "// Made by scripts/generate-web-client.ts of the API's own document; changes go there.",
    ...schemas.toSorted((one, other) => one.localeCompare(other, "en")),
    runtime,
    "/** One method for each operation of the API. All reject with an `ApiError`. */",
    "export const api = {",
    ...methods.filter((method) => method !== null),
    "};",
    "",
  ].join("\n\n");
}

export const webClientFile = fileURLToPath(new URL("../web/src/api/client.ts", import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(webClientFile, webClient());
