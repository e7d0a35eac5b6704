import { NumberList } from "../../numbers/pools/numberList.ts";
import type { Pools } from "../../numbers/types.ts";
import { bodyInvalid, databaseAway, empty, json, queryInvalid } from "../server/answers.ts";
import type { Aside } from "../server/aside.ts";
import { rowId } from "../server/fields.ts";
import { routesFor } from "../server/route.ts";
import { rangeSize } from "../../values/numberRange.ts";
import { largestPoolBody } from "./bodies.ts";
import type { PoolBodyKind } from "./bodies.ts";
import {
  blockBody,
  blockedQuery,
  newPoolBody,
  numbersBody,
  poolPatchBody,
  settingsOf,
  unblockBody,
} from "./fields.ts";
import { poolChanges } from "./changes.ts";
import { presentBlocked, presentPool } from "./present.ts";
import { blockedPage, pool, poolList } from "./schema.ts";

export interface PoolPorts {
  readonly pools: Pools;
  readonly aside: Pick<Aside, "poolBody">;
}

const tags = ["Pools"];
const params = { id: rowId };
const answers = { 200: json("The pool after the change.", pool) };
const unknown = { 404: "The pool does not exist." };
const conflict = {
  409: "This cannot be done; `code` says why, and the answer names the numbers in the way.",
};
const changed = { ...bodyInvalid, ...unknown, ...conflict, ...databaseAway };
const route = routesFor<PoolPorts>();

const numbersBodies = {
  numbers: { deferredBody: numbersBody, maxBodyBytes: largestPoolBody },
  block: { deferredBody: blockBody },
  unblock: { deferredBody: unblockBody },
};

export const poolRoutes = [
  route(
    {
      method: "GET",
      path: "/pools",
      may: "numbers.read",
      operationId: "listPools",
      tags,
      summary: "All pools with the state of their numbers and a forecast.",
      answers: { 200: json("The pools.", poolList) },
      refusals: databaseAway,
    },
    async ({ ports: { pools } }) => ({ items: (await pools.list()).map(presentPool) }),
  ),

  route(
    {
      method: "POST",
      path: "/pools",
      may: "numbers.write",
      // Ranges must not contain real numbers.
      confirmsNumbers: true,
      audit: "change",
      operationId: "createPool",
      tags,
      summary: "A new pool of ranges, listed numbers, or both.",
      deferredBody: newPoolBody,
      maxBodyBytes: largestPoolBody,
      answers: { 201: json("The pool.", pool) },
      refusals: { ...bodyInvalid, ...conflict, ...databaseAway },
    },
    async ({ ctx, receive, note, ports }) => {
      const { name, settings, ranges, numbers } = await numbersOf(receive, ports, "newPool");
      const id = await ports.pools.create({ ...settings, name, ranges, numbers });
      note({
        target: { kind: "pools", id: String(id) },
        details: { numbers: countNumbers({ ranges, numbers }) },
        changes: poolChanges(null, { ...settings, name }),
      });
      ctx.set("Location", `/pools/${id}`);
      return presentPool(await ports.pools.get(id));
    },
  ),

  route(
    {
      method: "GET",
      path: "/pools/:id",
      may: "numbers.read",
      operationId: "getPool",
      tags,
      summary: "One pool.",
      params,
      answers: { 200: json("The pool.", pool) },
      refusals: { ...unknown, ...databaseAway },
    },
    async ({ params: { id }, ports: { pools } }) => presentPool(await pools.get(id)),
  ),

  route(
    {
      method: "PATCH",
      path: "/pools/:id",
      may: "numbers.write",
      audit: "change",
      operationId: "changePool",
      tags,
      summary: "Change its settings; a paused pool allocates no numbers.",
      params,
      body: poolPatchBody,
      answers,
      refusals: changed,
    },
    async ({ params: { id }, body, note, ports: { pools } }) => {
      const before = await pools.update(id, settingsOf(body));
      note({ changes: poolChanges(before, { ...before, ...settingsOf(body) }) });
      return presentPool(await pools.get(id));
    },
  ),

  route(
    {
      method: "DELETE",
      path: "/pools/:id",
      may: "numbers.write",
      audit: "delete",
      operationId: "deletePool",
      tags,
      summary: "Delete a pool that has no number in use.",
      params,
      answers: { 204: empty("The pool is deleted.") },
      refusals: { ...unknown, ...conflict, ...databaseAway },
    },
    async ({ params: { id }, note, ports: { pools } }) => {
      const { name } = await pools.get(id);
      await pools.remove(id);
      note({ changes: poolChanges({ name }, null) });
    },
  ),

  numbersRoute(
    { action: "extend", operationId: "extendPool", summary: "Add numbers.", kind: "numbers" },
    (pools, id, { ranges, numbers }) => pools.extend(id, { ranges, numbers }),
  ),

  numbersRoute(
    { action: "shrink", operationId: "shrinkPool", summary: "Remove unused numbers.", kind: "numbers" },
    (pools, id, { ranges, numbers }) => pools.shrink(id, { ranges, numbers }),
  ),

  numbersRoute(
    {
      action: "block",
      operationId: "blockNumbers",
      summary: "Block numbers, so that they are not allocated.",
      kind: "block",
    },
    (pools, id, { numbers, note }) => pools.block(id, numbers.slice(0, numbers.size), note),
  ),

  numbersRoute(
    { action: "unblock", operationId: "unblockNumbers", summary: "Unblock numbers.", kind: "unblock" },
    (pools, id, { numbers }) => pools.unblock(id, numbers.slice(0, numbers.size)),
  ),

  route(
    {
      method: "GET",
      path: "/pools/:id/blocked",
      may: "numbers.read",
      operationId: "listBlockedNumbers",
      tags,
      summary: "Its blocked numbers in ascending order, page by page.",
      params,
      query: blockedQuery,
      answers: { 200: json("A page.", blockedPage) },
      refusals: { ...queryInvalid, ...unknown, ...databaseAway },
    },
    async ({ params: { id }, query: { limit, after = null }, ports: { pools } }) => {
      await pools.get(id);
      const { items, next } = await pools.blocked(id, limit, after);
      return { items: items.map(presentBlocked), next };
    },
  ),
];

type NumbersBody = Awaited<ReturnType<typeof numbersOf>>;

/** A change of the numbers of a pool, whose answer is the pool. */
function numbersRoute(
  spec: {
    readonly action: "extend" | "shrink" | "block" | "unblock";
    readonly operationId: string;
    readonly summary: string;
    readonly kind: keyof typeof numbersBodies;
  },
  change: (pools: Pools, id: number, body: NumbersBody) => Promise<void>,
) {
  const { action, operationId, summary, kind } = spec;
  return route(
    {
      method: "POST",
      path: `/pools/:id/${action}`,
      may: "numbers.write",
      confirmsNumbers: action === "extend",
      audit: "change",
      operationId,
      tags,
      summary,
      params,
      ...numbersBodies[kind],
      answers,
      refusals: changed,
    },
    async ({ params: { id }, receive, note, ports }) => {
      const body = await numbersOf(receive, ports, kind);
      await change(ports.pools, id, body);
      note({ details: { numbers: countNumbers(body) } });
      return presentPool(await ports.pools.get(id));
    },
  );
}

const countNumbers = ({ ranges, numbers }: Pick<NumbersBody, "ranges" | "numbers">): number =>
  ranges.reduce((sum, range) => sum + rangeSize(range), numbers.size);

/** Long lists are parsed in a separate thread. */
async function numbersOf(receive: () => Promise<Buffer>, { aside }: PoolPorts, kind: PoolBodyKind) {
  const { numbers, ...body } = await aside.poolBody(kind, receive);
  return { ...body, numbers: NumberList.unpacked(numbers) };
}
