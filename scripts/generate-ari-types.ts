/**
 * Writes `src/ari/generated/models.ts` from Asterisk's own description of its REST interface
 * (Swagger 1.1: `resources.json` names the parts, each part holds models and operations).
 *
 *   npx tsx scripts/generate-ari-types.ts /usr/share/asterisk/rest-api
 *   npx tsx scripts/generate-ari-types.ts http://user:password@127.0.0.1:8088/ari/api-docs
 *   npx tsx scripts/generate-ari-types.ts SOURCE --check
 *
 * SOURCE is a folder (the `rest-api` folder of Asterisk's source, or what Debian's package installs in
 * /usr/share/asterisk/rest-api) or the `/ari/api-docs` address of a running Asterisk. With `--check`
 * nothing is written and the exit code is 1 when the committed file differs from what SOURCE describes.
 * The committed file is made from Asterisk 22.10.1; an older Asterisk sends a subset of it.
 */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const propertySchema = z.object({
  type: z.string(),
  description: z.string().optional(),
  required: z.boolean().optional(),
  allowableValues: z.object({ values: z.array(z.string()).optional() }).optional(),
});
const modelSchema = z.object({
  id: z.string(),
  description: z.string().optional(),
  subTypes: z.array(z.string()).optional(),
  properties: z.record(z.string(), propertySchema).optional(),
});
const parameterSchema = z.object({
  name: z.string(),
  paramType: z.enum(["path", "query", "body"]),
  dataType: z.string(),
  required: z.boolean().optional(),
  allowMultiple: z.boolean().optional(),
});
const operationSchema = z.object({
  httpMethod: z.string(),
  nickname: z.string(),
  summary: z.string(),
  responseClass: z.string(),
  upgrade: z.string().optional(),
  parameters: z.array(parameterSchema).optional(),
});
const resourceSchema = z.object({
  models: z.record(z.string(), modelSchema).optional(),
  apis: z.array(z.object({ path: z.string(), operations: z.array(operationSchema).optional() })),
});
type Model = z.infer<typeof modelSchema>;
type Operation = z.infer<typeof operationSchema>;
type Resource = z.infer<typeof resourceSchema>;
type ParameterKind = z.infer<typeof parameterSchema>["paramType"];

const output = new URL("../src/ari/generated/models.ts", import.meta.url);

/** `RESTResponse` is described as an event, but it is the response to a request, without a time and an application. */
const notAnEvent = new Set(["RESTResponse"]);

const primitives: Readonly<Record<string, string>> = {
  string: "string",
  Date: "string",
  int: "number",
  long: "number",
  double: "number",
  boolean: "boolean",
  binary: "unknown",
  void: "void",
  object: "Readonly<Record<string, unknown>>",
  containers: "Readonly<Record<string, unknown>>",
};

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

async function readJson(source: string, name: string): Promise<Resource> {
  if (!/^https?:/.test(source)) {
    const inDocs = join(source, "api-docs", name);
    return resourceSchema.parse(
      JSON.parse(await readFile(existsSync(inDocs) ? inDocs : join(source, name), "utf8")),
    );
  }
  const url = new URL(`${source.replace(/\/+$/, "")}/${name}`);
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = "";
  url.password = "";
  const response = await fetch(url, {
    headers: { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` },
  });
  if (!response.ok)
    fail(`Asterisk answered ${response.status} to ${url.pathname}: check user and password in SOURCE.`);
  return resourceSchema.parse(await response.json());
}

function typeOf(described: string, models: ReadonlyMap<string, Model>): string {
  const list = /^List\[(.+)\]$/.exec(described)?.[1];
  if (list !== undefined) return `readonly ${typeOf(list, models)}[]`;
  const primitive = primitives[described];
  if (primitive !== undefined) return primitive;
  if (!models.has(described))
    fail(`The description uses the type "${described}", which it nowhere describes.`);
  return described;
}

/** Whether a value of this type contains a list, an open set of names, or a file, and so has no maximum size. */
function isOpen(described: string, models: ReadonlyMap<string, Model>): boolean {
  if (described.startsWith("List[") || ["object", "containers", "binary"].includes(described)) return true;
  const properties = Object.entries(models.get(described)?.properties ?? {});
  // `channelvars` has only the variables that Asterisk is configured to add to channels.
  return properties.some(([name, { type }]) => name !== "channelvars" && isOpen(type, models));
}

function comment(text: string | undefined, indent: string): string {
  if (text === undefined || text === "") return "";
  const lines = text.replaceAll("*/", "* /").split("\n");
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;
}

function modelSource(
  model: Model,
  parent: string | undefined,
  isMessage: boolean,
  all: ReadonlyMap<string, Model>,
) {
  const concrete = isMessage && model.subTypes === undefined;
  const fields = Object.entries(model.properties ?? {}).map(([name, property]) => {
    const values = property.allowableValues?.values;
    const type = values
      ? values.map((value) => JSON.stringify(value)).join(" | ")
      : typeOf(property.type, all);
    return `${comment(property.description, "  ")}  readonly ${name}${property.required === true ? "" : "?"}: ${type};\n`;
  });
  if (concrete) fields.unshift(`  readonly type: ${JSON.stringify(model.id)};\n`);
  const heir = parent === undefined ? "" : ` extends ${parent}`;
  return `${comment(model.description, "")}export interface ${model.id}${heir} {\n${fields.join("")}}\n`;
}

function operationSource(part: string, path: string, operation: Operation, all: ReadonlyMap<string, Model>) {
  const shape = (kind: ParameterKind) => {
    const parameters = (operation.parameters ?? []).filter((parameter) => parameter.paramType === kind);
    // A body of type "containers" has a key per parameter; one of type "object" is the parameter itself.
    if (kind === "body" && parameters[0]?.dataType === "object") return typeOf("object", all);
    const fields = parameters.map((parameter) => {
      const type = parameter.allowMultiple === true ? "string" : typeOf(parameter.dataType, all);
      return `readonly ${parameter.name}${parameter.required === true ? "" : "?"}: ${type}`;
    });
    return fields.length === 0 ? "Readonly<Record<string, never>>" : `{ ${fields.join("; ")} }`;
  };
  const result = typeOf(operation.responseClass, all);
  return (
    `${comment(operation.summary, "  ")}  readonly "${part}.${operation.nickname}": {\n` +
    `    readonly method: "${operation.httpMethod}";\n    readonly path: "${path}";\n` +
    `    readonly query: ${shape("query")};\n    readonly body: ${shape("body")};\n    readonly result: ${result};\n  };\n`
  );
}

async function generate(source: string): Promise<string> {
  const index = await readJson(source, "resources.json");
  const parts = await Promise.all(
    index.apis.map(async ({ path }) => {
      const file = path.replace("/api-docs/", "").replace("{format}", "json");
      return { name: file.replace(".json", ""), resource: await readJson(source, file) };
    }),
  );
  const models = new Map<string, Model>();
  for (const { resource } of parts)
    for (const model of Object.values(resource.models ?? {})) models.set(model.id, model);

  const parents = new Map<string, string>();
  for (const model of models.values()) for (const child of model.subTypes ?? []) parents.set(child, model.id);
  const descends = (id: string): boolean => id === "Message" || descends(parents.get(id) ?? "Message");
  const isMessage = (id: string) => id === "Message" || (parents.has(id) && descends(id));
  const events = [...parents].filter(([, parent]) => parent === "Event").map(([id]) => id);
  const delivered = events.filter((id) => !notAnEvent.has(id));

  let text =
    "// Generated from Asterisk's description of its REST interface by scripts/generate-ari-types.ts. Do not edit.\n\n";
  for (const model of models.values()) {
    // The base type has the discriminator, and each concrete type narrows it to its own name.
    const parent = notAnEvent.has(model.id) ? "Message" : parents.get(model.id);
    text += `${modelSource(model, parent, isMessage(model.id), models)}\n`;
  }
  text += `/** Everything that Asterisk tells an application unasked, told apart by \`type\`. */\nexport type AriEvent =\n${delivered.map((id) => `  | ${id}`).join("\n")};\n\n`;
  text += `export type AriEventType = AriEvent["type"];\n\n`;
  text += `export const ariEventTypes = [\n${delivered.map((id) => `  "${id}",\n`).join("")}] as const satisfies readonly AriEventType[];\n\n`;

  text += `/** Events without an upper size: they hold a list, an open set of names, or a model that does. */\n`;
  text += `export const openAriEvents: ReadonlySet<AriEventType> = new Set<AriEventType>([\n`;
  text += delivered
    .filter((id) => isOpen(id, models))
    .map((id) => `  "${id}",\n`)
    .join("");
  text += `]);\n\n`;

  const operations = parts.flatMap(({ name, resource }) =>
    resource.apis.flatMap(({ path, operations: list }) =>
      (list ?? [])
        .filter((operation) => operation.upgrade === undefined)
        .map((operation) => ({ part: name, path, operation })),
    ),
  );
  text += `/** Every operation: its method, path, and the shapes of query, body and result. */\nexport interface AriOperations {\n`;
  for (const { part, path, operation } of operations) text += operationSource(part, path, operation, models);
  text += `}\n\n/** What an operation is made of when the program runs. */\nexport interface AriOperationFacts {\n`;
  text += `  /** Name of the result's type in Asterisk's description, e.g. \`List[Channel]\`. */\n  readonly result: string;\n`;
  text += `  /** The result holds a list, an open set of names, or a file, and so has no upper size. */\n  readonly open: boolean;\n}\n\n`;
  text += `export const ariOperations: {\n  readonly [Name in keyof AriOperations]: Pick<AriOperations[Name], "method" | "path"> & AriOperationFacts;\n} = {\n`;
  for (const { part, path, operation } of operations) {
    const { responseClass: result } = operation;
    text += `  "${part}.${operation.nickname}": { method: "${operation.httpMethod}", path: "${path}", result: "${result}", open: ${isOpen(result, models)} },\n`;
  }
  return `${text}};\n`;
}

const [source, mode] = process.argv.slice(2);
if (source === undefined || (mode !== undefined && mode !== "--check")) {
  fail("Usage: npx tsx scripts/generate-ari-types.ts FOLDER-OR-URL [--check]");
}
const text = await generate(source);
if (mode === "--check") {
  const current = existsSync(output) ? await readFile(output, "utf8") : "";
  if (current !== text) {
    console.error(
      "src/ari/generated/models.ts differs from this description: run the script without --check.",
    );
    process.exitCode = 1;
  }
} else {
  await writeFile(output, text);
  console.log(`Wrote ${text.split("\n").length} lines to src/ari/generated/models.ts`);
}
