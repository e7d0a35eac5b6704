import { z } from "zod";
import { rowKinds } from "../../imports/job/selectRows.ts";
import { importStates, isResultCode } from "../../imports/job/types.ts";
import { existingChoices } from "../../imports/reading/types.ts";
import { ImportUnknownError } from "../../imports/job/errors.ts";
import { csvDelimiter, next, phone, wholeNumber } from "../server/schemas.ts";
import { details, differences, summary, text } from "./importSchema.ts";

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
          cells: z.array(z.string()).nullable().meta({
            description:
              "All cells of a rejected row as they are in the file, in the order of `reading.columns`, each cut to 200 characters. null for other rows, and where the file is not stored any more or the row is too far down in a large one.",
          }),
          realNumber: phone.nullable(),
          proxyNumber: phone.nullable(),
          ...text,
          differences,
        })
        .meta({ id: "ImportRow" }),
    ),
    next: next.meta({
      description:
        "`after` of the next page; null on the last. A page may have few rows or none and still not be the last: no answer searches the whole of a large file.",
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
      .meta({ description: "Rows that do not fit into this answer; `result.csv` has all of them." }),
  })
  .meta({ id: "UploadedImport", description: "With its rows once it is done." });

export const importPage = z.object({ items: z.array(z.object(summary)), next }).meta({ id: "ImportPage" });

/** Text that is not an ID is answered like an unknown ID; so is another notation of one, as in `rowId`. */
export const importId = z.string().transform((text) => {
  const id = /^[1-9]\d*$/.test(text) ? Number(text) : Number.NaN;
  if (!(id <= 2 ** 31 - 1)) throw new ImportUnknownError();
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
  discarded: flag.default(true).meta({
    description:
      "`false`: without those that were cancelled before a row was stored, such as discarded previews.",
  }),
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
