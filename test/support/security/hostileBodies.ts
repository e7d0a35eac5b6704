import fc from "fast-check";
import { endLine } from "../asteriskLines.ts";
import { texts, valueOf } from "./hostileValues.ts";
import type { Manner } from "./hostileValues.ts";
import type { JsonSchema } from "./jsonSchema.ts";

export const boundary = "----hostile";

/** Halves of surrogate pairs cannot be encoded. */
export const encoded = (value: unknown): string =>
  encodeURIComponent(
    (typeof value === "string" ? value : (JSON.stringify(value) ?? "")).replaceAll(/\p{Surrogate}/gu, "?"),
  );

interface Part {
  readonly name: string;
  readonly fileName: string | null;
  readonly type: string | null;
  readonly content: string;
}

const textOf = (parts: readonly Part[]): string =>
  parts
    .map(
      ({ name, fileName, type, content }) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${fileName === null ? "" : `; filename="${fileName}"`}\r\n` +
        `${type === null ? "" : `Content-Type: ${type}\r\n`}\r\n${content}\r\n`,
    )
    .join("");
const end = `--${boundary}--\r\n`;

const hostileForms = fc
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
  .chain((parts) => fc.boolean().map((ends) => `${textOf(parts)}${ends ? end : ""}`));

/** A file whose first row can be read, and others that perhaps cannot. */
const properForms = fc
  .tuple(fc.integer({ min: 10, max: 99 }), fc.array(texts, { maxLength: 3 }))
  .map(([digits, cells]) => {
    const content = ["phone", `+7 900 111-22-${digits}`, ...cells].join("\n");
    return `${textOf([{ name: "file", fileName: "numbers.csv", type: "text/csv", content }])}${end}`;
  });

const callLines = fc
  .array(
    fc.integer({ min: 1, max: 9 }).map((index) => endLine(`lab-${index}`)),
    { minLength: 1, maxLength: 3 },
  )
  .map((lines) => lines.join("\n"));

/** A body of this operation, type, and schema, or nearly. */
export function bodyOf(
  operation: string,
  type: string,
  schema: JsonSchema,
  manner: Manner,
): fc.Arbitrary<string> {
  if (type === "multipart/form-data") return manner === "proper" ? properForms : hostileForms;
  if (type === "text/csv")
    return manner === "proper"
      ? callLines
      : fc.array(texts, { maxLength: 5 }).map((lines) => lines.join("\n"));
  const isForm = type === "application/x-www-form-urlencoded";
  const described = valueOf(operation, schema, manner).map((value) =>
    isForm && typeof value === "object" && value !== null
      ? Object.entries(value)
          .map(([name, one]) => `${name}=${encoded(one)}`)
          .join("&")
      : (JSON.stringify(value) ?? ""),
  );
  if (manner === "proper") return described;
  const broken = fc.oneof(
    texts,
    fc.constantFrom("{", "[".repeat(5000), `{"a":${"1".repeat(70_000)}}`, '{"a":1,"a":2}', "\u0000"),
  );
  return fc.oneof({ weight: 9, arbitrary: described }, { weight: 1, arbitrary: broken });
}
