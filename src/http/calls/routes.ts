import type { z } from "zod";
import type { CallReader } from "../../callLog/database/callReader.ts";
import type { HangUps } from "../../live/hangups.ts";
import { databaseAway, json, queryInvalid } from "../server/answers.ts";
import type { Sight } from "../../access/rules/present.ts";
import { HttpProblem } from "../server/problems.ts";
import { routesFor } from "../server/route.ts";
import { filterInvalid, filterOf } from "./filter.ts";
import type { FilterPorts } from "./filter.ts";
import { presentCall, presentCallDetails } from "./present.ts";
import { callDetails, callId, callPage, callQuery, callSearch, hungUp } from "./schema.ts";

export interface CallPorts extends FilterPorts {
  readonly calls: CallReader;
  readonly hangUps: Pick<HangUps, "hangUp">;
}

type Search = z.output<ReturnType<typeof callSearch>>;

const tags = ["Calls"];
const route = routesFor<CallPorts>();

/** Call records, and hanging up calls in progress. */
export const callRoutes = [
  route(
    {
      method: "GET",
      path: "/calls",
      may: "calls.read",
      mayLag: true,
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
      mayLag: true,
      operationId: "searchCalls",
      tags,
      summary: "Like `GET /calls`, but also by number. Numbers are kept out of URLs, which end up in logs.",
      description:
        "If real numbers are masked for you, `number` finds only the calls to that proxy number, and `search` none by the number of the caller.",
      body: callSearch,
      answers: { 200: json("A page.", callPage) },
      refusals: { ...filterInvalid, ...databaseAway },
    },
    ({ body, viewer, ports }) => page(body, viewer, ports),
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
  const { filter, searchedFor } = await filterOf(search, viewer, ports);
  const { items, next } = await ports.calls.page(filter, { limit, after: after ?? null });
  // Later pages have the same total.
  const total = after === undefined ? await ports.calls.count(filter) : null;
  return { items: items.map((call) => presentCall(call, viewer)), next, searchedFor, total };
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
