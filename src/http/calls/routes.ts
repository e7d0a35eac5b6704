import { Readable } from "node:stream";
import type { Router } from "@koa/router";
import type { Context } from "koa";
import type { z } from "zod";
import type { CallFilter, CallReader } from "../../callLog/database/callReader.ts";
import { BadCallCursorError } from "../../callLog/errors.ts";
import { callerSpellings } from "../../callLog/database/callerSpellings.ts";
import type { HangUps } from "../../live/hangups.ts";
import { searchSight } from "../access/numberSearch.ts";
import { viewerOf } from "../access/viewer.ts";
import { begunRows } from "../server/begunRows.ts";
import { readBody, readBodyOrForm } from "../server/body.ts";
import { presentCall, presentCallDetails } from "./present.ts";
import { callHeaders, callRows } from "./csv.ts";
import { csvOf } from "../formats/csv.ts";
import { createFields } from "../server/fields.ts";
import type { Sight } from "../server/presenters.ts";
import { callExport, callExportQuery, callQuery, callSearch } from "./schema.ts";
import { delimiters } from "../server/schemas.ts";
import { HttpProblem, numberUnreadable } from "../server/problems.ts";
import { readQuery } from "../server/query.ts";

export interface CallRoutesOptions {
  readonly calls: CallReader;
  readonly hangUps: Pick<HangUps, "hangUp">;
  /** ISO 3166, for numbers without country code. */
  readonly defaultCountry: string;
  readonly nowMs: () => number;
}

type Search = z.output<typeof callSearch>;

/** The record of calls, and the hang-up of those in progress. */
export function addCallRoutes(router: Router, options: CallRoutesOptions): void {
  const { calls, hangUps, defaultCountry, nowMs } = options;
  const { readNumber } = createFields(defaultCountry);

  function filterOf(search: Omit<Search, "limit" | "after">, viewer: Sight): CallFilter {
    const { from, to, status, number, trunk, minSeconds, maxSeconds } = search;
    return {
      ...(from !== undefined && { fromMs: from }),
      ...(to !== undefined && { toMs: to }),
      ...(status !== undefined && { statuses: [...new Set(status)] }),
      ...(number !== undefined && { number: { ...numberOf(number), ...searchSight(viewer, { number }) } }),
      ...(trunk !== undefined && { trunk }),
      ...(minSeconds !== undefined && { minSeconds }),
      ...(maxSeconds !== undefined && { maxSeconds }),
    };
  }

  function numberOf(text: string): NonNullable<CallFilter["number"]> {
    const digits = readNumber(text);
    if (digits === null) throw numberUnreadable();
    return { digits, callerSpellings: callerSpellings(digits, defaultCountry) };
  }

  async function page(ctx: Context, { limit, after, ...search }: Search) {
    const viewer = viewerOf(ctx);
    const filter = filterOf(search, viewer);
    try {
      const { items, next } = await calls.page(filter, { limit, after: after ?? null });
      // Whoever pages on knows the total already.
      const total = after === undefined ? await calls.count(filter) : null;
      return { items: items.map((call) => presentCall(call, viewer)), next, total };
    } catch (error) {
      throw error instanceof BadCallCursorError ? badCursor(error) : error;
    }
  }

  async function sendCsv(ctx: Context, { delimiter, zone, ...search }: z.output<typeof callExport>) {
    const viewer = viewerOf(ctx);
    const chunks = await begunRows(ctx, calls.stream(filterOf(search, viewer)));
    ctx.attachment(`calls-${new Date(nowMs()).toISOString().slice(0, 16).replace(":", "-")}Z.csv`);
    ctx.type = "text/csv; charset=utf-8";
    const rows = callRows(chunks, zone, viewer);
    ctx.body = Readable.from(csvOf(callHeaders(zone), rows, delimiters[delimiter]), { objectMode: false });
  }

  router.get("/calls", async (ctx) => {
    ctx.body = await page(ctx, readQuery(ctx, callQuery));
  });

  router.post("/calls/search", async (ctx) => {
    ctx.body = await page(ctx, await readBody(ctx, callSearch));
  });

  router.get("/calls/export.csv", async (ctx) => {
    await sendCsv(ctx, readQuery(ctx, callExportQuery));
  });

  router.post("/calls/export.csv", async (ctx) => {
    await sendCsv(ctx, await readBodyOrForm(ctx, callExport));
  });

  router.get("/calls/:callId", async (ctx) => {
    const call = await calls.find(ctx.params["callId"] ?? "");
    if (call === null) throw callUnknown();
    ctx.body = presentCallDetails(call, viewerOf(ctx));
  });

  router.post("/calls/:callId/hangup", async (ctx) => {
    const callId = ctx.params["callId"] ?? "";
    const result = await hangUps.hangUp(callId);
    if (result.kind === "notLive") throw callNotLive();
    if (result.kind === "noAnswer") throw instanceSilent(result.node);
    ctx.status = 202;
    ctx.body = { callId, node: result.node };
  });
}

const badCursor = (cause: BadCallCursorError): HttpProblem =>
  new HttpProblem({
    status: 400,
    code: cause.code,
    detail: cause.message,
    remedy: "Take `after` from `next` of the page before, or leave it out to begin anew.",
    cause,
  });

const callUnknown = (): HttpProblem =>
  new HttpProblem({
    status: 404,
    code: "CALL_UNKNOWN",
    detail: "No record has this id.",
    remedy: "A call in progress has its record when it has ended; see the live board until then.",
  });

const callNotLive = (): HttpProblem =>
  new HttpProblem({ status: 404, code: "CALL_NOT_LIVE", detail: "No call with this id is in progress." });

const instanceSilent = (node: string): HttpProblem =>
  new HttpProblem({
    status: 504,
    code: "INSTANCE_SILENT",
    detail: "The instance that has the call does not answer.",
    remedy: "Look whether the call is still on the board, and try again.",
    members: { node },
  });
