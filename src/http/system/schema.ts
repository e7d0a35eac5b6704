import { z } from "zod";
import { readinessStates } from "../../ops/readiness.ts";
import { settingOrigins } from "../../values/shownSetting.ts";
import { partKinds } from "../../ops/types.ts";
import { retainedKinds } from "../../privacy/retention.ts";
import { time } from "../server/schemas.ts";

const partHealth = z
  .object({
    kind: z.enum(partKinds),
    status: z.enum(["up", "degraded", "down", "off"]),
    detail: z.string().meta({
      description: "Details in words.",
    }),
  })
  .meta({ id: "PartHealth" });
const report = {
  status: z.enum(["up", "degraded", "down"]).meta({
    description: "`down`: calls cannot be handled. `degraded`: they can, but something needs attention.",
  }),
  parts: z.record(z.string(), partHealth),
};
export const health = z
  .object({ status: report.status, parts: report.parts.optional(), node: z.string().optional() })
  .meta({ id: "Health", description: "Without the permission `system.read`, only the status." });

export const liveness = z.object({ status: z.literal("live") }).meta({ id: "Liveness" });

export const readiness = z.object({ status: z.enum(readinessStates) }).meta({ id: "Readiness" });

export const system = z
  .object({
    version: z.string().meta({ description: "The running version." }),
    node: z.string(),
    startedAt: time,
    uptimeSeconds: z.int(),
    backup: z
      .object({
        status: z.enum(["unwatched", "fresh", "late", "missing", "unreadable"]).meta({
          description:
            "`unwatched`: `BACKUP_STATUS_FILE` is not set. `missing`: the file does not exist. `late`: the backup is too old.",
        }),
        lastAt: time.nullable(),
        maxAgeHours: z.number(),
      })
      .meta({ id: "Backup" }),
    retention: z.array(
      z
        .object({
          what: z.enum(retainedKinds),
          days: z.int().nullable().meta({ description: "null: kept forever." }),
          lastRunAt: time.nullable(),
          removed: z.int().meta({ description: "By the last run." }),
        })
        .meta({ id: "Retention" }),
    ),
    health: z.object(report),
  })
  .meta({ id: "System" });

export const settings = z
  .object({
    node: z.string(),
    items: z.array(
      z
        .object({
          name: z.string(),
          section: z.string(),
          value: z.string().nullable().meta({ description: "null if it is not set, or secret." }),
          isSet: z.boolean(),
          secret: z.boolean(),
          origin: z.enum(settingOrigins).meta({
            description: "`envFile`: the file `.env`. `secretFile`: the file that `NAME_FILE` names.",
          }),
          about: z.string(),
          fallback: z.string().nullable(),
        })
        .meta({ id: "Setting" }),
    ),
  })
  .meta({ id: "SettingList" });
