import { Readable } from "node:stream";
import type { Context } from "koa";
import type { z } from "zod";
import type { CallReader } from "../../callLog/database/callReader.ts";
import { csvOf } from "../formats/csv.ts";
import { fileTime } from "../formats/fileTime.ts";
import { xlsxOf } from "../formats/xlsx.ts";
import { csv, databaseAway, queryInvalid, workbook } from "../server/answers.ts";
import { begunRows } from "../server/begunRows.ts";
import type { Sight } from "../../access/rules/present.ts";
import { routesFor } from "../server/route.ts";
import { callHeaders, callRows } from "./csv.ts";
import { filterInvalid, filterOf, searchTooWide } from "./filter.ts";
import type { FilterPorts } from "./filter.ts";
import { callExport, callExportQuery, callWorkbook } from "./schema.ts";

export interface ExportPorts extends FilterPorts {
  readonly calls: Pick<CallReader, "stream" | "callersWith">;
  readonly nowMs: () => number;
}

const common = { may: "calls.export", audit: "export", mayLag: true, tags: ["Calls"] } as const;
const tooWide = { 409: "The search matches too many numbers for a complete file." };
const route = routesFor<ExportPorts>();

/** All calls that match a filter, streamed. `POST` takes the filter as JSON or a form, so that no number is in the URL. */
export const exportRoutes = [
  route(
    {
      ...common,
      method: "GET",
      path: "/calls/export.csv",
      operationId: "exportCalls",
      summary: "All calls that match the filter, as CSV. Times are in `zone`, which the header row names.",
      query: callExportQuery,
      answers: { 200: csv("The file.") },
      refusals: { ...queryInvalid, ...databaseAway },
    },
    ({ query, ctx, viewer, ports }) => asCsv(ctx, query, viewer, ports),
  ),

  route(
    {
      ...common,
      method: "POST",
      path: "/calls/export.csv",
      operationId: "exportFoundCalls",
      summary: "Like `GET /calls/export.csv`, but also by number.",
      body: callExport,
      form: true,
      answers: { 200: csv("The file.") },
      refusals: { ...filterInvalid, ...tooWide, ...databaseAway },
    },
    ({ body, ctx, viewer, ports }) => asCsv(ctx, body, viewer, ports),
  ),

  route(
    {
      ...common,
      method: "POST",
      path: "/calls/export.xlsx",
      operationId: "exportFoundCallsWorkbook",
      summary: "The same as an .xlsx workbook.",
      body: callWorkbook,
      form: true,
      answers: { 200: workbook },
      refusals: { ...filterInvalid, ...tooWide, ...databaseAway },
    },
    async ({ body: { zone, ...search }, ctx, viewer, ports }) => {
      const rows = await rowsOf(ctx, search, zone, viewer, ports);
      ctx.attachment(`calls-${fileTime(ports.nowMs())}.xlsx`);
      return Readable.from(xlsxOf(callHeaders(zone), rows), { objectMode: false });
    },
  ),
];

type Export = z.output<ReturnType<typeof callExport>>;

async function asCsv(
  ctx: Context,
  { delimiter, zone, ...search }: Export,
  viewer: Sight,
  ports: ExportPorts,
): Promise<Readable> {
  const rows = await rowsOf(ctx, search, zone, viewer, ports);
  ctx.attachment(`calls-${fileTime(ports.nowMs())}.csv`);
  return Readable.from(csvOf(callHeaders(zone), rows, delimiter), { objectMode: false });
}

async function rowsOf(
  ctx: Context,
  search: Omit<Export, "delimiter" | "zone">,
  zone: string,
  viewer: Sight,
  ports: ExportPorts,
) {
  const { filter, searchedFor } = await filterOf(search, viewer, ports);
  if (searchedFor !== null) throw searchTooWide();
  const chunks = await begunRows(ctx, ports.calls.stream(filter));
  return callRows(chunks, zone, viewer);
}
