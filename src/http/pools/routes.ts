import type { Router } from "@koa/router";
import type { Context } from "koa";
import { presentNumber } from "../../access/rules/present.ts";
import { RangeConflictError } from "../../numbers/errors.ts";
import type { Pools } from "../../numbers/types.ts";
import { viewerOf } from "../access/viewer.ts";
import { readBody, requireJson, usualMaxBytes } from "../server/body.ts";
import { createFields } from "../server/fields.ts";
import { idOf } from "../mappings/routes.ts";
import { numbersProblem } from "../mappings/problems.ts";
import { poolSchemas, settingsOf } from "./fields.ts";
import { presentBlocked, presentPool } from "./present.ts";
import { HttpProblem } from "../server/problems.ts";
import { readQuery } from "../server/query.ts";
import { NumberList } from "../../numbers/pools/numberList.ts";
import type { Aside } from "../server/aside.ts";
import { receiveBody } from "../server/receiveBody.ts";
import { largestPoolBody } from "./bodies.ts";
import type { PoolBodyKind } from "./bodies.ts";

export interface PoolRoutesOptions {
  readonly pools: Pools;
  readonly aside: Pick<Aside, "poolBody">;
  /** ISO 3166, for numbers without country code. */
  readonly defaultCountry: string;
}

/** `/pools` with everything below it. */
export function addPoolRoutes(router: Router, { pools, aside, defaultCountry }: PoolRoutesOptions): void {
  const { patch, blockedQuery } = poolSchemas(createFields(defaultCountry));

  /** The only routes that take more than the usual size. */
  async function readNumbers(ctx: Context, kind: PoolBodyKind) {
    requireJson(ctx);
    const maxBytes = kind === "newPool" || kind === "numbers" ? largestPoolBody : usualMaxBytes;
    const { numbers, ...body } = await aside.poolBody(kind, () => receiveBody(ctx.req, maxBytes));
    return { ...body, numbers: NumberList.unpacked(numbers) };
  }

  router.get("/pools", async (ctx) => {
    ctx.body = { items: (await pools.list()).map(presentPool) };
  });

  router.post("/pools", async (ctx) => {
    const { name, settings, ranges, numbers } = await readNumbers(ctx, "newPool");
    const id = await masking(ctx, () => pools.create({ ...settings, name, ranges, numbers }));
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
      const { ranges, numbers } = await readNumbers(ctx, "numbers");
      await masking(ctx, () => pools[way](id, { ranges, numbers }));
      ctx.body = presentPool(await pools.get(id));
    });
  }

  router.post("/pools/:id/block", async (ctx) => {
    const id = idOf(ctx.params);
    const { numbers, note } = await readNumbers(ctx, "block");
    await pools.block(id, numbers.slice(0, numbers.size), note);
    ctx.body = presentPool(await pools.get(id));
  });

  router.post("/pools/:id/unblock", async (ctx) => {
    const id = idOf(ctx.params);
    const { numbers } = await readNumbers(ctx, "unblock");
    await pools.unblock(id, numbers.slice(0, numbers.size));
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
