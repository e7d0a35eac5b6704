import { z } from "zod";
import { partKinds } from "../../ops/types.ts";
import { type ApiOperation, json, time } from "../server/schemas.ts";

const partHealth = z
  .object({
    kind: z.enum(partKinds),
    status: z.enum(["up", "degraded", "down", "off"]),
    detail: z.string().meta({
      description: "In words. `GET /health` leaves it empty for those without the right `system.read`.",
    }),
  })
  .meta({ id: "PartHealth" });
const report = {
  status: z.enum(["up", "degraded", "down"]).meta({
    description: "`down`: calls cannot be handled. `degraded`: they can, but something needs a look.",
  }),
  parts: z.record(z.string(), partHealth),
};
const health = z.object({ ...report, node: z.string() }).meta({ id: "Health" });

const system = z
  .object({
    version: z.string().meta({ description: "Of the release that runs." }),
    node: z.string(),
    startedAt: time,
    uptimeSeconds: z.int(),
    backup: z
      .object({
        status: z.enum(["unwatched", "fresh", "late", "missing", "unreadable"]).meta({
          description:
            "`unwatched`: `BACKUP_STATUS_FILE` is not set. `missing`: the file is not there. `late`: older than it may be.",
        }),
        lastAt: time.nullable(),
        maxAgeHours: z.number(),
      })
      .meta({ id: "Backup" }),
    health: z.object(report),
  })
  .meta({ id: "System" });

export const operationOperations: readonly ApiOperation[] = [
  {
    method: "get",
    path: "/health",
    operationId: "health",
    tags: ["Operation"],
    summary: "How each part fares; for everybody, without a sign-in.",
    responses: { 200: json("Calls can be handled.", health), 503: json("They cannot.", health) },
  },
  {
    method: "get",
    path: "/system",
    operationId: "system",
    tags: ["Operation"],
    summary: "What runs here, since when, how each part fares, and how old the last backup is.",
    responses: { 200: json("The system.", system) },
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
