import { operations } from "../../src/http/openapi/document.ts";
import { z } from "zod";

/** The schema which the API's document gives for this answer; throws when it gives none. */
export function documented(method: string, path: string, status: number): z.ZodType {
  const operation = operations.find((one) => one.method === method && one.path === path);
  if (!operation) throw new Error(`${method} ${path} is not documented.`);
  const response = operation.responses[status];
  if (!response || !("content" in response) || !response.content)
    throw new Error(`${method} ${path} is not documented to answer ${status}.`);
  const [media] = Object.values(response.content);
  if (!media || !("schema" in media) || !(media.schema instanceof z.ZodType))
    throw new Error("The answer has no schema.");
  return media.schema;
}
