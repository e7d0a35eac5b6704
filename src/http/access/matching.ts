import { accessTable } from "./table.ts";
import type { RouteRule } from "./table.ts";

/** A rule with the parameters of its path that name what was done to: never a phone number. */
export interface MatchedRule extends RouteRule {
  /** As in the table, e.g. `PATCH /mappings/:id`. */
  readonly route: string;
  readonly parameters: Readonly<Record<string, string>>;
}

interface Pattern extends RouteRule {
  readonly route: string;
  readonly parts: readonly string[];
}

/** By method and first part of the path, fixed parts before variable ones. */
const patterns = new Map<string, Pattern[]>();
for (const [route, rule] of Object.entries(accessTable)) {
  const [method = "", path = ""] = route.split(" ");
  const parts = path.slice(1).split("/");
  const key = `${method} ${parts[0]}`;
  patterns.set(key, [...(patterns.get(key) ?? []), { ...rule, route, parts }]);
}
const isFixed = (part: string): boolean => !part.startsWith(":") && !part.startsWith("*");
const fixedParts = ({ parts }: Pattern): number => parts.filter(isFixed).length;
for (const list of patterns.values()) list.sort((one, other) => fixedParts(other) - fixedParts(one));

/**
 * The rule of a request, or null. It reads paths as the router does: capital letters and a slash at the end make no
 * difference.
 */
export function ruleFor(method: string, path: string): MatchedRule | null {
  const parts = path
    .replace(/(?<=.)\/$/, "")
    .slice(1)
    .split("/");
  const asked = method === "HEAD" ? "GET" : method;
  for (const pattern of patterns.get(`${asked} ${parts[0]?.toLowerCase()}`) ?? []) {
    const parameters = fit(pattern.parts, parts);
    if (parameters !== null) return { ...pattern, parameters };
  }
  return null;
}

function fit(wanted: readonly string[], parts: readonly string[]): Record<string, string> | null {
  const parameters: Record<string, string> = {};
  for (const [index, want] of wanted.entries()) {
    if (want.startsWith("*")) return parts.length > index ? parameters : null;
    const part = parts[index];
    if (part === undefined || part === "") {
      // The path `/` has one part, which is empty.
      if (part === "" && want === "" && parts.length === 1) continue;
      return null;
    }
    if (want.startsWith(":")) parameters[want.slice(1)] = part;
    else if (want !== part.toLowerCase()) return null;
  }
  return parts.length === wanted.length ? parameters : null;
}
