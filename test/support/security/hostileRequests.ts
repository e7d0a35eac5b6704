import fc from "fast-check";
import { openApiDocument } from "../../../src/http/document.ts";

/** A request to an operation of the document, which may or may not be as the document says. */
export interface HostileRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** A JSON schema, as far as values are made from it. */
interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: JsonSchema;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON made of the document, whose types are much wider
const document = JSON.parse(JSON.stringify(openApiDocument())) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
};

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);

const texts = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "",
    " ",
    "79001112233",
    "+7 (900) 111-22-33",
    "7900111223344556677",
    "2026-11-27T10:00:00Z",
    "2026-02-30T25:61:00+99:00",
    "275760-09-13T00:00:00.001Z",
    "' OR '1'='1",
    "\\'; DROP TABLE users; --",
    "<script>alert(1)</script>",
    "=cmd|'/c calc'!A1",
    "../../../etc/passwd",
    "%00%ff%c0%ae",
    "\u0000\u0001\u202e\ufeff",
    "\ud800",
    "__proto__",
    "constructor",
    "${jndi:ldap://127.0.0.1}",
    "Europe/Moscow",
    "x".repeat(300),
    "9".repeat(400),
    "💣".repeat(50),
  ),
);
const numbers = fc.oneof(
  fc.integer({ min: -3, max: 50 }),
  fc.constantFrom(0.5, -0.5, 1e308, -1e308, 2 ** 31, 2 ** 53, 2 ** 64, 1e-320, 1e21),
);
const anything = fc.oneof(
  texts,
  numbers,
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue({ maxDepth: 4 }),
  fc.constant({ __proto__: null, constructor: { prototype: {} }, toString: 1 }),
);

/** A value of the schema, or nearly. */
function valueOf(schema: JsonSchema, depth = 0): fc.Arbitrary<unknown> {
  if (depth > 6) return anything;
  if (schema.$ref !== undefined)
    return valueOf(document.components.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {}, depth + 1);
  const proper = properValueOf(schema, depth);
  return fc.oneof({ weight: 8, arbitrary: proper }, { weight: 1, arbitrary: anything });
}

function properValueOf(schema: JsonSchema, depth: number): fc.Arbitrary<unknown> {
  const { const: constant, anyOf, oneOf, allOf, items, properties, required = [] } = schema;
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (constant !== undefined) return fc.constant(constant);
  const some = anyOf ?? oneOf ?? allOf;
  if (some !== undefined) return fc.oneof(...some.map((one) => valueOf(one, depth + 1)));
  const types = [schema.type ?? []].flat();
  if (types.includes("object") && properties !== undefined) {
    const model = Object.fromEntries(
      Object.entries(properties).map(([name, one]) => [name, valueOf(one, depth + 1)]),
    );
    return fc.record(model, { requiredKeys: Object.keys(model).filter((name) => required.includes(name)) });
  }
  if (types.includes("array"))
    return fc.array(items === undefined ? anything : valueOf(items, depth + 1), { maxLength: 5 });
  if (types.includes("integer") || types.includes("number")) return numbers;
  if (types.includes("boolean")) return fc.boolean();
  return types.includes("string") ? texts : anything;
}

/** IDs of things that are likely to exist are small. */
const ids = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 9 }).map(String) },
  { weight: 1, arbitrary: texts },
);

/** Halves of surrogate pairs cannot be encoded. */
const encoded = (value: unknown): string =>
  encodeURIComponent(
    (typeof value === "string" ? value : (JSON.stringify(value) ?? "")).replaceAll(/\p{Surrogate}/gu, "?"),
  );

function targetOf(path: string, parameters: readonly Parameter[]): fc.Arbitrary<string> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const queries = parameters.filter((parameter) => parameter.in === "query");
  const query = fc.record(
    Object.fromEntries([
      ...queries.map(({ name, schema = {} }) => [name, valueOf(schema)] as const),
      ["unknown", texts] as const,
    ]),
    { requiredKeys: queries.filter(({ required }) => required === true).map(({ name }) => name) },
  );
  return fc.tuple(fc.tuple(...names.map(() => ids)), query).map(([values, asked]) => {
    const filled = names.reduce(
      (text, name, index) => text.replace(`{${name}}`, encoded(values[index] ?? "") || "0"),
      path,
    );
    const parts = Object.entries(asked).map(
      // Waiting proves nothing.
      ([name, value]) => `${name}=${name === "wait" ? "0" : encoded(value)}`,
    );
    return parts.length === 0 ? filled : `${filled}?${parts.join("&")}`;
  });
}

const boundary = "----hostile";
const forms = fc
  .array(
    fc.record({
      name: fc.constantFrom("file", "file", "choices", "x"),
      fileName: fc.option(fc.constantFrom("numbers.csv", "a.xlsx", '"', "..")),
      type: fc.option(fc.constantFrom("text/csv", "application/json", "multipart/mixed")),
      content: fc.oneof(
        texts,
        fc.constantFrom("phone\n79001112233\n", "a;b\n1;2\n", "PK\u0003\u0004", '{"delimiter":";"}'),
      ),
    }),
    { maxLength: 3 },
  )
  .chain((parts) =>
    fc.boolean().map((ends) => {
      const text = parts.map(
        ({ name, fileName, type, content }) =>
          `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${fileName === null ? "" : `; filename="${fileName}"`}\r\n` +
          `${type === null ? "" : `Content-Type: ${type}\r\n`}\r\n${content}\r\n`,
      );
      return `${text.join("")}${ends ? `--${boundary}--\r\n` : ""}`;
    }),
  );

function bodyOf(type: string, schema: JsonSchema): fc.Arbitrary<string> {
  if (type === "multipart/form-data") return forms;
  if (type === "text/csv") return fc.array(texts, { maxLength: 5 }).map((lines) => lines.join("\n"));
  const form = type === "application/x-www-form-urlencoded";
  const proper = valueOf(schema).map((value) =>
    form && typeof value === "object" && value !== null
      ? Object.entries(value)
          .map(([name, one]) => `${name}=${encoded(one)}`)
          .join("&")
      : (JSON.stringify(value) ?? ""),
  );
  const broken = fc.oneof(
    texts,
    fc.constantFrom("{", "[".repeat(5000), `{"a":${"1".repeat(70_000)}}`, '{"a":1,"a":2}', "\u0000"),
  );
  return fc.oneof({ weight: 9, arbitrary: proper }, { weight: 1, arbitrary: broken });
}

const otherTypes = fc.constantFrom("text/plain", "application/json; charset=utf-16", "application/xml", "");

/** Requests to all operations of the document. */
export const hostileRequests: fc.Arbitrary<HostileRequest> = fc
  .constantFrom(...operations)
  .chain(({ path, method, operation }) => {
    const target = targetOf(path, operation.parameters ?? []);
    const contents = Object.entries(operation.requestBody?.content ?? {});
    if (contents.length === 0)
      return target.map((text): HostileRequest => ({ method, target: text, headers: {}, body: null }));
    return fc.constantFrom(...contents).chain(([type, { schema }]) =>
      fc
        .tuple(
          target,
          bodyOf(type, schema),
          fc.oneof({ weight: 12, arbitrary: fc.constant(type) }, { weight: 1, arbitrary: otherTypes }),
        )
        .map(([text, body, sentType]): HostileRequest => {
          const whole = sentType === "multipart/form-data" ? `${sentType}; boundary=${boundary}` : sentType;
          return { method, target: text, headers: whole === "" ? {} : { "Content-Type": whole }, body };
        }),
    );
  });
