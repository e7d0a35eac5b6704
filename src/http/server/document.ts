import { OpenApiGeneratorV31, OpenAPIRegistry } from "@asteasolutions/zod-to-openapi";
import type { RouteConfig } from "@asteasolutions/zod-to-openapi";
import { z } from "zod";
import { createFields } from "./fields.ts";
import { problem } from "./answers.ts";
import type { Operation, Schema } from "./operation.ts";
import type { Route, RouteRule } from "./route.ts";

export type OpenApiDocument = ReturnType<OpenApiGeneratorV31["generateDocument"]>;

/** The part of a route that the document uses. */
type Described = Pick<Route<never>, "rule" | "operation">;

const problemContent = { "application/problem+json": { schema: problem } };

/** Every route may also fail for general reasons: sign-in, permission, size, rate. */
const otherRefusals = { description: "Any other error; see `code`.", content: problemContent };

/** One operation in the document. */
export type ApiOperation = RouteConfig & { readonly operationId: string };

export function operationsOf(routes: readonly Described[]): readonly ApiOperation[] {
  const schemaOf = createSchemaOf();
  return routes.flatMap(({ rule, operation }) =>
    operation === null ? [] : [describe(rule, operation, schemaOf)],
  );
}

/** The OpenAPI 3.1 document, created from the schemas that check requests. `schemas` are those without an operation. */
export function documentOf(
  operations: readonly ApiOperation[],
  schemas: Readonly<Record<string, z.ZodType>>,
): OpenApiDocument {
  const registry = new OpenAPIRegistry();
  for (const [name, schema] of Object.entries(schemas)) registry.register(name, schema);
  for (const operation of operations) registry.registerPath(operation);
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: "3.1.0",
    info: {
      title: "Phone Proxy",
      version: "1",
      description:
        "Proxy numbers for real numbers, and call records. Errors are `application/problem+json` " +
        "with a stable `code`. Times are UTC. Lists are paged with `after`.",
    },
    servers: [{ url: "/" }],
  });
}

/** A path in OpenAPI notation: `/mappings/{id}`. */
const templateOf = ({ path }: Pick<RouteRule, "path">): string => path.replaceAll(/:(\w+)/g, "{$1}");

const methods = { GET: "get", POST: "post", PUT: "put", PATCH: "patch", DELETE: "delete" } as const;

function describe(rule: RouteRule, operation: Operation, schemaOf: SchemaOf): ApiOperation {
  const { operationId, tags, summary, description, params, query, headers, body, bodyTypes } = operation;
  return {
    method: methods[rule.method],
    path: templateOf(rule),
    operationId,
    tags: [...tags],
    summary,
    ...(description !== null && { description }),
    request: {
      ...(params !== null && { params: z.object(params) }),
      ...(query !== null && { query: objectOf(schemaOf(query)) }),
      ...(headers !== null && { headers }),
      ...(body !== null && {
        body: {
          required: true,
          content: Object.fromEntries(bodyTypes.map((type) => [type, { schema: schemaOf(body) }])),
        },
      }),
    },
    responses: responsesOf(operation),
  };
}

function responsesOf({ answers, refusals }: Operation): RouteConfig["responses"] {
  return {
    ...Object.fromEntries(
      Object.entries(answers).map(([status, { description, type, orType, schema }]) => [
        status,
        {
          description,
          ...(type !== null &&
            schema !== null && { content: { [type]: { schema }, ...(orType && { [orType]: { schema } }) } }),
        },
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(refusals).map(([status, description]) => [
        status,
        { description, content: problemContent },
      ]),
    ),
    default: otherRefusals,
  };
}

type SchemaOf = (schema: Schema<z.ZodType>) => z.ZodType;

/** Each schema once, so that its name in the document is unique. */
function createSchemaOf(): SchemaOf {
  // Only the types matter here, and they are the same for every country.
  const fields = createFields("RU");
  const made = new Map<Schema<z.ZodType>, z.ZodType>();
  return (schema) => {
    if (typeof schema !== "function") return schema;
    const known = made.get(schema) ?? schema(fields);
    made.set(schema, known);
    return known;
  };
}

function objectOf(schema: z.ZodType): z.ZodObject {
  if (schema instanceof z.ZodObject) return schema;
  throw new Error("A query must be an object.");
}
