import { z } from "zod";
import { createFields } from "../server/fields.ts";
import { poolSchemas } from "./fields.ts";
import {
  type ApiOperation,
  databaseAway,
  json,
  next,
  phone,
  queryInvalid,
  refusals,
  time,
} from "../server/schemas.ts";

/** Only the shapes matter here, and they are the same in every country. */
const { newPool, patch, numbers, blockBody, unblockBody, blockedQuery } = poolSchemas(createFields("RU"));

export const pool = z
  .object({
    id: z.int(),
    name: z.string(),
    label: z.string().nullable(),
    country: z.string().nullable(),
    callerId: z.string().nullable().meta({
      description:
        "For mappings without one: `proxy`, `caller`, `anonymous`, `fixed:NUMBER`; null: the trunk's.",
    }),
    quarantineSeconds: z.int(),
    enabled: z.boolean(),
    isDefault: z.boolean(),
    ranges: z.array(z.object({ first: phone, last: phone })),
    listed: z.int().meta({ description: "Numbers that came from lists." }),
    counts: z.object({
      total: z.int(),
      free: z.int(),
      used: z.int(),
      quarantined: z.int(),
      blocked: z.int(),
    }),
    forecast: z.object({
      emptyInDays: z.int().nullable().meta({ description: "null: not at the rate of the last weeks." }),
      perDay: z.number().meta({ description: "Numbers that leave the free ones in a day." }),
      basedOnDays: z.int(),
      warningDays: z.int(),
      warning: z.boolean(),
    }),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: "Pool" });

const blocked = z.object({ number: phone, note: z.string().nullable(), blockedAt: time });

const id = { params: z.object({ id: z.string() }) };
const jsonBody = (schema: z.ZodType) => ({
  body: { required: true, content: { "application/json": { schema } } },
});
const one = { 200: json("The pool as it is now.", pool) };
const unknown = { 404: "There is no such pool." };
const conflict = { 409: "It cannot be done; `code` says why, and the numbers in the way are named." };
const bodyInvalid = { 400: "The body is wrong; `errors` names each mistake." };

const post = (way: string, operationId: string, summary: string, schema: z.ZodType): ApiOperation => ({
  method: "post",
  path: `/pools/{id}/${way}`,
  operationId,
  tags: ["Pools"],
  summary,
  request: { ...id, ...jsonBody(schema) },
  responses: { ...one, ...refusals({ ...bodyInvalid, ...unknown, ...conflict, ...databaseAway }) },
});

export const poolOperations: readonly ApiOperation[] = [
  {
    method: "get",
    path: "/pools",
    operationId: "listPools",
    tags: ["Pools"],
    summary: "All pools with the state of their numbers and a forecast.",
    responses: {
      200: json("The pools.", z.object({ items: z.array(pool) })),
      ...refusals({ ...databaseAway }),
    },
  },
  {
    method: "post",
    path: "/pools",
    operationId: "createPool",
    tags: ["Pools"],
    summary: "A new pool of ranges, listed numbers or both.",
    request: jsonBody(newPool),
    responses: {
      201: json("The pool.", pool),
      ...refusals({ ...bodyInvalid, ...conflict, ...databaseAway }),
    },
  },
  {
    method: "get",
    path: "/pools/{id}",
    operationId: "getPool",
    tags: ["Pools"],
    summary: "One pool.",
    request: id,
    responses: { 200: json("The pool.", pool), ...refusals({ ...unknown, ...databaseAway }) },
  },
  {
    method: "patch",
    path: "/pools/{id}",
    operationId: "changePool",
    tags: ["Pools"],
    summary: "Change its settings; a disabled pool gives no numbers out.",
    request: { ...id, ...jsonBody(patch) },
    responses: { ...one, ...refusals({ ...bodyInvalid, ...unknown, ...conflict, ...databaseAway }) },
  },
  {
    method: "delete",
    path: "/pools/{id}",
    operationId: "deletePool",
    tags: ["Pools"],
    summary: "Delete a pool of which no number is in use.",
    request: id,
    responses: {
      204: { description: "It is gone." },
      ...refusals({ ...unknown, ...conflict, ...databaseAway }),
    },
  },
  post("extend", "extendPool", "Add numbers.", numbers),
  post("shrink", "shrinkPool", "Take unused numbers out.", numbers),
  post("block", "blockNumbers", "Keep numbers from being given out.", blockBody),
  post("unblock", "unblockNumbers", "Let blocked numbers be given out again.", unblockBody),
  {
    method: "get",
    path: "/pools/{id}/blocked",
    operationId: "listBlockedNumbers",
    tags: ["Pools"],
    summary: "Its blocked numbers, in ascending order, page by page.",
    request: { ...id, query: blockedQuery },
    responses: {
      200: json("A page.", z.object({ items: z.array(blocked), next })),
      ...refusals({ ...queryInvalid, ...unknown, ...databaseAway }),
    },
  },
];
