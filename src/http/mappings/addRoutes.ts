import type { AddMapping } from "../../numbers/mappings/add.ts";
import type { RenumberMapping } from "../../numbers/mappings/renumber.ts";
import type { MappingEditor, MappingSearch } from "../../numbers/mappings/types.ts";
import { bodyInvalid, databaseAway, json } from "../server/answers.ts";
import { rowId } from "../server/fields.ts";
import { isoTime } from "../server/presenters.ts";
import { HttpProblem } from "../server/problems.ts";
import { routesFor } from "../server/route.ts";
import { changedMeanwhile, changedOnce, tagged } from "./changedOnce.ts";
import { newMappingBody, renumberBody } from "./fields.ts";
import { presentMapping } from "./present.ts";
import type { MappingView } from "./present.ts";
import { ifMatch, mapping } from "./schema.ts";
import { setValues } from "./setValues.ts";

export interface AddPorts extends MappingView {
  readonly add: AddMapping;
  readonly editor: Pick<MappingEditor, "restore">;
  readonly search: Pick<MappingSearch, "find">;
  readonly renumber: RenumberMapping;
}

const tags = ["Mappings"];
const conflict = { 409: "This cannot be done now; `code` says why." };
const route = routesFor<AddPorts>();

export const addRoutes = [
  route(
    {
      method: "POST",
      path: "/mappings",
      may: "numbers.write",
      confirmsNumbers: true,
      audit: "change",
      operationId: "addMapping",
      tags,
      summary: "Give one real number a proxy number: a specific one, or a free one from a pool.",
      body: newMappingBody,
      answers: { 201: json("The new mapping.", mapping) },
      refusals: { ...bodyInvalid, ...conflict, ...databaseAway },
    },
    async ({ ctx, body, viewer, note, ports }) => {
      const { realNumber, pool, proxyNumber, expiresAt = null, label, reference, callerId } = body;
      if (expiresAt !== null && expiresAt <= ports.nowMs()) throw expiryPassed();
      const values = {
        label: label ?? null,
        reference: reference ?? null,
        expiresAtMs: expiresAt,
        callerIdPolicy: callerId ?? null,
      };
      const added = await ports.add({
        realNumber,
        poolId: pool ?? null,
        proxyNumber: proxyNumber ?? null,
        ...values,
      });
      note({
        target: { kind: "mappings", id: String(added.id) },
        details: { what: "created" },
        changes: setValues(values).filter(({ after }) => after !== null),
      });
      ctx.set("Location", `/mappings/${added.id}`);
      return tagged(ctx, presentMapping(added, ports, viewer));
    },
  ),

  route(
    {
      method: "POST",
      path: "/mappings/:id/restore",
      may: "numbers.write",
      audit: "change",
      operationId: "restoreMapping",
      tags,
      summary: "Undo the release of a mapping while its proxy number is in quarantine.",
      params: { id: rowId },
      answers: { 200: json("The mapping.", mapping) },
      refusals: { 404: "The mapping does not exist.", ...conflict, ...databaseAway },
    },
    async ({ ctx, params: { id }, viewer, note, ports }) => {
      const restored = await ports.editor.restore(id);
      note({ details: { what: "restored", changedAt: isoTime(restored.updatedAtMs) } });
      return tagged(ctx, presentMapping(restored, ports, viewer));
    },
  ),

  route(
    {
      method: "POST",
      path: "/mappings/:id/renumber",
      may: "numbers.write",
      audit: "change",
      operationId: "renumberMapping",
      tags,
      summary: "Give its real number another proxy number; the old one goes into quarantine.",
      params: { id: rowId },
      headers: ifMatch,
      body: renumberBody,
      answers: { 201: json("The new mapping.", mapping) },
      refusals: {
        ...bodyInvalid,
        404: "The mapping does not exist.",
        ...conflict,
        ...changedMeanwhile,
        ...databaseAway,
      },
    },
    ({ ctx, params: { id }, body: { pool, proxyNumber }, viewer, note, ports }) => {
      note({ details: { what: "renumbered" } });
      return changedOnce(ctx, id, viewer, ports, async (seen) => {
        const renumbered = await ports.renumber(id, {
          ...seen,
          poolId: pool ?? null,
          proxyNumber: proxyNumber ?? null,
        });
        note({ details: { newMapping: renumbered.id } });
        return renumbered;
      });
    },
  ),
];

const expiryPassed = (): HttpProblem =>
  new HttpProblem({
    status: 400,
    code: "EXPIRY_PASSED",
    detail: "The expiry is in the past.",
    remedy: "Choose a later one, or none.",
  });
