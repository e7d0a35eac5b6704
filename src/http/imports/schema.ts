import { z } from "zod";
import { importFields } from "../../imports/rows/row.ts";
import { rowKinds } from "../../imports/job/selectRows.ts";
import { importStates, isResultCode } from "../../imports/job/types.ts";
import { bareForms } from "../../values/bareForms.ts";
import { delimiters, existingChoices, textEncodings } from "../../imports/reading/types.ts";
import { ImportUnknownError } from "../../imports/job/errors.ts";
import { choicesSchema } from "./choices.ts";
import { csvDelimiter, expiry, next, phone, time, wholeNumber } from "../server/schemas.ts";

const counts = z
  .object({
    rows: z.int().meta({ description: "The sum of the others but `refusals`." }),
    created: z.int(),
    existing: z.int().meta({ description: "Known numbers of which the file says nothing else." }),
    differing: z.int().meta({
      description: "Known numbers of which the file says something else, which is not stored.",
    }),
    updated: z.int().meta({
      description: "Known numbers whose label, reference, or expiry is taken from the file.",
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

const text = { code: z.string(), message: z.string(), remedy: z.string() };

const summary = {
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
          "The pool for rows that name none. null: there is none, or one of several has to be chosen. A commit takes from this pool.",
      }),
      withoutPool: z.int().meta({
        description:
          "How many numbers have no pool to come from. Where no row names a pool they are counted as created, as if there were a pool with room for them.",
      }),
    })
    .nullable()
    .meta({
      description: "What the dry run foresaw; a commit of it gives exactly these counts if it had a pool.",
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
    wrapped: z.literal(true).optional().meta({ description: "Each line as a whole is quoted." }),
  }),
  z.object({
    format: z.literal("xlsx"),
    sheet: z.string(),
    sheets: z.array(z.object({ name: z.string(), hidden: z.boolean() })),
  }),
]);

const choices = choicesSchema.meta({
  id: "ReadingChoices",
  description: "What was chosen of how the file is read; all else is found out.",
});

const differences = z
  .array(
    z.object({
      field: z.string(),
      ours: z.string().nullable().meta({ description: "As stored before the import." }),
      file: z.string().nullable(),
      updated: z.boolean().meta({ description: "The value of the file is stored, or will be." }),
    }),
  )
  .meta({ description: "Where the file says something else than is stored for a known number." });

const details = {
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
  firstRows: z
    .array(
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
          .meta({ description: "A known number as it is, but for what is updated. null: not stored." }),
        differences,
        refusal: z.object({ ...text, field: z.string().nullable() }).nullable(),
      }),
    )
    .meta({ description: "None, nor any header, for those who see real numbers masked." }),
};

const kept = z.array(z.object({ id: z.int(), proxyNumber: phone, realNumber: phone }));
export const shownImport = z
  .object({ ...summary, ...details, keptMappings: kept.optional(), keptMappingsOmitted: z.int().optional() })
  .meta({
    id: "Import",
    description:
      "`keptMappings`: of an undone import, those that a call has used, at most 1000; `keptMappingsOmitted` says how many more there are, which `GET /mappings?import=` lists.",
  });

export const rowPage = z
  .object({
    items: z.array(
      z
        .object({
          row: z.int().meta({ description: "As spreadsheet programs count, from 1." }),
          kind: z.enum(rowKinds).meta({ description: "`skipped`: blank, or of the header." }),
          input: z.string().meta({ description: "The cell of the number as it was, cut to 200 characters." }),
          realNumber: phone.nullable(),
          proxyNumber: phone.nullable(),
          ...text,
          differences,
        })
        .meta({ id: "ImportRow" }),
    ),
    next: next.meta({
      description:
        "`after` of the next page, which there may be even where this one has few rows or none: no answer looks through the whole of a large file. null on the last.",
    }),
  })
  .meta({ id: "ImportRowPage" });

const column = z.object({ column: z.int().meta({ description: "From 1." }), name: z.string().nullable() });
export const uploadedImport = z
  .object({
    ...summary,
    ...details,
    file: z.object({
      encoding: z.string().nullable(),
      delimiter: z.string().nullable(),
      columns: z.object({
        realNumber: column.nullable(),
        label: column.nullable(),
        reference: column.nullable(),
        proxyNumber: column.nullable(),
        ignored: z.array(column),
      }),
    }),
    mapped: z
      .array(
        z.object({
          row: z.int(),
          input: z.string(),
          realNumber: phone,
          proxyNumber: phone,
          created: z.boolean(),
          code: z.string(),
          differences,
        }),
      )
      .optional(),
    rejected: z.array(z.object({ row: z.int(), input: z.string(), ...text })).optional(),
    omitted: z
      .object({ mapped: z.int(), rejected: z.int() })
      .optional()
      .meta({ description: "Rows for which this answer has no room; `result.csv` has them all." }),
  })
  .meta({ id: "UploadedImport", description: "With its rows once it is done." });

export const importPage = z.object({ items: z.array(z.object(summary)), next }).meta({ id: "ImportPage" });

/** Text that is not an ID is answered like an unknown ID. */
export const importId = z.string().transform((text) => {
  const id = Number(text);
  if (!Number.isSafeInteger(id) || id < 1 || id > 2 ** 31 - 1) throw new ImportUnknownError();
  return id;
});

const longestWaitSeconds = 120;
const waitSeconds = z.coerce.number().min(0).max(longestWaitSeconds);
const flag = z.enum(["true", "false", ""]).transform((value) => value !== "false");
const language = z.enum(["en", "ru"]).optional();

export const uploadQuery = z.strictObject({
  /** Seconds for which the answer waits for the end of the import. */
  wait: waitSeconds.default(30),
  dryRun: flag.default(false),
  /** ID of the pool to take numbers from. */
  pool: z.coerce.number().int().min(1).optional(),
  column: z.string().min(1).max(200).optional().meta({
    description: "The column of the numbers, by its header or by its number from 1; as in `choices`.",
  }),
  existing: z.enum(existingChoices).optional().meta({
    description:
      "Whether label, reference, and expiry of known numbers are taken from the file; as in `choices`.",
  }),
});
export const uploadHeaders = z.object({ "Idempotency-Key": z.string().min(1).max(200).optional() });
export const uploadForm = z.object({
  file: z.string().meta({ format: "binary" }),
  choices: z.string().optional().meta({ description: "ReadingChoices as JSON." }),
});

export const importPageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  /** `next` of the page before. */
  after: z.coerce.number().int().min(1).optional(),
  state: z.enum(importStates).optional(),
  lang: language,
});
export const importQuery = z.strictObject({ lang: language });
export const importResultQuery = z.strictObject({
  delimiter: csvDelimiter,
  /** `problems`: only rows that are not imported. */
  only: z.enum(["all", "problems"]).default("all"),
  lang: language,
});
const rowFields = {
  kind: z.enum(rowKinds).optional(),
  /** One of the codes in `counts.refusals`, or of the other rows, as the result names it. */
  code: z.string().refine(isResultCode, "is no code of a row").optional(),
  limit: wholeNumber(1, 500).default(100),
  /** `next` of the page before. */
  after: wholeNumber(1, 2 ** 31 - 1).optional(),
  lang: language,
};
export const importRowsQuery = z.strictObject(rowFields);
export const importRowsSearch = z
  .strictObject({
    ...rowFields,
    text: z.string().max(200).optional().meta({
      description: "The number of the row, a part of the cell as it was, or digits of either number.",
    }),
  })
  .meta({ id: "ImportRowSearch" });
export const importActionQuery = z.strictObject({ wait: waitSeconds.default(0), lang: language });
