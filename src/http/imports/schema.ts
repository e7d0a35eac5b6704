import { z } from "zod";
import { importFields } from "../../imports/rows/row.ts";
import { rowKinds } from "../../imports/job/selectRows.ts";
import { importStates } from "../../imports/job/types.ts";
import { delimiters, textEncodings } from "../../imports/reading/types.ts";
import { choicesSchema, previewSchema } from "./choices.ts";
import {
  importActionQuery,
  importPageQuery,
  importQuery,
  importResultQuery,
  importRowsQuery,
  importRowsSearch,
} from "./routes.ts";
import { uploadQuery } from "./uploadRoute.ts";
import {
  type ApiOperation,
  csv,
  databaseAway,
  json,
  next,
  phone,
  queryInvalid,
  refusals,
  time,
} from "../server/schemas.ts";

const counts = z
  .object({
    rows: z.int().meta({ description: "The sum of the others but `refusals`." }),
    created: z.int(),
    existing: z.int(),
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
  undo: z.object({ removed: z.int(), kept: z.int(), released: z.int() }).nullable().meta({
    description:
      "Once undone, the sum is `created` of the counts; `released`: by somebody, since the import.",
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
        stored: z
          .object({
            realNumber: phone,
            label: z.string().nullable(),
            reference: z.string().nullable(),
            expiresAt: time.nullable(),
            pool: z.string().nullable(),
            callerId: z.string().nullable(),
          })
          .nullable(),
        refusal: z.object({ ...text, field: z.string().nullable() }).nullable(),
      }),
    )
    .meta({ description: "None, nor any header, for those who see real numbers masked." }),
};

const kept = z.array(z.object({ id: z.int(), proxyNumber: phone, realNumber: phone }));
const shown = z
  .object({ ...summary, ...details, keptMappings: kept.optional(), keptMappingsOmitted: z.int().optional() })
  .meta({
    id: "Import",
    description:
      "`keptMappings`: of an undone import, those that a call has used, at most 1000; `keptMappingsOmitted` says how many more there are, which `GET /mappings?import=` lists.",
  });

const rowPage = z
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
const uploaded = z
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
        ignored: z.array(column),
      }),
      quotesIgnoredFromRow: z.int().nullable(),
    }),
    mapped: z
      .array(
        z.object({
          row: z.int(),
          input: z.string(),
          realNumber: phone,
          proxyNumber: phone,
          created: z.boolean(),
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

const id = z.object({ id: z.string() });
const unknown = { 404: "There is no such import." };
const wrongState = { 409: "Its state does not allow it; see `state`." };

const action = (name: "commit" | "cancel" | "undo", summaryText: string): ApiOperation => ({
  method: "post",
  path: `/imports/{id}/${name}`,
  operationId: `${name}Import`,
  tags: ["Imports"],
  summary: summaryText,
  request: { params: id, query: importActionQuery },
  responses: {
    200: json("It is done.", shown),
    202: json("It has begun.", shown),
    ...refusals({
      ...queryInvalid,
      ...unknown,
      409: "Its state does not allow it (see `state`), or there is no pool to take proxy numbers from.",
      415: "The file could not be read to its end.",
      422: "The file cannot be imported as it is read.",
      ...databaseAway,
    }),
  },
});

export const importOperations: readonly ApiOperation[] = [
  {
    method: "post",
    path: "/upload",
    operationId: "upload",
    tags: ["Imports"],
    summary: "Upload a file with real numbers, CSV or .xlsx; each gets its proxy number.",
    request: {
      query: uploadQuery,
      headers: z.object({ "Idempotency-Key": z.string().min(1).max(200).optional() }),
      body: {
        required: true,
        content: {
          "multipart/form-data": {
            schema: z.object({
              file: z.string().meta({ format: "binary" }),
              choices: z.string().optional().meta({ description: "ReadingChoices as JSON." }),
            }),
          },
        },
      },
    },
    responses: {
      200: json("Done, or previewed.", uploaded),
      202: json("Still worked on when the wait was over.", uploaded),
      ...refusals({
        400: "No file, several, a broken form, or wrong choices.",
        409: "There is no pool to take proxy numbers from, or it is not clear which; nothing was stored.",
        413: "The file is too large.",
        415: "Not a form, or not a file that we read.",
        422: "No column with numbers, a choice that does not fit, or a used Idempotency-Key.",
        ...databaseAway,
      }),
    },
  },
  {
    method: "get",
    path: "/imports",
    operationId: "listImports",
    tags: ["Imports"],
    summary: "All imports, newest first, page by page.",
    request: { query: importPageQuery },
    responses: {
      200: json("A page.", z.object({ items: z.array(z.object(summary)), next }).meta({ id: "ImportPage" })),
      ...refusals({ ...queryInvalid, ...databaseAway }),
    },
  },
  {
    method: "get",
    path: "/imports/{id}",
    operationId: "getImport",
    tags: ["Imports"],
    summary: "One import: how far it is, how its file is read, what became of it.",
    request: { params: id, query: importQuery },
    responses: {
      200: json("The import.", shown),
      ...refusals({ ...queryInvalid, ...unknown, ...databaseAway }),
    },
  },
  {
    method: "get",
    path: "/imports/{id}/result.csv",
    operationId: "getImportResult",
    tags: ["Imports"],
    summary: "What became of every row of the file; of a preview, what would.",
    request: { params: id, query: importResultQuery },
    responses: { 200: csv("The rows."), ...refusals({ ...queryInvalid, ...unknown, ...databaseAway }) },
  },
  {
    method: "get",
    path: "/imports/{id}/rows",
    operationId: "listImportRows",
    tags: ["Imports"],
    summary: "Rows of the result by kind or code, page by page; of a preview, what would become of them.",
    request: { params: id, query: importRowsQuery },
    responses: {
      200: json("A page.", rowPage),
      ...refusals({ ...queryInvalid, ...unknown, ...databaseAway }),
    },
  },
  {
    method: "post",
    path: "/imports/{id}/rows/search",
    operationId: "searchImportRows",
    tags: ["Imports"],
    summary: "As `GET /imports/{id}/rows`, and by text: numbers are kept out of addresses.",
    request: {
      params: id,
      body: { required: true, content: { "application/json": { schema: importRowsSearch } } },
    },
    responses: {
      200: json("A page.", rowPage),
      ...refusals({
        400: "The body is wrong; `errors` names each mistake.",
        ...unknown,
        ...databaseAway,
      }),
    },
  },
  {
    method: "post",
    path: "/imports/{id}/preview",
    operationId: "previewImport",
    tags: ["Imports"],
    summary: "Read the file of a preview in another way, or for another pool, and look at it anew.",
    request: {
      params: id,
      query: importActionQuery,
      body: {
        required: true,
        content: { "application/json": { schema: previewSchema.meta({ id: "PreviewChoices" }) } },
      },
    },
    responses: {
      200: json("The preview.", shown),
      202: json("It has begun.", shown),
      ...refusals({
        400: "The query or a choice is wrong; `errors` names each mistake.",
        ...unknown,
        ...wrongState,
        422: "A choice does not fit the file.",
        ...databaseAway,
      }),
    },
  },
  action("commit", "Import the file of a preview."),
  action(
    "cancel",
    "Stop at once; what is imported by then stands, and is counted. A preview leaves nothing.",
  ),
  action("undo", "Remove what the import has created, except mappings that a call has used."),
];
