import { ariEventTypes } from "../../src/ari/generated/models.ts";
import type { Parameter, Route } from "./router.ts";

/** Asterisk's API description (Swagger 1.1) of exactly the operations that the simulator has. */

const header = (host: string): Readonly<Record<string, string>> => ({
  apiVersion: "10.0.0",
  swaggerVersion: "1.1",
  basePath: `http://${host}/ari`,
});

const resourceOf = (route: Route): string => route.path.split("/")[1] ?? "";

/** `/api-docs/resources.json`, or null for another name. */
export function apiDocs(routes: readonly Route[], file: string, host: string): unknown {
  const resources = [...new Set(routes.map(resourceOf))];
  if (file === "resources.json")
    return {
      ...header(host),
      apis: resources.map((name) => ({
        path: `/api-docs/${name}.{format}`,
        description: `${name} resources`,
      })),
    };
  const resource = resources.find((name) => `${name}.json` === file);
  if (resource === undefined) return null;
  return {
    ...header(host),
    resourcePath: `/api-docs/${resource}.{format}`,
    apis: apisOf(routes.filter((route) => resourceOf(route) === resource)),
    models: resource === "events" ? eventModels() : {},
  };
}

function apisOf(routes: readonly Route[]): unknown[] {
  const paths = [...new Set(routes.map((route) => route.path))];
  return paths.map((path) => ({
    path,
    description: path,
    operations: routes
      .filter((route) => route.path === path)
      .map((route) => ({
        httpMethod: route.method,
        summary: route.nickname,
        nickname: route.nickname,
        responseClass: route.returns,
        parameters: route.parameters.map(parameterOf),
        errorResponses: [],
      })),
  }));
}

const parameterOf = (parameter: Parameter): unknown => ({
  name: parameter.name,
  description: parameter.name,
  paramType: parameter.in,
  required: parameter.required,
  allowMultiple: parameter.multiple,
  dataType: parameter.type,
});

/** Which resources an event carries, by the property that holds them. */
const resourcesIn: Readonly<Record<string, string>> = {
  channel: "Channel",
  peer: "Channel",
  caller: "Channel",
  bridge: "Bridge",
  playback: "Playback",
};

function eventModels(): Record<string, unknown> {
  const models: Record<string, unknown> = {};
  for (const type of ariEventTypes) {
    const names =
      type === "Dial" ? ["peer", "caller"] : Object.keys(resourcesIn).filter((name) => carries(type, name));
    models[type] = {
      id: type,
      properties: Object.fromEntries(
        names.map((name) => [name, { type: resourcesIn[name], required: false }]),
      ),
    };
  }
  return models;
}

function carries(type: string, property: string): boolean {
  switch (property) {
    case "channel":
      return /^(?:Channel|Stasis|Call)/u.test(type);
    case "bridge":
      return /Bridge/u.test(type);
    case "playback":
      return type.startsWith("Playback");
    default:
      return false;
  }
}
