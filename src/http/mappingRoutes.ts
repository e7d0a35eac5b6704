import type { Router } from "@koa/router";
import type { Context } from "koa";
import type { z } from "zod";
import type { MappingEditor, MappingSearch } from "../numbers/mappingTypes.ts";
import { noteForAudit, viewerOf } from "./accessViewer.ts";
import { readBody } from "./body.ts";
import { createFields, idParameter } from "./fields.ts";
import { filterOf, mappingSchemas, patchOf, sortOf } from "./mappingFields.ts";
import { presentMapping } from "./presenters.ts";
import { HttpProblem } from "./problems.ts";
import { checked, readQuery } from "./query.ts";

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
    const { items, next } = await search.page({ filter, ...sortOf(sort, viewer), limit, after });
    const atMs = nowMs();
    return {
      items: items.map((mapping) => presentMapping(mapping, atMs, viewer)),
      next,
      // It does not change from page to page by more than what happens meanwhile.
      ...(after === null && { total: await search.count(filter) }),
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
    const filter = filterOf(body.filter, viewerOf(ctx));
    const { expected, after = null, change } = body;
    if (body.dryRun || (expected !== undefined && after === null)) {
      const matched = await search.countAll(filter);
      if (body.dryRun) {
        ctx.body = { matched };
        return;
      }
      if (matched !== expected) throw countChanged(matched);
    }
    const done = await editor.bulk(
      filter,
      change === undefined ? { kind: "release" } : { kind: "change", patch: patchOf(change, nowMs()) },
      { after },
    );
    noteForAudit(ctx, { details: { changed: done.changed, unchanged: done.unchanged } });
    ctx.body = done;
  });

  router.get("/mappings/:id", async (ctx) => {
    const mapping = await search.find(idOf(ctx.params));
    if (mapping === null) throw noSuchMapping();
    ctx.body = presentMapping(mapping, nowMs(), viewerOf(ctx));
  });

  router.patch("/mappings/:id", async (ctx) => {
    const id = idOf(ctx.params);
    const patch = patchOf(await readBody(ctx, patchBody), nowMs());
    // The names only: what a label or a number was changed to is not for the log.
    noteForAudit(ctx, { details: { fields: Object.keys(patch).map(fieldName).join(",") } });
    ctx.body = presentMapping(await editor.update(id, patch), nowMs(), viewerOf(ctx));
  });

  router.delete("/mappings/:id", async (ctx) => {
    ctx.body = presentMapping(await editor.release(idOf(ctx.params)), nowMs(), viewerOf(ctx));
  });
}

/** As the API calls it. */
const fieldNames: Readonly<Record<string, string>> = { expiresAtMs: "expiresAt", callerIdPolicy: "callerId" };
const fieldName = (name: string): string => fieldNames[name] ?? name;

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
    detail: "The filter selects another number of mappings than it did in the preview.",
    remedy: "Look at the preview again.",
    members: { matched },
  });
