import { z } from "zod";
import { type ApiOperation, json } from "./common.ts";

const partHealth = z
  .object({ status: z.enum(["up", "degraded", "down", "off"]), detail: z.string() })
  .meta({ id: "PartHealth" });
const health = z
  .object({
    status: z.enum(["up", "degraded", "down"]).meta({
      description: "`down`: calls cannot be handled. `degraded`: they can, but something needs a look.",
    }),
    node: z.string(),
    parts: z.record(z.string(), partHealth),
  })
  .meta({ id: "Health" });

export const operationOperations: readonly ApiOperation[] = [
  {
    method: "get",
    path: "/health",
    operationId: "health",
    tags: ["Operation"],
    summary: "How each part fares.",
    responses: { 200: json("Calls can be handled.", health), 503: json("They cannot.", health) },
  },
  {
    method: "get",
    path: "/metrics",
    operationId: "metrics",
    tags: ["Operation"],
    summary: "For Prometheus.",
    responses: { 200: { description: "The metrics.", content: { "text/plain": { schema: z.string() } } } },
  },
  {
    method: "get",
    path: "/openapi.json",
    operationId: "openapi",
    tags: ["Operation"],
    summary: "This document.",
    responses: { 200: json("The document.", z.looseObject({ openapi: z.string() })) },
  },
];
