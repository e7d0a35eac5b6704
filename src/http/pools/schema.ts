import { z } from "zod";
import { next, phone, time } from "../server/schemas.ts";

export const pool = z
  .object({
    id: z.int(),
    name: z.string(),
    label: z.string().nullable(),
    country: z.string().nullable(),
    callerId: z.string().nullable().meta({
      description:
        "For mappings without one: `proxy`, `dialled`, `caller`, `anonymous`, `fixed:NUMBER`; null: the trunk's.",
    }),
    quarantineSeconds: z.int(),
    enabled: z.boolean(),
    isDefault: z.boolean(),
    ranges: z.array(z.object({ first: phone, last: phone })),
    listed: z.int().meta({ description: "Numbers from lists." }),
    counts: z.object({
      total: z.int(),
      free: z.int(),
      used: z.int(),
      quarantined: z.int(),
      blocked: z.int(),
    }),
    forecast: z.object({
      emptyInDays: z
        .int()
        .nullable()
        .meta({ description: "null: not at the current rate, or not known yet." }),
      perDay: z.number().nullable().meta({
        description: "Numbers allocated per day, without those returned; null in the first week of use.",
      }),
      basedOnDays: z.int().meta({
        description: "Days in the average: the last four weeks of use without the busiest day.",
      }),
      warningDays: z.int(),
      warning: z.boolean(),
    }),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: "Pool" });

const blocked = z.object({ number: phone, note: z.string().nullable(), blockedAt: time });

export const poolList = z.object({ items: z.array(pool) });
export const blockedPage = z.object({ items: z.array(blocked), next });
