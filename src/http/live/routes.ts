import { empty } from "../server/answers.ts";
import { HttpProblem } from "../server/problems.ts";
import { routesFor } from "../server/route.ts";
import { liveQuery } from "./schema.ts";

const route = routesFor<object>();

/** The live board's WebSocket. `openLiveSockets` handles upgrades; this route handles requests without one. */
export const liveRoute = route(
  {
    method: "GET",
    path: "/live",
    may: "live.watch",
    operationId: "live",
    tags: ["Live"],
    summary: "A WebSocket with the calls in progress, for browsers on this site only.",
    description:
      "The server sends `LiveMessage` texts: a `snapshot` first, then a `delta` for each change, with `counters` " +
      "about twice a second. The browser may send a `LiveRequest` to get a fresh snapshot. A browser that " +
      "reads too slowly gets snapshots instead of the deltas that it missed.",
    query: liveQuery,
    answers: { 101: empty("From here on, the connection is a WebSocket.") },
    refusals: { 400: "The query is invalid.", 403: "Requested from another site.", 426: "Not a WebSocket." },
  },
  () => {
    throw new HttpProblem({
      status: 426,
      code: "UPGRADE_REQUIRED",
      detail: "This address is a WebSocket.",
      remedy: "Connect to it with a WebSocket client.",
      headers: { Upgrade: "websocket", Connection: "Upgrade" },
    });
  },
);
