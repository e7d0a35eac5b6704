import { everyRoute } from "./features.ts";
import { liveMessage, liveRequest } from "./live/schema.ts";
import { documentOf, operationsOf } from "./server/document.ts";
import type { OpenApiDocument } from "./server/document.ts";

/**
 * Every operation of the API: the source of the OpenAPI document, of response checks in tests, and of the web
 * client.
 */
export const operations = operationsOf(everyRoute);

export const openApiDocument = (): OpenApiDocument =>
  documentOf(operations, { LiveMessage: liveMessage, LiveRequest: liveRequest });
