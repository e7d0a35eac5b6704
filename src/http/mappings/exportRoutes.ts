import { Readable } from "node:stream";
import type { Context } from "koa";
import type { z } from "zod";
import { readableCell } from "../../imports/rows/textCell.ts";
import type { MappingSearch } from "../../numbers/mappings/types.ts";
import { fileTime } from "../formats/fileTime.ts";
import { csvOf } from "../formats/csv.ts";
import { xlsxOf } from "../formats/xlsx.ts";
import { bodyInvalid, csv, databaseAway, queryInvalid, workbook } from "../server/answers.ts";
import { begunRows } from "../server/begunRows.ts";
import type { Sight } from "../../access/rules/present.ts";
import { routesFor } from "../server/route.ts";
import { csvQuery, filterOf, filterQuery } from "./fields.ts";
import type { FilterValues } from "./fields.ts";
import type { MappingView } from "./present.ts";
import { mappingHeaders, mappingRows } from "./table.ts";

export interface ExportPorts extends MappingView {
  readonly search: Pick<MappingSearch, "stream">;
}

const common = { may: "numbers.export", audit: "export", mayLag: true, tags: ["Mappings"] } as const;
const route = routesFor<ExportPorts>();

/**
 * All mappings that match a filter, streamed. `POST` takes the filter as JSON or a form, so that no number is in
 * the URL.
 */
export const exportRoutes = [
  route(
    {
      ...common,
      method: "GET",
      path: "/export/csv",
      operationId: "exportMappings",
      summary: "All mappings that match a filter, as CSV that can be imported again.",
      query: csvQuery,
      answers: { 200: csv("The file.") },
      refusals: { ...queryInvalid, ...databaseAway },
    },
    ({ query, ctx, viewer, ports }) => asCsv(ctx, query, viewer, ports),
  ),

  route(
    {
      ...common,
      method: "GET",
      path: "/export/xlsx",
      operationId: "exportMappingsWorkbook",
      summary: "The same as an .xlsx workbook.",
      query: filterQuery,
      answers: { 200: workbook },
      refusals: { ...queryInvalid, ...databaseAway },
    },
    ({ query, ctx, viewer, ports }) => asXlsx(ctx, query, viewer, ports),
  ),

  route(
    {
      ...common,
      method: "POST",
      path: "/export/csv",
      operationId: "exportFoundMappings",
      summary: "Like `GET /export/csv`, with no number in the URL.",
      body: csvQuery,
      form: true,
      answers: { 200: csv("The file.") },
      refusals: { ...bodyInvalid, ...databaseAway },
    },
    ({ body, ctx, viewer, ports }) => asCsv(ctx, body, viewer, ports),
  ),

  route(
    {
      ...common,
      method: "POST",
      path: "/export/xlsx",
      operationId: "exportFoundMappingsWorkbook",
      summary: "Like `GET /export/xlsx`, with no number in the URL.",
      body: filterQuery,
      form: true,
      answers: { 200: workbook },
      refusals: { ...bodyInvalid, ...databaseAway },
    },
    ({ body, ctx, viewer, ports }) => asXlsx(ctx, body, viewer, ports),
  ),
];

async function asCsv(
  ctx: Context,
  { delimiter, ...values }: z.output<ReturnType<typeof csvQuery>>,
  viewer: Sight,
  ports: ExportPorts,
): Promise<Readable> {
  const rows = await rowsOf(ctx, values, viewer, ports);
  ctx.attachment(`mappings-${fileTime(ports.nowMs())}.csv`);
  return Readable.from(csvOf(mappingHeaders(ports.timeZone), rows, delimiter), { objectMode: false });
}

async function asXlsx(
  ctx: Context,
  values: FilterValues,
  viewer: Sight,
  ports: ExportPorts,
): Promise<Readable> {
  const rows = readable(await rowsOf(ctx, values, viewer, ports));
  ctx.attachment(`mappings-${fileTime(ports.nowMs())}.xlsx`);
  return Readable.from(xlsxOf(mappingHeaders(ports.timeZone), rows), { objectMode: false });
}

type Rows = readonly (readonly (string | null)[])[];

async function* readable(chunks: AsyncIterable<Rows>): AsyncGenerator<Rows> {
  for await (const rows of chunks)
    yield rows.map((row) => row.map((cell) => (cell === null ? null : readableCell(cell))));
}

async function rowsOf(ctx: Context, values: FilterValues, viewer: Sight, ports: ExportPorts) {
  return mappingRows(await begunRows(ctx, ports.search.stream(filterOf(values, viewer))), ports, viewer);
}
