import { Readable } from "node:stream";
import type { HistoryPlace, MappingEvent, MappingHistory } from "../../numbers/mappings/history.ts";
import { changesCell } from "../formats/changesCell.ts";
import { csvOf } from "../formats/csv.ts";
import { fileTime } from "../formats/fileTime.ts";
import { csv, databaseAway, json, queryInvalid } from "../server/answers.ts";
import { begunRows } from "../server/begunRows.ts";
import { rowId } from "../server/fields.ts";
import { isoTime } from "../server/presenters.ts";
import { routesFor } from "../server/route.ts";
import { mappingUnknown } from "./changedOnce.ts";
import { historyExportQuery, historyQuery, mappingHistory } from "./schema.ts";

export interface HistoryPorts {
  readonly history: MappingHistory;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
}

const route = routesFor<HistoryPorts>();
const eventsAtOnce = 200;

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

const headers = ["at (UTC)", "what", "changes", "fields", "actor", "actor_name", "import_id"] as const;

export const historyExportRoute = route(
  {
    method: "GET",
    path: "/mappings/:id/history/export.csv",
    may: "numbers.read",
    audit: "export",
    operationId: "exportMappingHistory",
    tags: ["Mappings"],
    summary: "The whole history of the mapping, newest first, as CSV. Times are in UTC.",
    params: { id: rowId },
    query: historyExportQuery,
    answers: { 200: csv("The file.") },
    refusals: { ...queryInvalid, 404: "The mapping does not exist.", ...databaseAway },
  },
  async ({ params: { id }, query: { delimiter }, ctx, ports: { history, nowMs } }) => {
    const rows = await begunRows(ctx, everyEvent(id, history));
    ctx.attachment(`history-${id}-${fileTime(nowMs())}.csv`);
    return Readable.from(csvOf(headers, rows, delimiter), { objectMode: false });
  },
);

async function* everyEvent(id: number, history: MappingHistory) {
  let before: HistoryPlace | null = null;
  do {
    const page: Awaited<ReturnType<MappingHistory["page"]>> = await history.page(id, {
      before,
      limit: eventsAtOnce,
    });
    if (page === null) throw mappingUnknown();
    yield page.items.map(({ atMs, what, changes, fields, actor, importId }) => [
      isoTime(atMs),
      what,
      changesCell(changes),
      fields.join(", "),
      actor?.kind ?? null,
      actor?.name ?? null,
      importId === null ? null : String(importId),
    ]);
    before = page.next;
  } while (before !== null);
}

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
