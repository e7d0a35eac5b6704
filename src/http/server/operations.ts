import { OpenApiGeneratorV31, OpenAPIRegistry } from "@asteasolutions/zod-to-openapi";
import { accessOperations } from "../access/schema.ts";
import { callOperations } from "../calls/schema.ts";
import { otherRefusals } from "./schemas.ts";
import type { ApiOperation } from "./schemas.ts";
import { importOperations } from "../imports/schema.ts";
import { liveMessage, liveOperations, liveRequest } from "../live/schema.ts";
import { mappingOperations } from "../mappings/schema.ts";
import { numberOperations } from "../mappings/lookupSchema.ts";
import { operationOperations } from "../system/schema.ts";
import { poolOperations } from "../pools/schema.ts";
import { statsOperations } from "../stats/schema.ts";

/** Every operation of the API: what the document tells, the tests hold answers to, and the web client is made of. */
export const operations: readonly ApiOperation[] = [
  ...importOperations,
  ...numberOperations,
  ...mappingOperations,
  ...poolOperations,
  ...callOperations,
  ...liveOperations,
  ...statsOperations,
  ...operationOperations,
  ...accessOperations,
].map((operation) => ({ ...operation, responses: { ...operation.responses, ...otherRefusals } }));

export type OpenApiDocument = ReturnType<OpenApiGeneratorV31["generateDocument"]>;

/** The OpenAPI 3.1 document, made of the schemas that check requests. */
export function openApiDocument(): OpenApiDocument {
  const registry = new OpenAPIRegistry();
  registry.register("LiveMessage", liveMessage);
  registry.register("LiveRequest", liveRequest);
  for (const operation of operations) registry.registerPath(operation);
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: "3.1.0",
    info: {
      title: "Phone Proxy",
      version: "1",
      description:
        "A proxy number for every real one, and the record of calls. Refusals are `application/problem+json` " +
        "with a stable `code`. Times are UTC. Lists page by `after`.",
    },
    servers: [{ url: "/" }],
  });
}
