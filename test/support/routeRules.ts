import { everyRoute } from "../../src/http/features.ts";
import type { RouteRule } from "../../src/http/server/route.ts";

/** The requirements of all routes. */
export const routeRules: readonly RouteRule[] = everyRoute.map(({ rule }) => rule);

export const nameOf = ({ method, path }: RouteRule): string => `${method} ${path}`;
