import { actorOf } from "../../access/auditLog.ts";
import type { UndoStep } from "../../numbers/mappings/rules/before.ts";
import type { MappingPatch } from "../../numbers/mappings/rules/patch.ts";
import { callerIdText } from "../../values/mapping.ts";
import type { CallerIdPolicy } from "../../values/mapping.ts";
import { bodyInvalid, databaseAway, json } from "../server/answers.ts";
import { isoTime } from "../server/presenters.ts";
import { HttpProblem } from "../server/problems.ts";
import { routesFor } from "../server/route.ts";
import { bulkBody, filterOf, patchOf, undoBody } from "./fields.ts";
import type { MappingPorts } from "./routes.ts";
import { bulkResult, bulkUndone } from "./schema.ts";
import { setValues } from "./setValues.ts";

const tags = ["Mappings"];
const conflict = { 409: "This cannot be done now; `code` says why." };
const route = routesFor<MappingPorts>();

export const bulkRoutes = [
  route(
    {
      method: "POST",
      path: "/mappings/bulk",
      may: "numbers.write",
      audit: "change",
      operationId: "changeMappings",
      tags,
      summary:
        "Change or release all mappings that match a filter, or the given ones; `dryRun` only counts them.",
      body: bulkBody,
      answers: {
        200: json(
          "What was done, or would be. If `next` is not null, repeat the request with it as `after`: the change takes several requests.",
          bulkResult,
        ),
      },
      refusals: { ...bodyInvalid, ...conflict, ...databaseAway },
    },
    async ({ body, viewer, note, ports: { search, editor, nowMs } }) => {
      const { expected, after = null, change, undoable } = body;
      const ids = body.ids === undefined ? null : [...new Set(body.ids)];
      const filter = ids === null ? filterOf(body.filter, viewer) : { ids };
      const unknownOf = (found: number) => (ids === null ? {} : { unknown: ids.length - found });
      if (body.dryRun || (expected !== undefined && after === null)) {
        const matched = await search.countAll(filter);
        if (body.dryRun) {
          note({ changesNothing: true });
          return { matched, ...unknownOf(matched) };
        }
        if (matched !== expected) throw countChanged(matched);
      }
      const patch = change === undefined ? null : patchOf(change, nowMs());
      const { changed, unchanged, next, before } = await editor.bulk(
        filter,
        patch === null ? { kind: "release" } : { kind: "change", patch },
        // Few enough for one request; unknown IDs could not be counted over several.
        {
          by: actorOf(viewer),
          after,
          keepBefore: undoable,
          ...(ids !== null && { forMs: Number.POSITIVE_INFINITY }),
        },
      );
      const counts = { changed, unchanged, ...unknownOf(changed + unchanged) };
      note({ details: counts, changes: setValues(patch ?? {}) });
      return { ...counts, next, ...(undoable && { undo: before.map(presentStep) }) };
    },
  ),

  route(
    {
      method: "POST",
      path: "/mappings/bulk/undo",
      may: "numbers.write",
      audit: "change",
      operationId: "undoBulkChange",
      tags,
      summary:
        "Undo a bulk change: restore earlier values and undo releases, except for mappings that have changed since.",
      body: undoBody,
      answers: { 200: json("What was done.", bulkUndone) },
      refusals: { ...bodyInvalid, ...databaseAway },
    },
    async ({ body: { steps }, viewer, note, ports: { editor, nowMs } }) => {
      const done = await editor.undo(
        steps.map(({ ids, change, changedAt }) => ({
          ids: [...new Set(ids)],
          undo:
            change === undefined ? { kind: "restore" } : { kind: "change", patch: patchOf(change, nowMs()) },
          changedAtMs: changedAt,
        })),
        actorOf(viewer),
      );
      note({ details: done });
      return done;
    },
  ),
];

function presentStep({ ids, undo, changedAtMs }: UndoStep) {
  const changedAt = isoTime(changedAtMs);
  return undo.kind === "restore"
    ? ({ ids, restore: true, changedAt } as const)
    : { ids, change: presentPatch(undo.patch), changedAt };
}

const presentPatch = ({ expiresAtMs, callerIdPolicy, ...patch }: MappingPatch) => ({
  ...patch,
  ...(expiresAtMs !== undefined && { expiresAt: expiresAtMs === null ? null : isoTime(expiresAtMs) }),
  ...(callerIdPolicy !== undefined && { callerId: writtenCallerId(callerIdPolicy) }),
});

/** With a plus sign, which keeps it from being read as a national number. */
const writtenCallerId = (policy: CallerIdPolicy | null): string | null =>
  policy?.kind === "fixed" ? `fixed:+${policy.number}` : callerIdText(policy);

const countChanged = (matched: number): HttpProblem =>
  new HttpProblem({
    status: 409,
    code: "COUNT_CHANGED",
    detail: "The selection now matches a different number of mappings than the preview did.",
    remedy: "Check the preview again.",
    members: { matched },
  });
