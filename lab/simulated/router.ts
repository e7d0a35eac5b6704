import type { World } from "./world.ts";

/** One REST request, over HTTP or a WebSocket. */
export interface RestRequest {
  readonly method: string;
  /** Below `/ari`, with or without a leading slash, still encoded. */
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  readonly body: unknown;
}

export interface Reply {
  readonly status: number;
  readonly reason: string;
  /** Undefined where Asterisk sends no body. */
  readonly body?: unknown;
}

export type Respond = (reply: Reply) => void;

export const ok = (body: unknown): Reply => ({ status: 200, reason: "OK", body });
export const noContent: Reply = { status: 204, reason: "No Content" };
export const created = (body: unknown): Reply => ({ status: 201, reason: "Created", body });
export const failed = (status: number, reason: string, message: string): Reply => ({
  status,
  reason,
  body: { message },
});
/** Asterisk's answer when it could not create something, for any reason. */
export const allocationFailed: Reply = {
  status: 500,
  reason: "Internal Server Error",
  body: { error: "Allocation failed" },
};

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "body";
  readonly type: string;
  readonly required: boolean;
  readonly multiple: boolean;
}

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** As Asterisk's API description writes it, e.g. `/channels/{channelId}`. */
  readonly path: string;
  readonly nickname: string;
  /** Name of a model, `List[Model]` or `void`. */
  readonly returns: string;
  readonly parameters: readonly Parameter[];
  readonly handle: (world: World, args: Args, respond: Respond) => void;
}

/**
 * Values from the path, the query, and the fields of a JSON body, which count as query parameters (`*_parse_body`).
 */
export class Args {
  readonly body: unknown;
  readonly #values: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, string>, body: unknown) {
    this.#values = values;
    this.body = body;
  }

  text(name: string): string {
    return this.#values.get(name) ?? "";
  }

  has(name: string): boolean {
    return this.text(name) !== "";
  }

  int(name: string): number {
    const value = Number.parseInt(this.text(name), 10);
    return Number.isNaN(value) ? 0 : value;
  }

  /** As `ast_true` reads it. */
  flag(name: string): boolean {
    return /^(?:yes|true|y|t|1|on)$/iu.test(this.text(name));
  }

  list(name: string): string[] {
    return this.text(name).split(",").filter(Boolean);
  }
}

/**
 * Describes an operation in one line. Parameters are words: `name`, `!` required, `*` a list, `:type` other
 * than string; `@` before the name puts it into the body.
 */
export function route(
  operation: `${Route["method"]} ${string}`,
  nickname: string,
  returns: string,
  parameters: string,
  handle: Route["handle"],
): Route {
  const [method = "", path = ""] = operation.split(" ");
  const inPath = [...path.matchAll(/\{(\w+)\}/gu)].map(([, name = ""]) =>
    parameter("path", name, "string", true),
  );
  const others = parameters
    .split(" ")
    .filter(Boolean)
    .map((word) => {
      const [, at, name = "", marks = "", type = "string"] =
        /^(@?)(\w+)([!*]*)(?::(\w+))?$/u.exec(word) ?? [];
      return parameter(at ? "body" : "query", name, type, marks.includes("!"), marks.includes("*"));
    });
  return {
    method: method as Route["method"],
    path,
    nickname,
    returns,
    parameters: [...inPath, ...others],
    handle,
  };
}

const parameter = (
  where: Parameter["in"],
  name: string,
  type: string,
  required: boolean,
  multiple = false,
): Parameter => ({ name, in: where, type, required, multiple });

interface Node {
  readonly children: Map<string, Node>;
  wildcard: { readonly name: string; readonly node: Node } | null;
  readonly routes: Map<string, Route>;
}

const newNode = (): Node => ({ children: new Map(), wildcard: null, routes: new Map() });

/** Finds the operation of a request, as `ast_ari_invoke` does. */
export class Router {
  readonly routes: readonly Route[];
  readonly #root = newNode();

  constructor(routes: readonly Route[]) {
    this.routes = routes;
    for (const route of routes) this.#add(route);
  }

  handle(world: World, request: RestRequest, respond: Respond): void {
    const path = request.path.startsWith("/") ? request.path.slice(1) : request.path;
    if (path.endsWith("/")) {
      const words = `ARI URLs do not end with a slash. Try /ari/${path.slice(0, -1)}`;
      respond(failed(404, "Not Found", words));
      return;
    }
    const values = new Map(request.query);
    let node = this.#root;
    for (const segment of path.split("/")) {
      const decoded = decode(segment);
      const child = node.children.get(decoded);
      if (child) node = child;
      else if (node.wildcard) {
        values.set(node.wildcard.name, decoded);
        ({ node } = node.wildcard);
      } else {
        respond(failed(404, "Not Found", "Resource not found"));
        return;
      }
    }
    const found = node.routes.get(request.method);
    if (!found) {
      respond(failed(405, "Method Not Allowed", "Invalid method"));
      return;
    }
    addFields(values, request.body, found.parameters);
    found.handle(world, new Args(values, request.body), respond);
  }

  #add(route: Route): void {
    let node = this.#root;
    for (const segment of route.path.slice(1).split("/")) {
      if (segment.startsWith("{")) {
        node.wildcard ??= { name: segment.slice(1, -1), node: newNode() };
        ({ node } = node.wildcard);
        continue;
      }
      let child = node.children.get(segment);
      if (!child) node.children.set(segment, (child = newNode()));
      node = child;
    }
    node.routes.set(route.method, route);
  }
}

function decode(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function addFields(values: Map<string, string>, body: unknown, parameters: readonly Parameter[]): void {
  if (typeof body !== "object" || body === null) return;
  const fields = new Map(Object.entries(body));
  for (const { name, in: where } of parameters) {
    const value: unknown = where === "query" ? fields.get(name) : undefined;
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      values.set(name, String(value));
    else if (Array.isArray(value)) values.set(name, value.join(","));
  }
}
