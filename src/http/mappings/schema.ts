import { z } from "zod";
import { expiry, next, phone, storedWord, time, wholeNumber } from "../server/schemas.ts";

export const mapping = z
  .object({
    id: z.int(),
    proxyNumber: phone,
    realNumber: phone,
    state: z.enum(["active", "disabled", "expired", "quarantined"]),
    label: z.string().nullable(),
    reference: z.string().nullable(),
    expiresAt: expiry.nullable(),
    callerId: z.string().nullable().meta({
      description:
        "`proxy`, `dialled`, `caller`, `anonymous`, `fixed:NUMBER`; null: the policy of the pool or the trunk.",
    }),
    pool: z.object({ id: z.int(), name: z.string().nullable() }).nullable(),
    importId: z.int().nullable(),
    quarantinedUntil: time.nullable().meta({
      description: "For released mappings: the end of the quarantine of the proxy number.",
    }),
    realNumberIsProxy: z.boolean(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: "Mapping" });

export const mappingPage = z
  .object({
    items: z.array(mapping),
    next,
    total: z
      .object({ value: z.int(), exact: z.boolean() })
      .optional()
      .meta({ description: "On the first page only. Without `exact` there are at least this many." }),
  })
  .meta({ id: "MappingPage" });

const unknownIds = z.int().optional().meta({ description: "How many of `ids` do not exist (any more)." });

export const historyQuery = z.strictObject({
  limit: wholeNumber(1, 200).default(50),
  after: z
    .string()
    .regex(/^\d{1,15}-\d{1,15}$/, "must be the `next` of a page")
    .optional(),
});

const event = z
  .object({
    at: time,
    what: storedWord(["created", "changed", "released"]),
    fields: z.array(z.string()).meta({
      description: "Names of the changed fields, e.g. `state`; empty if unknown.",
    }),
    actor: z
      .object({
        kind: storedWord(
          ["user", "key", "address", "anonymous", "open"],
          " `open`: the change was made while access was open.",
        ),
        name: z.string().meta({ description: "The name at that time." }),
      })
      .nullable()
      .meta({ description: "null: unknown, as for older bulk changes." }),
    importId: z.int().nullable().meta({ description: "The import that created it." }),
  })
  .meta({ id: "MappingEvent" });

export const mappingHistory = z.object({ items: z.array(event), next }).meta({ id: "MappingHistory" });

export const bulkResult = z.union([
  z.object({ matched: z.int(), unknown: unknownIds }),
  z.object({
    changed: z.int(),
    unchanged: z.int().meta({ description: "Already in this state, or released." }),
    unknown: unknownIds,
    next,
  }),
]);
