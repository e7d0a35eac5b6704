import type { Router } from "@koa/router";
import type { Context } from "koa";
import { presentNumber } from "../../domain/accessMasking.ts";
import { RangeConflictError } from "../../numbers/errors.ts";
import type { Pools } from "../../numbers/types.ts";
import { viewerOf } from "../access/viewer.ts";
import { readBody } from "../server/body.ts";
import { createFields } from "../server/fields.ts";
import { idOf } from "../mappings/routes.ts";
import { numbersProblem } from "../mappings/problems.ts";
import { poolSchemas, settingsOf } from "./fields.ts";
import { presentBlocked, presentPool } from "./present.ts";
import { HttpProblem } from "../server/problems.ts";
import { readQuery } from "../server/query.ts";

/** `/pools` with everything below it. */
export function addPoolRoutes(
  router: Router,
  { pools, defaultCountry }: { readonly pools: Pools; readonly defaultCountry: string },
): void {
  const { newPool, patch, numbers, blockBody, unblockBody, blockedQuery } = poolSchemas(
    createFields(defaultCountry),
  );

  router.get("/pools", async (ctx) => {
    ctx.body = { items: (await pools.list()).map(presentPool) };
  });

  router.post("/pools", async (ctx) => {
    const body = await readBody(ctx, newPool);
    const { name, ranges, numbers: listed } = body;
    const id = await masking(ctx, () => pools.create({ ...settingsOf(body), name, ranges, numbers: listed }));
    ctx.status = 201;
    ctx.set("Location", `/pools/${id}`);
    ctx.body = presentPool(await pools.get(id));
  });

  router.get("/pools/:id", async (ctx) => {
    ctx.body = presentPool(await pools.get(idOf(ctx.params)));
  });

  router.patch("/pools/:id", async (ctx) => {
    const id = idOf(ctx.params);
    await pools.update(id, settingsOf(await readBody(ctx, patch)));
    ctx.body = presentPool(await pools.get(id));
  });

  router.delete("/pools/:id", async (ctx) => {
    await pools.remove(idOf(ctx.params));
    ctx.status = 204;
  });

  for (const way of ["extend", "shrink"] as const) {
    router.post(`/pools/:id/${way}`, async (ctx) => {
      const id = idOf(ctx.params);
      const body = await readBody(ctx, numbers);
      await masking(ctx, () => pools[way](id, body));
      ctx.body = presentPool(await pools.get(id));
    });
  }

  router.post("/pools/:id/block", async (ctx) => {
    const id = idOf(ctx.params);
    const body = await readBody(ctx, blockBody);
    await pools.block(id, body.numbers, body.note);
    ctx.body = presentPool(await pools.get(id));
  });

  router.post("/pools/:id/unblock", async (ctx) => {
    const id = idOf(ctx.params);
    await pools.unblock(id, (await readBody(ctx, unblockBody)).numbers);
    ctx.body = presentPool(await pools.get(id));
  });

  router.get("/pools/:id/blocked", async (ctx) => {
    const id = idOf(ctx.params);
    const { limit, after = null } = readQuery(ctx, blockedQuery);
    await pools.get(id);
    const { items, next } = await pools.blocked(id, limit, after);
    ctx.body = { items: items.map(presentBlocked), next };
  });
}

/** Real numbers stand in the way of a range; whoever sees them masked is told of them so as well. */
async function masking<Result>(ctx: Context, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const problem = error instanceof RangeConflictError ? numbersProblem(error) : null;
    if (!(error instanceof RangeConflictError) || problem === null) throw error;
    const conflicts = error.conflicts.map((conflict) =>
      conflict.kind === "real_number"
        ? { ...conflict, realNumber: presentNumber(conflict.realNumber, viewerOf(ctx)) }
        : conflict,
    );
    throw new HttpProblem({ ...problem, members: { conflicts }, cause: error });
  }
}
