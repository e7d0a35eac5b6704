import type { HistoryPlace, MappingEvent, MappingHistory } from "../../numbers/mappings/history.ts";
import { databaseAway, json, queryInvalid } from "../server/answers.ts";
import { rowId } from "../server/fields.ts";
import { isoTime } from "../server/presenters.ts";
import { routesFor } from "../server/route.ts";
import { mappingUnknown } from "./changedOnce.ts";
import { historyQuery, mappingHistory } from "./schema.ts";

export interface HistoryPorts {
  readonly history: MappingHistory;
}

const route = routesFor<HistoryPorts>();

export const historyRoute = route(
  {
    method: "GET",
    path: "/mappings/:id/history",
    may: "numbers.read",
    operationId: "mappingHistory",
    tags: ["Mappings"],
    summary: "Who changed the mapping and when, newest first.",
    params: { id: rowId },
    query: historyQuery,
    answers: { 200: json("A page.", mappingHistory) },
    refusals: { ...queryInvalid, 404: "The mapping does not exist.", ...databaseAway },
  },
  async ({ params: { id }, query: { limit, after }, ports: { history } }) => {
    const before = after === undefined ? null : placeOf(after);
    const page = await history.page(id, { before, limit });
    if (page === null) throw mappingUnknown();
    return {
      items: page.items.map(presentEvent),
      next: page.next === null ? null : `${page.next.auditId}-${page.next.bulkId}`,
    };
  },
);

function placeOf(after: string): HistoryPlace {
  const [auditId, bulkId] = after.split("-").map(Number);
  if (auditId === undefined || bulkId === undefined) throw new Error("Unvalidated history cursor");
  return { auditId, bulkId };
}

/** Contains only the kind and the name of the actor. */
function presentEvent({ atMs, what, fields, changes, actor, importId }: MappingEvent) {
  return {
    at: isoTime(atMs),
    what,
    fields,
    changes,
    actor: actor === null ? null : { kind: actor.kind, name: actor.name },
    importId,
  };
}
