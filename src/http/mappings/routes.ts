import type { z } from "zod";
import { actorOf } from "../../access/auditLog.ts";
import { changedFields } from "../../numbers/mappings/rules/patch.ts";
import type { MappingEditor, MappingSearch } from "../../numbers/mappings/types.ts";
import { judgeGuess } from "../access/numberSearch.ts";
import { bodyInvalid, databaseAway, json, queryInvalid } from "../server/answers.ts";
import { rowId } from "../server/fields.ts";
import type { Sight } from "../server/presenters.ts";
import { HttpProblem } from "../server/problems.ts";
import { routesFor } from "../server/route.ts";
import { bulkBody, filterOf, pageQuery, patchBody, patchOf, sortOf } from "./fields.ts";
import { presentMapping } from "./present.ts";
import type { MappingView } from "./present.ts";
import { bulkResult, mapping, mappingPage } from "./schema.ts";

export interface MappingPorts extends MappingView {
  readonly search: MappingSearch;
  readonly editor: MappingEditor;
}

const tags = ["Mappings"];
const params = { id: rowId };
const orderNotAllowed = { 403: "Real numbers are masked for you, so lists cannot be sorted by them." };
const unknown = { 404: "The mapping does not exist." };
const conflict = { 409: "This cannot be done now; `code` says why." };
const route = routesFor<MappingPorts>();

export const listRoutes = [
  route(
    {
      method: "GET",
      path: "/mappings",
      may: "numbers.read",
      operationId: "listMappings",
      tags,
      summary: "Mappings that match a filter, sorted, page by page.",
      query: pageQuery,
      answers: { 200: json("A page.", mappingPage) },
      refusals: { ...queryInvalid, ...orderNotAllowed, ...databaseAway },
    },
    ({ query, viewer, ports }) => page(query, viewer, ports),
  ),

  route(
    {
      method: "POST",
      path: "/mappings/search",
      may: "numbers.read",
      audit: null,
      operationId: "searchMappings",
      tags,
      summary: "Like `GET /mappings`, with no number in the URL.",
      description:
        "If real numbers are masked for you, `number`, and a `suffix` of more than four digits, find proxy numbers only.",
      body: pageQuery,
      answers: { 200: json("A page.", mappingPage) },
      refusals: { ...bodyInvalid, ...orderNotAllowed, ...databaseAway },
    },
    ({ body, viewer, ports }) => page(body, viewer, ports),
  ),

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
      const { expected, after = null, change } = body;
      const ids = body.ids === undefined ? null : [...new Set(body.ids)];
      const filter = ids === null ? filterOf(body.filter, viewer) : { ids };
      const unknownOf = (found: number) => (ids === null ? {} : { unknown: ids.length - found });
      if (body.dryRun || (expected !== undefined && after === null)) {
        const matched = await search.countAll(filter);
        if (body.dryRun) return { matched, ...unknownOf(matched) };
        if (matched !== expected) throw countChanged(matched);
      }
      const { changed, unchanged, next } = await editor.bulk(
        filter,
        change === undefined ? { kind: "release" } : { kind: "change", patch: patchOf(change, nowMs()) },
        // Few enough for one request; unknown IDs could not be counted over several.
        { by: actorOf(viewer), after, ...(ids !== null && { forMs: Number.POSITIVE_INFINITY }) },
      );
      const counts = { changed, unchanged, ...unknownOf(changed + unchanged) };
      note({ details: counts });
      return { ...counts, next };
    },
  ),

  route(
    {
      method: "GET",
      path: "/mappings/:id",
      may: "numbers.read",
      operationId: "getMapping",
      tags,
      summary: "One mapping.",
      params,
      answers: { 200: json("The mapping.", mapping) },
      refusals: { ...unknown, ...databaseAway },
    },
    async ({ params: { id }, viewer, ports }) => {
      const found = await ports.search.find(id);
      if (found === null) throw mappingUnknown();
      return presentMapping(found, ports, viewer);
    },
  ),
];

export const changeRoutes = [
  route(
    {
      method: "PATCH",
      path: "/mappings/:id",
      may: "numbers.write",
      audit: "change",
      operationId: "changeMapping",
      tags,
      summary: "Disable, enable, expire, or extend it, or give it another real number, label, or caller ID.",
      params,
      description: "To give it another real number, you also need the permission `numbers.real`.",
      body: patchBody,
      answers: { 200: json("The mapping after the change.", mapping) },
      refusals: { ...bodyInvalid, ...unknown, ...conflict, ...databaseAway },
    },
    async ({ params: { id }, body, viewer, note, ports }) => {
      const patch = patchOf(body, ports.nowMs());
      if (patch.realNumber !== undefined) judgeGuess(viewer);
      note({ details: { fields: changedFields(patch).join(",") } });
      return presentMapping(await ports.editor.update(id, patch), ports, viewer);
    },
  ),

  route(
    {
      method: "DELETE",
      path: "/mappings/:id",
      may: "numbers.write",
      audit: "delete",
      operationId: "releaseMapping",
      tags,
      summary: "Release it. Its proxy number stays in quarantine before it is allocated again.",
      params,
      answers: { 200: json("The released mapping.", mapping) },
      refusals: { ...unknown, ...conflict, ...databaseAway },
    },
    async ({ params: { id }, viewer, ports }) =>
      presentMapping(await ports.editor.release(id), ports, viewer),
  ),
];

async function page(values: z.output<ReturnType<typeof pageQuery>>, viewer: Sight, ports: MappingPorts) {
  const { search } = ports;
  const { sort, limit, after = null } = values;
  const filter = filterOf(values, viewer);
  const [{ items, next }, total] = await Promise.all([
    search.page({ filter, ...sortOf(sort, viewer), limit, after }),
    // Between pages it hardly changes.
    after === null ? search.count(filter) : undefined,
  ]);
  return {
    items: items.map((one) => presentMapping(one, ports, viewer)),
    next,
    ...(total !== undefined && { total }),
  };
}

export const mappingUnknown = (): HttpProblem =>
  new HttpProblem({ status: 404, code: "MAPPING_UNKNOWN", detail: "The mapping does not exist." });

const countChanged = (matched: number): HttpProblem =>
  new HttpProblem({
    status: 409,
    code: "COUNT_CHANGED",
    detail: "The selection now matches a different number of mappings than the preview did.",
    remedy: "Check the preview again.",
    members: { matched },
  });
