import { Readable } from "node:stream";
import type { z } from "zod";
import type { Access } from "../../access/access.ts";
import type { AuditRecord } from "../../access/types.ts";
import { may } from "../../access/rules/rights.ts";
import type { Viewer } from "../../access/rules/rights.ts";
import type { FieldChange } from "../../values/fieldChange.ts";
import type { MappingHistory } from "../../numbers/mappings/history.ts";
import { csvOf } from "../formats/csv.ts";
import { fileTime } from "../formats/fileTime.ts";
import { csv, json, queryInvalid } from "../server/answers.ts";
import { begunRows } from "../server/begunRows.ts";
import { routesFor } from "../server/route.ts";
import { auditCells, auditHeaders } from "./auditCsv.ts";
import { presentAudit } from "./present.ts";
import { refusals } from "./refusals.ts";
import { auditExportQuery, auditPage, auditQuery } from "./schema.ts";

export interface AuditPorts {
  readonly access: Access;
  readonly history: Pick<MappingHistory, "changesOf">;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
}

const tags = ["Access"];
const route = routesFor<AuditPorts>();
const recordsAtOnce = 500;

type Filter = Omit<z.output<typeof auditQuery>, "limit" | "after">;

const filterOf = ({ action, userId, targetKind, targetId, from, to }: Filter) => ({
  actions: action,
  userId,
  targetKind,
  targetId,
  fromMs: from,
  toMs: to,
});

export const auditRoutes = [
  route(
    {
      method: "GET",
      path: "/audit",
      may: "audit.read",
      operationId: "listAudit",
      tags,
      summary: "List audit entries, newest first.",
      query: auditQuery,
      answers: { 200: json("A page.", auditPage) },
      refusals: { ...refusals, ...queryInvalid },
    },
    async ({ query: { limit, after, ...filter }, viewer, ports: { access, history } }) => {
      const { items, next } = await access.audit.page(filterOf(filter), {
        before: after === undefined ? null : Number(after),
        limit,
      });
      const changes = await changesOf(items, viewer, history);
      return {
        items: items.map((item) => ({ ...presentAudit(item), changes: changes(item) })),
        next: next === null ? null : String(next),
      };
    },
  ),

  route(
    {
      method: "GET",
      path: "/audit/export.csv",
      may: "audit.read",
      audit: "export",
      operationId: "exportAudit",
      tags,
      summary: "All entries that match the filter, newest first, as CSV. Times are in UTC.",
      query: auditExportQuery,
      answers: { 200: csv("The file.") },
      refusals: { ...refusals, ...queryInvalid },
    },
    async ({ query: { delimiter, ...filter }, ctx, viewer, ports }) => {
      const rows = await begunRows(ctx, everyRecord(filter, viewer, ports));
      ctx.attachment(`audit-${fileTime(ports.nowMs())}.csv`);
      return Readable.from(csvOf(auditHeaders, rows, delimiter), { objectMode: false });
    },
  ),
];

async function* everyRecord(filter: Filter, viewer: Viewer, { access, history }: AuditPorts) {
  let before: number | null = null;
  do {
    const page: Awaited<ReturnType<Access["audit"]["page"]>> = await access.audit.page(filterOf(filter), {
      before,
      limit: recordsAtOnce,
    });
    const changes = await changesOf(page.items, viewer, history);
    yield page.items.map((record) => auditCells(record, changes(record)));
    before = page.next;
  } while (before !== null);
}

/**
 * Old and new values of entries. Those of mappings and pools may be labels, so the viewer has to see mappings. A bulk
 * change has no target.
 */
async function changesOf(
  records: readonly AuditRecord[],
  viewer: Viewer,
  history: AuditPorts["history"],
): Promise<(record: AuditRecord) => readonly FieldChange[]> {
  const seesMappings = may(viewer, "numbers.read");
  const ofMappings = seesMappings ? await history.changesOf(records) : new Map<number, FieldChange[]>();
  return ({ id, target, changes }) =>
    seesMappings || openTargets.has(target?.kind ?? "") ? [...changes, ...(ofMappings.get(id) ?? [])] : [];
}

const openTargets: ReadonlySet<string> = new Set(["users", "api-keys", "ip-rules"]);
