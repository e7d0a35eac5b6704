import { z } from "zod";
import {
  csvDelimiter,
  expiry,
  fieldChange,
  next,
  phone,
  storedWord,
  time,
  wholeNumber,
} from "../server/schemas.ts";

export const mapping = z
  .object({
    id: z.int(),
    proxyNumber: phone,
    realNumber: phone.nullable().meta({
      description: "E.164 without the plus sign, masked without `numbers.real`; null: erased.",
    }),
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
    etag: z.string().meta({
      description:
        "Also in the header `ETag`. Sent as `If-Match`, it prevents a change from overwriting another one.",
    }),
  })
  .meta({ id: "Mapping" });

export const foundMapping = mapping
  .extend({
    successor: z.object({ id: z.int(), proxyNumber: phone }).nullable().meta({
      description:
        "For released mappings: the mapping that the real number has now, so that the release cannot be undone.",
    }),
  })
  .meta({ id: "FoundMapping" });

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

export const ifMatch = z.object({
  "if-match": z.string().optional().meta({
    description: "The `etag` of the mapping as you know it. If it has changed since, the answer is 412.",
  }),
});

export const ownersBody = z
  .strictObject({
    proxyNumbers: z.array(phone.max(20)).min(1).max(1000),
  })
  .meta({ id: "OwnersQuery" });

export const owners = z
  .object({
    items: z.array(
      z.object({
        proxyNumber: phone,
        id: z.int().meta({ description: "Of the mapping." }),
        label: z.string().nullable(),
        reference: z.string().nullable(),
        createdAt: time.meta({ description: "Earlier calls were to another mapping of the number." }),
      }),
    ),
  })
  .meta({ id: "Owners" });

const unknownIds = z
  .int()
  .optional()
  .meta({ description: "How many of `ids` do not exist, or no longer exist." });

export const historyQuery = z.strictObject({
  limit: wholeNumber(1, 200).default(50),
  after: z
    .string()
    .regex(/^\d{1,15}-\d{1,15}$/, "must be the `next` of a page")
    .optional(),
});

export const historyExportQuery = z.strictObject({ delimiter: csvDelimiter });

const event = z
  .object({
    at: time,
    what: storedWord(["created", "changed", "released", "restored", "renumbered", "erased"]),
    fields: z.array(z.string()).meta({
      description: "Names of the changed fields, e.g. `state`; empty if unknown.",
    }),
    changes: z.array(fieldChange).meta({
      description:
        "Old and new values of changed fields, as far as they are known. Numbers are never among them: of `callerId`, only the kind.",
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
    undo: z
      .array(
        z.object({
          ids: z.array(z.int()),
          change: z
            .object({
              state: z.enum(["active", "disabled"]).optional(),
              expiresAt: time.nullable().optional(),
              label: z.string().nullable().optional(),
              reference: z.string().nullable().optional(),
              callerId: z.string().nullable().optional(),
            })
            .optional(),
          restore: z.literal(true).optional(),
          changedAt: time,
        }),
      )
      .optional()
      .meta({ description: "With `undoable`: the `steps` that undo this part of the change." }),
  }),
]);

export const bulkUndone = z.object({
  changed: z.int(),
  unchanged: z.int().meta({
    description:
      "Changed again since, gone, or not restorable: the proxy number is no longer in quarantine, or the real number has another one.",
  }),
});
