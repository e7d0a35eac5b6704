import { ariOperations } from "./generated/models.ts";
import type { AriOperations } from "./generated/models.ts";
import type { AriRequest } from "./types.ts";

type NamesIn<Path> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;
type PathNames<Name extends keyof AriOperations> = NamesIn<AriOperations[Name]["path"]>;

/**
 * A request that the compiler checks against Asterisk's description: Asterisk itself ignores a misspelt
 * parameter without a word.
 *
 *   operation("channels.dial", { channelId }, { timeout: 30 })
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
  return {
    method,
    path: template.replace(/\{(\w+)\}/g, (_, part: string) => encodeURIComponent(values[part] ?? "")),
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
  };
}
