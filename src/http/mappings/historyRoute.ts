import type { Router } from "@koa/router";
import type { HistoryPlace, MappingEvent, MappingHistory } from "../../numbers/mappings/history.ts";
import { idOf } from "./routes.ts";
import { historyQuery } from "./schema.ts";
import { isoTime } from "../server/presenters.ts";
import { HttpProblem } from "../server/problems.ts";
import { readQuery } from "../server/query.ts";

/** `GET /mappings/{id}/history`: who changed what when. */
export function addHistoryRoute(router: Router, history: MappingHistory): void {
  router.get("/mappings/:id/history", async (ctx) => {
    const { limit, after } = readQuery(ctx, historyQuery);
    const before = after === undefined ? null : placeOf(after);
    const page = await history.page(idOf(ctx.params), { before, limit });
    if (page === null) throw noSuchMapping();
    ctx.body = {
      items: page.items.map(presentEvent),
      next: page.next === null ? null : `${page.next.auditId}-${page.next.bulkId}`,
    };
  });
}

function placeOf(after: string): HistoryPlace {
  const [auditId, bulkId] = after.split("-").map(Number);
  if (auditId === undefined || bulkId === undefined) throw new Error("A place was let through that is none.");
  return { auditId, bulkId };
}

/** Of whoever did it the name only. */
function presentEvent({ atMs, what, fields, actor, importId }: MappingEvent) {
  return {
    at: isoTime(atMs),
    what,
    fields,
    actor: actor === null ? null : { kind: actor.kind, name: actor.name },
    importId,
  };
}

const noSuchMapping = (): HttpProblem =>
  new HttpProblem({ status: 404, code: "MAPPING_UNKNOWN", detail: "There is no such mapping." });
