import { everyRoute } from "./features.ts";
import { liveMessage, liveRequest } from "./live/schema.ts";
import { documentOf, operationsOf } from "./server/document.ts";
import type { OpenApiDocument } from "./server/document.ts";

/** Every operation of the API: what the document tells, the tests hold answers to, and the web client is made of. */
export const operations = operationsOf(everyRoute);

export const openApiDocument = (): OpenApiDocument =>
  documentOf(operations, { LiveMessage: liveMessage, LiveRequest: liveRequest });
