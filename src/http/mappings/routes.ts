import type { Router } from "@koa/router";
import type { Context } from "koa";
import type { z } from "zod";
import { actorOf } from "../../access/auditLog.ts";
import { changedFields } from "../../numbers/mappings/rules/patch.ts";
import type { MappingEditor, MappingSearch } from "../../numbers/mappings/types.ts";
import { noteForAudit, viewerOf } from "../access/viewer.ts";
import { readBody } from "../server/body.ts";
import { createFields, idParameter } from "../server/fields.ts";
import { filterOf, mappingSchemas, patchOf, sortOf } from "./fields.ts";
import { presentMapping } from "../server/presenters.ts";
import { HttpProblem } from "../server/problems.ts";
import { checked, readQuery } from "../server/query.ts";

export interface MappingRoutesOptions {
  readonly search: MappingSearch;
  readonly editor: MappingEditor;
  /** ISO 3166, for numbers without country code. */
  readonly defaultCountry: string;
  readonly nowMs: () => number;
}

/**
 * `GET /mappings` and `POST /mappings/search`, the same without a number in the address; `GET`, `PATCH` and
 * `DELETE /mappings/{id}`, which releases; `POST /mappings/bulk`.
 */
export function addMappingRoutes(router: Router, options: MappingRoutesOptions): void {
  const { search, editor, defaultCountry, nowMs } = options;
  const { pageQuery, patchBody, bulkBody } = mappingSchemas(createFields(defaultCountry));

  async function page(ctx: Context, values: z.output<typeof pageQuery>) {
    const viewer = viewerOf(ctx);
    const { sort, limit, after = null } = values;
    const filter = filterOf(values, viewer);
    const [{ items, next }, total] = await Promise.all([
      search.page({ filter, ...sortOf(sort, viewer), limit, after }),
      // It does not change from page to page by more than what happens meanwhile.
      after === null ? search.count(filter) : undefined,
    ]);
    const atMs = nowMs();
    return {
      items: items.map((mapping) => presentMapping(mapping, atMs, viewer)),
      next,
      ...(total !== undefined && { total }),
    };
  }

  router.get("/mappings", async (ctx) => {
    ctx.body = await page(ctx, readQuery(ctx, pageQuery));
  });

  router.post("/mappings/search", async (ctx) => {
    ctx.body = await page(ctx, await readBody(ctx, pageQuery));
  });

  router.post("/mappings/bulk", async (ctx) => {
    const body = await readBody(ctx, bulkBody);
    const viewer = viewerOf(ctx);
    const { expected, after = null, change } = body;
    const ids = body.ids === undefined ? null : [...new Set(body.ids)];
    const filter = ids === null ? filterOf(body.filter, viewer) : { ids };
    const unknownOf = (found: number) => (ids === null ? {} : { unknown: ids.length - found });
    if (body.dryRun || (expected !== undefined && after === null)) {
      const matched = await search.countAll(filter);
      if (body.dryRun) {
        ctx.body = { matched, ...unknownOf(matched) };
        return;
      }
      if (matched !== expected) throw countChanged(matched);
    }
    const { changed, unchanged, next } = await editor.bulk(
      filter,
      change === undefined ? { kind: "release" } : { kind: "change", patch: patchOf(change, nowMs()) },
      // So few are done in one go, or it could not be told which of them are unknown.
      { by: actorOf(viewer), after, ...(ids !== null && { forMs: Number.POSITIVE_INFINITY }) },
    );
    const counts = { changed, unchanged, ...unknownOf(changed + unchanged) };
    noteForAudit(ctx, { details: counts });
    ctx.body = { ...counts, next };
  });

  router.get("/mappings/:id", async (ctx) => {
    const mapping = await search.find(idOf(ctx.params));
    if (mapping === null) throw noSuchMapping();
    ctx.body = presentMapping(mapping, nowMs(), viewerOf(ctx));
  });

  router.patch("/mappings/:id", async (ctx) => {
    const id = idOf(ctx.params);
    const patch = patchOf(await readBody(ctx, patchBody), nowMs());
    noteForAudit(ctx, { details: { fields: changedFields(patch).join(",") } });
    ctx.body = presentMapping(await editor.update(id, patch), nowMs(), viewerOf(ctx));
  });

  router.delete("/mappings/:id", async (ctx) => {
    ctx.body = presentMapping(await editor.release(idOf(ctx.params)), nowMs(), viewerOf(ctx));
  });
}

export function idOf(parameters: unknown): number {
  return checked(idParameter, parameters, {
    code: "ID_INVALID",
    detail: "The id in the address is not a whole number.",
    place: "parameter",
  }).id;
}

const noSuchMapping = (): HttpProblem =>
  new HttpProblem({ status: 404, code: "MAPPING_UNKNOWN", detail: "There is no such mapping." });

const countChanged = (matched: number): HttpProblem =>
  new HttpProblem({
    status: 409,
    code: "COUNT_CHANGED",
    detail: "What is selected is another number of mappings than it was in the preview.",
    remedy: "Look at the preview again.",
    members: { matched },
  });
