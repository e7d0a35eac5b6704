import fc from "fast-check";
import { goodPassword } from "../../integration/access/support.ts";
import { resolved } from "./jsonSchema.ts";
import type { JsonSchema } from "./jsonSchema.ts";

export const texts = fc.oneof(
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

/** How many of each kind of thing there are at the beginning. */
export const furnished = 12;
export const realNumberAt = (index: number): string => `+7 900 111-22-${10 + index}`;
export const proxyNumberAt = (index: number): string => String(79_580_000_000 + index);
export const callIdAt = (index: number): string => `call-${index}`;

/** Few, so that requests are about the same things. */
const places = fc.oneof(fc.integer({ min: 1, max: furnished }), fc.integer({ min: 1, max: 5 * furnished }));
const realNumbers = places.map(realNumberAt);
const proxyNumbers = places.map(proxyNumberAt);
const callIds = places.map(callIdAt);
export const ids = fc.oneof({ weight: 1, arbitrary: fc.constant(1) }, { weight: 3, arbitrary: places });
export const rangeAt = (index: number): { readonly first: string; readonly last: string } => ({
  first: `795900${1000 + index}0`,
  last: `795900${1000 + index}9`,
});
const eitherNumber = fc.oneof(realNumbers, proxyNumbers);

/** What the schemas do not say, by the name of the field, or of the operation with this body. */
const sensible: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  realNumber: realNumbers,
  real: realNumbers,
  caller: realNumbers,
  proxyNumber: proxyNumbers,
  fake: proxyNumbers,
  ranges: places.map((index) => [rangeAt(index)]),
  number: eitherNumber,
  numbers: fc.array(proxyNumbers, { minLength: 1, maxLength: 3 }),
  proxyNumbers: fc.array(proxyNumbers, { minLength: 1, maxLength: 3 }),
  suffix: fc.constantFrom("11", "2212", "0007"),
  search: fc.constantFrom("11", "label", "580000", "a"),
  callId: callIds,
  id: ids,
  ids: fc.array(ids, { minLength: 1, maxLength: 3 }),
  pool: fc.integer({ min: 1, max: 3 }),
  import: ids,
  userId: ids,
  callerId: fc.constantFrom("proxy", "dialled", "caller", "anonymous", "fixed:79580000001"),
  country: fc.constantFrom("RU", "DE"),
  network: fc.constantFrom("127.0.0.0/8", "10.0.0.0/8", "fd00::/8"),
  zone: fc.constantFrom("UTC", "Europe/Moscow"),
  from: fc.constant("2026-01-01T00:00:00Z"),
  to: fc.constant("2026-12-31T00:00:00Z"),
  minSeconds: fc.constant(0),
  maxSeconds: fc.constant(60),
  changedAt: fc.constant("2026-01-01T00:00:00.000Z"),
  username: fc.oneof(fc.constant("guest"), fc.stringMatching(/^[a-z]{6}$/)),
  password: fc.constant(goodPassword),
  current: fc.constant(goodPassword),
  next: fc.constant(goodPassword),
  column: fc.constantFrom("1", "phone"),
  columns: fc.constant({ 0: "realNumber" }),
  headerRow: fc.constantFrom(1, null),
  encoding: fc.constant("utf-8"),
  "POST /mappings/bulk": fc.oneof(
    ids.map((id) => ({ ids: [id], change: { label: "label" }, undoable: true })),
    ids.map((id) => ({ ids: [id], release: true })),
    fc.record({ filter: fc.constant({ label: "a" }), change: fc.constant({ reference: "a" }) }),
    fc.constant({ all: true, dryRun: true }),
  ),
  "POST /mappings/bulk/undo": fc
    .tuple(ids, fc.constantFrom({ change: { label: "label", callerId: "proxy" } }, { restore: true }))
    .map(([id, step]) => ({ steps: [{ ids: [id], ...step, changedAt: "2026-01-01T00:00:00.000Z" }] })),
  "POST /pools/{id}/extend": fc
    .integer({ min: 100, max: 8000 })
    .map((index) => ({ ranges: [rangeAt(index)] })),
  "POST /pools/{id}/shrink": places.map((index) => ({ ranges: [rangeAt(index)] })),
};

/** Whether a request is as the document says, or nearly. */
export type Manner = "proper" | "hostile";

/** A value of the schema, or nearly. */
export function valueOf(name: string, schema: JsonSchema, manner: Manner, depth = 0): fc.Arbitrary<unknown> {
  if (depth > 6) return anything;
  const proper = properValueOf(name, resolved(schema), manner, depth);
  return manner === "proper"
    ? proper
    : fc.oneof({ weight: 8, arbitrary: proper }, { weight: 1, arbitrary: anything });
}

function properValueOf(
  name: string,
  schema: JsonSchema,
  manner: Manner,
  depth: number,
): fc.Arbitrary<unknown> {
  const { const: constant, anyOf, oneOf, allOf, items, properties } = schema;
  if (constant !== undefined) return fc.constant(constant);
  if (manner === "proper" && Object.hasOwn(sensible, name)) return sensible[name] ?? fc.constant(null);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const some = anyOf ?? oneOf ?? allOf;
  if (some !== undefined) return fc.oneof(...some.map((one) => valueOf(name, one, manner, depth + 1)));
  const types = [schema.type ?? []].flat();
  if (types.includes("object") && properties !== undefined) return recordOf(schema, manner, depth);
  if (types.includes("array")) {
    const item = items === undefined ? anything : valueOf(name, items, manner, depth + 1);
    return fc.array(item, { minLength: manner === "proper" ? (schema.minItems ?? 0) : 0, maxLength: 5 });
  }
  if (types.includes("integer") || types.includes("number"))
    return manner === "proper" ? few(schema) : numbers;
  if (types.includes("boolean")) return fc.boolean();
  if (!types.includes("string")) return anything;
  return manner === "proper" ? properText(schema) : texts;
}

/** Of proper objects, most optional fields are absent, because some exclude each other. */
function recordOf(
  { properties = {}, required = [] }: JsonSchema,
  manner: Manner,
  depth: number,
): fc.Arbitrary<unknown> {
  const model = Object.fromEntries(
    Object.entries(properties).map(([name, one]) => [name, valueOf(name, one, manner, depth + 1)]),
  );
  const optional = Object.keys(model).filter((name) => !required.includes(name));
  const some =
    manner === "proper"
      ? fc.subarray(optional, { maxLength: Math.min(2, optional.length) })
      : fc.subarray(optional);
  return some.chain((chosen) =>
    fc.record(Object.fromEntries([...required, ...chosen].map((name) => [name, model[name] ?? anything]))),
  );
}

function few({ minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: JsonSchema): fc.Arbitrary<number> {
  return fc.oneof(
    fc.integer({ min: minimum, max: Math.min(maximum, minimum + 12) }),
    fc.constantFrom(minimum, Math.min(maximum, 2 ** 31 - 1)),
  );
}

function properText({ format, pattern, minLength = 0, maxLength = 60 }: JsonSchema): fc.Arbitrary<unknown> {
  if (format === "date-time") return fc.constantFrom("2027-02-01T18:00:00+03:00", "2026-11-27T10:00:00Z");
  if (format === "date") return fc.constantFrom("2027-02-01", "2026-11-27");
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, "u"));
  const fits = (text: string): boolean => text.length >= minLength && text.length <= maxLength;
  return fc.oneof({ weight: 3, arbitrary: fc.constantFrom("label", "Пётр", "a") }, texts.filter(fits));
}
