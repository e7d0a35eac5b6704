import type { z } from "zod";
import { changedFields } from "../../numbers/mappings/rules/patch.ts";
import type { MappingEditor, MappingSearch } from "../../numbers/mappings/types.ts";
import type { MappingReader } from "../../numbers/types.ts";
import { judgeGuess } from "../access/numberSearch.ts";
import { bodyInvalid, databaseAway, json, queryInvalid } from "../server/answers.ts";
import { rowId } from "../server/fields.ts";
import { isPhoneNumber } from "../../values/phoneNumber.ts";
import { isoTime } from "../server/presenters.ts";
import type { Sight } from "../../access/rules/present.ts";
import { routesFor } from "../server/route.ts";
import { filterOf, pageQuery, patchBody, patchOf, sortOf } from "./fields.ts";
import { changedMeanwhile, changedOnce, mappingUnknown, tagged } from "./changedOnce.ts";
import { presentMapping } from "./present.ts";
import type { MappingView } from "./present.ts";
import { foundMapping, ifMatch, mapping, mappingPage, owners, ownersBody } from "./schema.ts";

export interface MappingPorts extends MappingView {
  readonly search: MappingSearch;
  readonly editor: MappingEditor;
  readonly mappings: Pick<MappingReader, "findByReal">;
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
      mayLag: true,
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
      mayLag: true,
      operationId: "searchMappings",
      tags,
      summary: "Like `GET /mappings`, with no number in the URL.",
      description:
        "If real numbers are masked for you, `number`, and more than four digits in `suffix` or `search`, find proxy numbers only.",
      body: pageQuery,
      answers: { 200: json("A page.", mappingPage) },
      refusals: { ...bodyInvalid, ...orderNotAllowed, ...databaseAway },
    },
    ({ body, viewer, ports }) => page(body, viewer, ports),
  ),

  route(
    {
      method: "POST",
      path: "/mappings/owners",
      may: "numbers.read",
      audit: null,
      mayLag: true,
      operationId: "findOwners",
      tags,
      summary: "The mappings and labels of the proxy numbers in a list of calls.",
      body: ownersBody,
      answers: { 200: json("The mappings that exist, released ones included.", owners) },
      refusals: { ...bodyInvalid, ...databaseAway },
    },
    async ({ body: { proxyNumbers }, ports: { search } }) => {
      const found = await search.owners(proxyNumbers.filter(isPhoneNumber));
      return {
        items: found.map(({ createdAtMs, ...owner }) => ({ ...owner, createdAt: isoTime(createdAtMs) })),
      };
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
      answers: { 200: json("The mapping.", foundMapping) },
      refusals: { ...unknown, ...databaseAway },
    },
    async ({ ctx, params: { id }, viewer, ports }) => {
      const found = await ports.search.find(id);
      if (found === null) throw mappingUnknown();
      const { state, realNumber } = found;
      const now =
        state === "quarantined" && realNumber !== null ? await ports.mappings.findByReal(realNumber) : null;
      const successor = now === null ? null : { id: now.id, proxyNumber: now.proxyNumber };
      return tagged(ctx, { ...presentMapping(found, ports, viewer), successor });
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
      headers: ifMatch,
      body: patchBody,
      answers: { 200: json("The mapping after the change.", mapping) },
      refusals: { ...bodyInvalid, ...unknown, ...conflict, ...changedMeanwhile, ...databaseAway },
    },
    async ({ ctx, params: { id }, body, viewer, note, ports }) => {
      const patch = patchOf(body, ports.nowMs());
      if (patch.realNumber !== undefined) judgeGuess(viewer);
      note({ details: { fields: changedFields(patch).join(",") } });
      return changedOnce(ctx, id, viewer, ports, async (seen) => {
        const changed = await ports.editor.update(id, patch, seen);
        note({ details: { changedAt: isoTime(changed.updatedAtMs) } });
        return changed;
      });
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
      headers: ifMatch,
      answers: { 200: json("The released mapping.", mapping) },
      refusals: { ...unknown, ...conflict, ...changedMeanwhile, ...databaseAway },
    },
    ({ ctx, params: { id }, viewer, note, ports }) =>
      changedOnce(ctx, id, viewer, ports, async (seen) => {
        const released = await ports.editor.release(id, seen);
        note({ details: { changedAt: isoTime(released.updatedAtMs) } });
        return released;
      }),
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
