import { z } from "zod";
import { partKinds } from "../../ops/types.ts";
import { time } from "../server/schemas.ts";

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
export const health = z.object({ ...report, node: z.string() }).meta({ id: "Health" });

export const system = z
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
