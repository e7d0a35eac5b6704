import { Readable } from "node:stream";
import type { Router } from "@koa/router";
import type { Context } from "koa";
import type { z } from "zod";
import type { MappingSearch } from "../../numbers/mappings/types.ts";
import { viewerOf } from "../access/viewer.ts";
import { begunRows } from "../server/begunRows.ts";
import { readBodyOrForm } from "../server/body.ts";
import { csvOf } from "../formats/csv.ts";
import { createFields } from "../server/fields.ts";
import { filterOf, mappingSchemas } from "./fields.ts";
import { mappingColumns, mappingRows } from "./table.ts";
import { delimiters } from "../server/schemas.ts";
import { readQuery } from "../server/query.ts";
import { xlsxOf } from "../formats/xlsx.ts";

export interface ExportRoutesOptions {
  readonly search: Pick<MappingSearch, "stream">;
  readonly defaultCountry: string;
  readonly nowMs: () => number;
}

const headers = mappingColumns.map(({ header }) => header);

/**
 * `GET /export/csv` and `/export/xlsx`: the whole filter, as `GET /mappings` takes it, streamed; `POST` takes it as
 * JSON or a form, with no number in the address.
 */
export function addExportRoutes(
  router: Router,
  { search, defaultCountry, nowMs }: ExportRoutesOptions,
): void {
  const { filterQuery, csvQuery } = mappingSchemas(createFields(defaultCountry));

  async function rowsOf(ctx: Context, values: z.output<typeof filterQuery>) {
    const viewer = viewerOf(ctx);
    const chunks = await begunRows(ctx, search.stream(filterOf(values, viewer)));
    return mappingRows(chunks, nowMs, viewer);
  }

  /** The name has the time, in UTC. */
  function attach(ctx: Context, ending: string): void {
    ctx.attachment(`mappings-${new Date(nowMs()).toISOString().slice(0, 16).replace(":", "-")}Z.${ending}`);
  }

  async function sendCsv(ctx: Context, { delimiter, ...values }: z.output<typeof csvQuery>) {
    const rows = await rowsOf(ctx, values);
    attach(ctx, "csv");
    ctx.type = "text/csv; charset=utf-8";
    ctx.body = Readable.from(csvOf(headers, rows, delimiters[delimiter]), { objectMode: false });
  }

  async function sendXlsx(ctx: Context, values: z.output<typeof filterQuery>) {
    const rows = await rowsOf(ctx, values);
    attach(ctx, "xlsx");
    ctx.type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    ctx.body = Readable.from(xlsxOf(headers, rows), { objectMode: false });
  }

  router.get("/export/csv", async (ctx) => sendCsv(ctx, readQuery(ctx, csvQuery)));
  router.post("/export/csv", async (ctx) => sendCsv(ctx, await readBodyOrForm(ctx, csvQuery)));
  router.get("/export/xlsx", async (ctx) => sendXlsx(ctx, readQuery(ctx, filterQuery)));
  router.post("/export/xlsx", async (ctx) => sendXlsx(ctx, await readBodyOrForm(ctx, filterQuery)));
}
