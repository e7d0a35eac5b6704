import fc from "fast-check";
import { bodyOf, boundary, encoded } from "./hostileBodies.ts";
import { ids, texts, valueOf } from "./hostileValues.ts";
import type { Manner } from "./hostileValues.ts";
import { documentedOperations, nameOf } from "./jsonSchema.ts";
import type { Parameter } from "./jsonSchema.ts";

/** A request to an operation of the document, which may or may not be as the document says. */
export interface HostileRequest {
  /** `GET /mappings/{id}`. */
  readonly operation: string;
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** IDs that belong to anything else are texts. */
const inPath = (name: string, manner: Manner): fc.Arbitrary<unknown> => {
  const proper = name === "id" ? ids : valueOf(name, { type: "string" }, "proper");
  return manner === "proper"
    ? proper
    : fc.oneof({ weight: 3, arbitrary: proper }, { weight: 1, arbitrary: texts });
};

function targetOf(path: string, parameters: readonly Parameter[], manner: Manner): fc.Arbitrary<string> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const queries = parameters.filter((parameter) => parameter.in === "query");
  const properties = Object.fromEntries(queries.map(({ name, schema = {} }) => [name, schema]));
  const required = queries.filter((query) => query.required === true).map(({ name }) => name);
  const described = valueOf("", { type: "object", properties, required }, manner);
  const unknown = manner === "proper" ? fc.constant(null) : fc.option(texts);
  return fc
    .tuple(fc.tuple(...names.map((name) => inPath(name, manner))), described, unknown)
    .map(([values, asked, more]) => {
      const filled = names.reduce(
        (text, name, index) => text.replace(`{${name}}`, encoded(values[index] ?? "") || "0"),
        path,
      );
      const query = { ...(typeof asked === "object" && asked), ...(more !== null && { unknown: more }) };
      const parts = Object.entries(query).map(
        // Waiting proves nothing.
        ([name, value]) => `${name}=${name === "wait" ? "0" : encoded(value)}`,
      );
      return parts.length === 0 ? filled : `${filled}?${parts.join("&")}`;
    });
}

const otherTypes = fc.constantFrom("text/plain", "application/json; charset=utf-16", "application/xml", "");

function headersOf(type: string, manner: Manner): fc.Arbitrary<HostileRequest["headers"]> {
  const sent =
    manner === "proper"
      ? fc.constant(type)
      : fc.oneof({ weight: 12, arbitrary: fc.constant(type) }, { weight: 1, arbitrary: otherTypes });
  return sent.map((text): HostileRequest["headers"] => {
    const whole = text === "multipart/form-data" ? `${text}; boundary=${boundary}` : text;
    return whole === "" ? {} : { "Content-Type": whole };
  });
}

/** Requests to all operations of the document: half of them as it says, so that they get past the first check. */
export const hostileRequests: fc.Arbitrary<HostileRequest> = fc
  .tuple(fc.constantFrom(...documentedOperations), fc.constantFrom<Manner>("proper", "hostile"))
  .chain(([{ path, method, operation }, manner]) => {
    const target = targetOf(path, operation.parameters ?? [], manner);
    const contents = Object.entries(operation.requestBody?.content ?? {});
    const request = { operation: nameOf({ method, path }), method };
    if (contents.length === 0)
      return target.map((text): HostileRequest => ({ ...request, target: text, headers: {}, body: null }));
    return fc
      .constantFrom(...contents)
      .chain(([type, { schema }]) =>
        fc
          .tuple(target, bodyOf(request.operation, type, schema, manner), headersOf(type, manner))
          .map(([text, body, headers]): HostileRequest => ({ ...request, target: text, headers, body })),
      );
  });
