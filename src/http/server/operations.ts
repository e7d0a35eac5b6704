import { accessOperations } from "../access/schema.ts";
import { callOperations } from "../calls/schema.ts";
import { otherRefusals } from "./schemas.ts";
import type { ApiOperation } from "./schemas.ts";
import { importOperations } from "../imports/schema.ts";
import { liveMessage, liveOperations, liveRequest } from "../live/schema.ts";
import { mappingOperations } from "../mappings/schema.ts";
import { lookupRoutes } from "../mappings/lookupRoutes.ts";
import { documentOf, operationsOf } from "./document.ts";
import type { OpenApiDocument } from "./document.ts";
import { operationOperations } from "../system/schema.ts";
import { poolOperations } from "../pools/schema.ts";
import { statsOperations } from "../stats/schema.ts";

/** Every operation of the API: what the document tells, the tests hold answers to, and the web client is made of. */
export const operations: readonly ApiOperation[] = [
  ...importOperations,
  ...operationsOf(lookupRoutes),
  ...mappingOperations,
  ...poolOperations,
  ...callOperations,
  ...liveOperations,
  ...statsOperations,
  ...operationOperations,
  ...accessOperations,
].map((operation) => ({ ...operation, responses: { ...operation.responses, ...otherRefusals } }));

export const openApiDocument = (): OpenApiDocument =>
  documentOf(operations, { LiveMessage: liveMessage, LiveRequest: liveRequest });
