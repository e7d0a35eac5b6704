import { ariOperations } from "./generated/models.ts";
import type { AriOperations } from "./generated/models.ts";
import type { AriRequest } from "./types.ts";

type NamesIn<Path> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;
type PathNames<Name extends keyof AriOperations> = NamesIn<AriOperations[Name]["path"]>;

/** `/channels/{channelId}/dial` as `["/channels/", "channelId", "/dial"]`: every second part is a parameter. */
const partsOf = (template: string): readonly string[] => template.split(/[{}]/);
const partsByPath = new Map(Object.values(ariOperations).map(({ path }) => [path as string, partsOf(path)]));

/**
 * A request checked by the compiler against Asterisk's API description. Asterisk silently ignores misspelt
 * parameters.
 */
export function operation<Name extends keyof AriOperations>(
  name: Name,
  path: Readonly<Record<PathNames<Name>, string>>,
  query?: AriOperations[Name]["query"],
  body?: AriOperations[Name]["body"],
): AriRequest {
  const { method, path: template }: { readonly method: AriRequest["method"]; readonly path: string } =
    ariOperations[name];
  const values: Readonly<Record<string, string>> = path;
  let filled = "";
  for (const [index, part] of (partsByPath.get(template) ?? [template]).entries())
    filled += index % 2 === 0 ? part : encodeURIComponent(values[part] ?? "");
  const request: { -readonly [Key in keyof AriRequest]: AriRequest[Key] } = { method, path: filled };
  if (query !== undefined) request.query = query;
  if (body !== undefined) request.body = body;
  return request;
}
