import { accessTable } from "../../src/http/access/table.ts";
import { everyRoute } from "../../src/http/features.ts";
import type { RouteRule } from "../../src/http/server/route.ts";

/** What every route of the server asks for. */
export const routeRules: readonly (Pick<RouteRule, "path" | "may" | "audit" | "guessable"> & {
  readonly method: string;
})[] = [
  ...everyRoute.map(({ rule }) => rule),
  ...Object.entries(accessTable).map(([route, { requires, audit, guessable = false }]) => {
    const [method = "", path = ""] = route.split(" ");
    return { method, path, may: requires, audit, guessable };
  }),
];

export const nameOf = ({ method, path }: { readonly method: string; readonly path: string }): string =>
  `${method} ${path}`;
