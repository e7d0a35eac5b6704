import type { z } from "zod";
import type { Answers, Refusals } from "./answers.ts";
import type { Fields } from "./fields.ts";

/** The description of the operation in the OpenAPI document. */
export interface Operation {
  /** Also the method name of the generated client. */
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string | null;
  readonly params: Readonly<Record<string, z.ZodType>> | null;
  readonly query: Schema<z.ZodType> | null;
  readonly headers: z.ZodObject | null;
  readonly body: Schema<z.ZodType> | null;
  readonly bodyTypes: readonly string[];
  readonly answers: Answers;
  readonly refusals: Refusals;
}

/** A schema, or one that depends on how this installation parses phone numbers. */
export type Schema<One extends z.ZodType> = One | ((fields: Fields) => One);

/** The schema in this installation; null for none. */
export function resolved<One extends z.ZodType>(schema: Schema<One> | undefined, fields: Fields): One | null {
  if (schema === undefined) return null;
  return typeof schema === "function" ? schema(fields) : schema;
}

const alsoNumbers =
  "Also needs the permission `numbers.real`, because the answer reveals whether a real number is known.";

function descriptionOf(spec: {
  readonly description?: string;
  readonly confirmsNumbers?: boolean;
}): string | null {
  const parts = [spec.description, spec.confirmsNumbers === true ? alsoNumbers : undefined];
  return parts.filter((part) => part !== undefined).join(" ") || null;
}

/** The description of a route; a multipart form, lines, and deferred JSON are documented in place of a body. */
export function operationOf(spec: {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly confirmsNumbers?: boolean;
  readonly params?: Readonly<Record<string, z.ZodType>>;
  readonly query?: Schema<z.ZodType>;
  readonly headers?: z.ZodObject;
  readonly body?: Schema<z.ZodType>;
  readonly deferredBody?: Schema<z.ZodType>;
  readonly csvBody?: z.ZodType;
  readonly form?: boolean;
  readonly multipart?: z.ZodType;
  readonly answers: Answers;
  readonly refusals?: Refusals;
}): Operation {
  const { operationId, tags, summary, answers, multipart, csvBody } = spec;
  return {
    operationId,
    tags,
    summary,
    description: descriptionOf(spec),
    params: spec.params ?? null,
    query: spec.query ?? null,
    headers: spec.headers ?? null,
    body: multipart ?? csvBody ?? spec.deferredBody ?? spec.body ?? null,
    bodyTypes:
      multipart !== undefined
        ? ["multipart/form-data"]
        : csvBody !== undefined
          ? ["text/csv"]
          : ["application/json", ...(spec.form === true ? ["application/x-www-form-urlencoded"] : [])],
    answers,
    refusals: spec.refusals ?? {},
  };
}
