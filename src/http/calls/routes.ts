import { Readable } from "node:stream";
import type { Context } from "koa";
import type { z } from "zod";
import type { CallFilter, CallReader } from "../../callLog/database/callReader.ts";
import { callerSpellings } from "../../callLog/database/callerSpellings.ts";
import type { HangUps } from "../../live/hangups.ts";
import { searchSight } from "../access/numberSearch.ts";
import { fileTime } from "../formats/fileTime.ts";
import { csvOf } from "../formats/csv.ts";
import { csv, databaseAway, json, queryInvalid } from "../server/answers.ts";
import { begunRows } from "../server/begunRows.ts";
import type { Fields } from "../server/fields.ts";
import type { Sight } from "../server/presenters.ts";
import { HttpProblem, numberUnreadable } from "../server/problems.ts";
import { routesFor } from "../server/route.ts";
import { callHeaders, callRows } from "./csv.ts";
import { presentCall, presentCallDetails } from "./present.ts";
import {
  callDetails,
  callExport,
  callExportQuery,
  callId,
  callPage,
  callQuery,
  callSearch,
  hungUp,
} from "./schema.ts";

export interface CallPorts {
  readonly calls: CallReader;
  readonly hangUps: Pick<HangUps, "hangUp">;
  readonly readNumber: Fields["readNumber"];
  /** ISO 3166, for numbers without country code. */
  readonly defaultCountry: string;
  readonly nowMs: () => number;
}

type Search = z.output<typeof callSearch>;
type Export = z.output<typeof callExport>;

const tags = ["Calls"];
const filterInvalid = { 400: "The filter is invalid, or the number cannot be read." };
const route = routesFor<CallPorts>();

/** Call records, and hanging up calls in progress. */
export const callRoutes = [
  route(
    {
      method: "GET",
      path: "/calls",
      may: "calls.read",
      operationId: "listCalls",
      tags,
      summary: "Call records, newest first. To search by number, use `POST /calls/search`.",
      query: callQuery,
      answers: { 200: json("A page.", callPage) },
      refusals: { ...queryInvalid, ...databaseAway },
    },
    ({ query, viewer, ports }) => page(query, viewer, ports),
  ),

  route(
    {
      method: "POST",
      path: "/calls/search",
      may: "calls.read",
      audit: null,
      operationId: "searchCalls",
      tags,
      summary: "Like `GET /calls`, and by number. Numbers are kept out of URLs, which end up in logs.",
      description: "If real numbers are masked for you, `number` finds only the calls to that proxy number.",
      body: callSearch,
      answers: { 200: json("A page.", callPage) },
      refusals: { ...filterInvalid, ...databaseAway },
    },
    ({ body, viewer, ports }) => page(body, viewer, ports),
  ),

  route(
    {
      method: "GET",
      path: "/calls/export.csv",
      may: "calls.export",
      audit: "export",
      operationId: "exportCalls",
      tags,
      summary: "All calls that match the filter, as CSV. Times are in `zone`, which the header row names.",
      query: callExportQuery,
      answers: { 200: csv("The file.") },
      refusals: { ...queryInvalid, ...databaseAway },
    },
    ({ query, ctx, viewer, ports }) => exported(ctx, query, viewer, ports),
  ),

  route(
    {
      method: "POST",
      path: "/calls/export.csv",
      may: "calls.export",
      audit: "export",
      operationId: "exportFoundCalls",
      tags,
      summary: "Like `GET /calls/export.csv`, and by number.",
      body: callExport,
      form: true,
      answers: { 200: csv("The file.") },
      refusals: { ...filterInvalid, ...databaseAway },
    },
    ({ body, ctx, viewer, ports }) => exported(ctx, body, viewer, ports),
  ),

  route(
    {
      method: "GET",
      path: "/calls/:callId",
      may: "calls.read",
      operationId: "getCall",
      tags,
      summary: "One call with its timeline.",
      params: { callId },
      answers: { 200: json("The call.", callDetails) },
      refusals: { 404: "No record has this ID; a call in progress has none yet.", ...databaseAway },
    },
    async ({ params, viewer, ports: { calls } }) => {
      const call = await calls.find(params.callId);
      if (call === null) throw callUnknown();
      return presentCallDetails(call, viewer);
    },
  ),

  route(
    {
      method: "POST",
      path: "/calls/:callId/hangup",
      may: "calls.hangup",
      audit: "hang-up",
      operationId: "hangUpCall",
      tags,
      summary: "Hang up a call in progress, on any instance.",
      params: { callId },
      answers: { 202: json("The call is being hung up.", hungUp) },
      refusals: {
        404: "No such call is in progress.",
        504: "The instance that handles the call does not answer.",
      },
    },
    async ({ params, ports: { hangUps } }) => {
      const result = await hangUps.hangUp(params.callId);
      if (result.kind === "notLive") throw callNotLive();
      if (result.kind === "noAnswer") throw instanceSilent(result.node);
      return { callId: params.callId, node: result.node };
    },
  ),
];

async function page({ limit, after, ...search }: Search, viewer: Sight, ports: CallPorts) {
  const filter = filterOf(search, viewer, ports);
  const { items, next } = await ports.calls.page(filter, { limit, after: after ?? null });
  // Later pages have the same total.
  const total = after === undefined ? await ports.calls.count(filter) : null;
  return { items: items.map((call) => presentCall(call, viewer)), next, total };
}

async function exported(
  ctx: Context,
  { delimiter, zone, ...search }: Export,
  viewer: Sight,
  ports: CallPorts,
): Promise<Readable> {
  const chunks = await begunRows(ctx, ports.calls.stream(filterOf(search, viewer, ports)));
  ctx.attachment(`calls-${fileTime(ports.nowMs())}.csv`);
  const rows = callRows(chunks, zone, viewer);
  return Readable.from(csvOf(callHeaders(zone), rows, delimiter), { objectMode: false });
}

function filterOf(
  search: Omit<Search, "limit" | "after">,
  viewer: Sight,
  { readNumber, defaultCountry }: CallPorts,
): CallFilter {
  const { from, to, status, direction, number, trunk, minSeconds, maxSeconds } = search;

  function numberOf(text: string): NonNullable<CallFilter["number"]> {
    const digits = readNumber(text);
    if (digits === null) throw numberUnreadable();
    return { digits, callerSpellings: callerSpellings(digits, defaultCountry) };
  }

  return {
    ...(from !== undefined && { fromMs: from }),
    ...(to !== undefined && { toMs: to }),
    ...(status !== undefined && { statuses: [...new Set(status)] }),
    ...(direction !== undefined && { direction }),
    ...(number !== undefined && { number: { ...numberOf(number), ...searchSight(viewer, { number }) } }),
    ...(trunk !== undefined && { trunk }),
    ...(minSeconds !== undefined && { minSeconds }),
    ...(maxSeconds !== undefined && { maxSeconds }),
  };
}

const callUnknown = (): HttpProblem =>
  new HttpProblem({
    status: 404,
    code: "CALL_UNKNOWN",
    detail: "No record has this ID.",
    remedy: "A call gets its record when it ends; until then it is on the live board.",
  });

const callNotLive = (): HttpProblem =>
  new HttpProblem({ status: 404, code: "CALL_NOT_LIVE", detail: "No call with this ID is in progress." });

const instanceSilent = (node: string): HttpProblem =>
  new HttpProblem({
    status: 504,
    code: "INSTANCE_SILENT",
    detail: "The instance that handles the call does not answer.",
    remedy: "Check whether the call is still on the live board, and try again.",
    members: { node },
  });
