import { Readable } from "node:stream";
import type { Context } from "koa";
import type { z } from "zod";
import type { Imports, ImportView } from "../../imports/job/imports.ts";
import { isForeseeing } from "../../imports/job/types.ts";
import type { ResultRow } from "../../imports/job/types.ts";
import { csv, csvOrWorkbook, databaseAway, queryInvalid } from "../server/answers.ts";
import { languageOf } from "../server/language.ts";
import { routesFor } from "../server/route.ts";
import { countedRows } from "../server/shownNumbers.ts";
import { importResultCsv } from "./resultCsv.ts";
import { resultFileOf } from "./resultFile.ts";
import { importId, importResultQuery } from "./schema.ts";

interface ResultPorts {
  readonly imports: Imports;
}

const route = routesFor<ResultPorts>();
const common = {
  method: "GET",
  may: "numbers.real",
  audit: "export",
  tags: ["Imports"],
  params: { id: importId },
  query: importResultQuery,
  refusals: { ...queryInvalid, 404: "The import does not exist.", ...databaseAway },
} as const;

export const resultRoutes = [
  route(
    {
      ...common,
      path: "/imports/:id/result",
      operationId: "getImportResultFile",
      summary:
        "The uploaded file with the outcome of each row in appended columns; for a preview, the expected outcome.",
      description:
        "A CSV file keeps its delimiter, quotes, and encoding; a workbook is returned as .xlsx, with the sheet that was read. " +
        "With `only=problems`, it has only the rows that are not imported: correct them and upload the file again; the " +
        "appended columns are then ignored. While an import runs, the file has the rows so far. If the uploaded file " +
        "is no longer stored, after a failure, an undo, or seven days, the answer is that of `result.csv`.",
      answers: { 200: csvOrWorkbook("The file.") },
    },
    async ({ params, query, ctx, viewer: { shown }, ports: { imports } }) => {
      const view = await imports.get(params.id);
      const results = countedRows(imports.result(view.id), shown);
      const path = imports.uploadedFile(view);
      if (path === null) return ownFormat(ctx, view, query, results);
      const problems = query.only === "problems";
      const made = resultFileOf(path, view, { results, problems, language: languageOf(ctx) });
      ctx.attachment(named(view.fileName, problems, made.extension));
      ctx.set("Content-Type", made.type);
      return made.content;
    },
  ),

  route(
    {
      ...common,
      path: "/imports/:id/result.csv",
      operationId: "getImportResult",
      summary:
        "The outcome of each row of the file, in the same columns for every file; for a preview, the expected outcome.",
      answers: { 200: csv("The rows.") },
    },
    async ({ params, query, ctx, viewer: { shown }, ports: { imports } }) => {
      const view = await imports.get(params.id);
      return ownFormat(ctx, view, query, countedRows(imports.result(view.id), shown));
    },
  ),
];

function ownFormat(
  ctx: Context,
  { fileName, state, description }: ImportView,
  { delimiter, only }: z.output<typeof importResultQuery>,
  results: AsyncIterable<readonly ResultRow[]>,
): Readable {
  const problems = only === "problems";
  ctx.attachment(named(fileName, problems, "csv"));
  const options = {
    delimiter,
    language: languageOf(ctx),
    problems,
    foreseen: isForeseeing(state),
    timeZone: description.timeZone,
  };
  return Readable.from(importResultCsv(results, options), { objectMode: false });
}

/** `clients.csv` becomes `clients-errors.csv`. */
const named = (fileName: string, problems: boolean, extension: string): string =>
  `${fileName.replace(/\.[^.]{1,5}$/, "")}-${problems ? "errors" : "result"}.${extension}`;
