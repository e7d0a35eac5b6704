import { z } from "zod";
import { bareForms } from "../../values/bareForms.ts";
import { importFields } from "../../imports/rows/row.ts";
import { rowKinds } from "../../imports/job/selectRows.ts";
import { importStates } from "../../imports/job/types.ts";
import { delimiters, textEncodings } from "../../imports/reading/types.ts";
import { expiry, phone, storedWord, time } from "../server/schemas.ts";
import { choicesSchema } from "./choices.ts";

const counts = z
  .object({
    rows: z.int().meta({ description: "The sum of the others, except `refusals`." }),
    created: z.int(),
    existing: z.int().meta({ description: "Known numbers with no other data in the file." }),
    differing: z.int().meta({
      description: "Known numbers with other data in the file, which is not stored.",
    }),
    updated: z.int().meta({
      description: "Known numbers that get their label, reference, or expiry from the file.",
    }),
    duplicate: z.int(),
    rejected: z.int(),
    blank: z
      .int()
      .meta({ description: "Rows with nothing to do: blank, or of a mapping that was released." }),
    header: z.int(),
    refusals: z.record(z.string(), z.int()).meta({ description: "The rejected ones by code." }),
  })
  .meta({ id: "ImportCounts" });

export const text = { code: z.string(), message: z.string(), remedy: z.string() };

export const summary = {
  id: z.int(),
  state: z.enum(importStates),
  waitingFor: z.enum(["database", "runner"]).nullable(),
  fileName: z.string(),
  fileBytes: z.int(),
  poolId: z.int().nullable(),
  progress: z.number().meta({ description: "0 to 1." }),
  rowsPerSecond: z.int().nullable(),
  remainingMs: z.int().nullable(),
  counts,
  preview: z
    .object({
      counts,
      pools: z.array(z.object({ poolId: z.int(), name: z.string(), wanted: z.int(), free: z.int() })),
      poolSuffices: z.boolean(),
      poolId: z.int().nullable().meta({
        description:
          "The pool for rows that name none; a commit takes numbers from it. null: there is none, or you have to choose one of several.",
      }),
      withoutPool: z.int().meta({
        description:
          "How many numbers have no pool. If no row names a pool, they are counted as created, as if there were a pool with room for them.",
      }),
    })
    .nullable()
    .meta({
      description: "The forecast of the dry run. A commit gives exactly these counts if there was a pool.",
    }),
  failure: z.object({ ...text, afterRow: z.int().nullable() }).nullable(),
  undo: z
    .object({
      removed: z.int(),
      kept: z.int(),
      released: z.int().meta({ description: "By a user or a program, since the import." }),
      restored: z.int(),
      unrestored: z.int().meta({ description: "Changed or released since, so they stay as they are." }),
    })
    .nullable()
    .meta({
      description:
        "Once undone, the first three add up to `created` of the counts, the other two to `updated`.",
    }),
  uploadedBy: z
    .object({
      kind: storedWord(
        ["user", "key", "address", "anonymous", "open"],
        " `open`: the file was uploaded while access was open.",
      ),
      name: z.string().meta({ description: "At that time; empty if unknown." }),
    })
    .nullable(),
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
};

const source = z.union([
  z.object({
    format: z.literal("csv"),
    encoding: z.enum(textEncodings),
    byteOrderMark: z.boolean(),
    delimiter: z.enum(delimiters).nullable(),
    quote: z.enum(['"', "'"]).nullable(),
    separatorLine: z.boolean(),
    escape: z.literal("\\").optional(),
    wrapped: z.literal(true).optional().meta({ description: "Each line is quoted as a whole." }),
  }),
  z.object({
    format: z.literal("xlsx"),
    sheet: z.string(),
    sheets: z.array(z.object({ name: z.string(), hidden: z.boolean() })),
  }),
]);

const choices = choicesSchema.meta({
  id: "ReadingChoices",
  description: "The choices made for reading the file; everything else is detected.",
});

export const differences = z
  .array(
    z.object({
      field: z.string(),
      ours: z.string().nullable().meta({ description: "As stored before the import." }),
      file: z.string().nullable(),
      updated: z.boolean().meta({ description: "The value of the file is stored, or will be." }),
    }),
  )
  .meta({ description: "The fields of a known number that differ between the file and the stored data." });

export const details = {
  reading: z.object({
    source,
    headerRow: z.int().nullable(),
    columns: z.array(
      z.object({
        place: z.int().meta({ description: "From 0." }),
        header: z.string().nullable(),
        field: z.enum([...importFields, "ignored"]),
        because: z.enum(["header", "contents", "choice"]).nullable(),
      }),
    ),
    defaultCountry: z.string(),
    bareForm: z.enum(bareForms).nullable(),
    timeZone: z.string(),
    estimatedRows: z.int().nullable(),
    choices,
  }),
  notices: z.array(z.looseObject(text)),
  firstRows: z.array(
    z.object({
      row: z.int(),
      cells: z.array(z.string()),
      kind: z.enum(rowKinds).nullable(),
      stored: z
        .object({
          realNumber: phone,
          proxyNumber: phone.nullable(),
          label: z.string().nullable(),
          reference: z.string().nullable(),
          expiresAt: expiry.nullable(),
          pool: z.string().nullable(),
          callerId: z.string().nullable(),
        })
        .nullable()
        .meta({
          description: "For a known number, the stored values, with updates applied. null: not stored.",
        }),
      differences,
      refusal: z.object({ ...text, field: z.string().nullable() }).nullable(),
    }),
  ),
};
