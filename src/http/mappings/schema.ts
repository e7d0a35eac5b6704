import { z } from "zod";
import { createFields } from "../server/fields.ts";
import { mappingSchemas } from "./fields.ts";
import {
  type ApiOperation,
  csv,
  databaseAway,
  json,
  next,
  phone,
  queryInvalid,
  refusals,
  time,
  wholeNumber,
} from "../server/schemas.ts";

/** Only the shapes matter here, and they are the same in every country. */
const { pageQuery, csvQuery, filterQuery, patchBody, bulkBody } = mappingSchemas(createFields("RU"));

export const mapping = z
  .object({
    id: z.int(),
    proxyNumber: phone,
    realNumber: phone,
    state: z.enum(["active", "disabled", "expired", "quarantined"]),
    label: z.string().nullable(),
    reference: z.string().nullable(),
    expiresAt: time.nullable(),
    callerId: z.string().nullable().meta({
      description:
        "`proxy`, `caller`, `anonymous`, `fixed:NUMBER`; null: the policy of the pool or the trunk.",
    }),
    pool: z.object({ id: z.int(), name: z.string().nullable() }).nullable(),
    importId: z.int().nullable(),
    restsUntil: time.nullable().meta({
      description: "Of a released mapping: until when its proxy number rests before others may get it.",
    }),
    realNumberIsProxy: z.boolean(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: "Mapping" });

const page = z
  .object({
    items: z.array(mapping),
    next,
    total: z
      .object({ value: z.int(), exact: z.boolean() })
      .optional()
      .meta({ description: "On the first page only; not `exact`: there are at least so many." }),
  })
  .meta({ id: "MappingPage" });

const unknownIds = z
  .int()
  .optional()
  .meta({ description: "Of `ids`: how many are no mappings, or none any more." });

const id = { params: z.object({ id: z.string() }) };
const jsonBody = (schema: z.ZodType) => ({
  body: { required: true, content: { "application/json": { schema } } },
});
const exportBody = (schema: z.ZodType) => ({
  body: {
    required: true,
    content: { "application/json": { schema }, "application/x-www-form-urlencoded": { schema } },
  },
});
const workbook = {
  description: "The file.",
  content: {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
      schema: z.string().meta({ format: "binary" }),
    },
  },
};
const orderNotAllowed = { 403: "Real numbers are masked for you, and lists not sorted by them." };
const unknown = { 404: "There is no such mapping." };
const conflict = { 409: "It cannot be done now; `code` says why." };
const bodyInvalid = { 400: "The body is wrong; `errors` names each mistake." };

export const historyQuery = z.strictObject({
  limit: wholeNumber(1, 200).default(50),
  after: z
    .string()
    .regex(/^\d{1,15}-\d{1,15}$/, "is not what `next` of a page said")
    .optional(),
});

const event = z
  .object({
    at: time,
    what: z.enum(["created", "changed", "released"]),
    fields: z.array(z.string()).meta({
      description: "Names of what was changed, e.g. `state`; empty where that is not known.",
    }),
    actor: z
      .object({
        kind: z.enum(["user", "key", "address", "anonymous", "open"]).meta({
          description: "`open`: anybody, while nobody had to sign in.",
        }),
        name: z.string().meta({ description: "As it was then." }),
      })
      .nullable()
      .meta({ description: "null: not known, as of older changes of many mappings at once." }),
    importId: z.int().nullable().meta({ description: "The import that created it." }),
  })
  .meta({ id: "MappingEvent" });

export const mappingOperations: readonly ApiOperation[] = [
  {
    method: "get",
    path: "/mappings",
    operationId: "listMappings",
    tags: ["Mappings"],
    summary: "Mappings that a filter selects, sorted, page by page.",
    request: { query: pageQuery },
    responses: {
      200: json("A page.", page),
      ...refusals({ ...queryInvalid, ...orderNotAllowed, ...databaseAway }),
    },
  },
  {
    method: "post",
    path: "/mappings/search",
    operationId: "searchMappings",
    tags: ["Mappings"],
    summary: "As `GET /mappings`, with no number in the address.",
    description:
      "Who sees real numbers masked finds by `number`, and by a `suffix` of more than four digits, proxy numbers only.",
    request: jsonBody(pageQuery),
    responses: {
      200: json("A page.", page),
      ...refusals({ ...bodyInvalid, ...orderNotAllowed, ...databaseAway }),
    },
  },
  {
    method: "post",
    path: "/mappings/bulk",
    operationId: "changeMappings",
    tags: ["Mappings"],
    summary:
      "Change or release everything that a filter selects, or certain mappings; `dryRun` only counts them.",
    request: jsonBody(bulkBody),
    responses: {
      200: json(
        "What was done, or would be; `next` goes on as `after` where it takes several requests.",
        z.union([
          z.object({ matched: z.int(), unknown: unknownIds }),
          z.object({
            changed: z.int(),
            unchanged: z.int().meta({ description: "They were so already, or are released." }),
            unknown: unknownIds,
            next,
          }),
        ]),
      ),
      ...refusals({ ...bodyInvalid, ...conflict, ...databaseAway }),
    },
  },
  {
    method: "get",
    path: "/mappings/{id}",
    operationId: "getMapping",
    tags: ["Mappings"],
    summary: "One mapping.",
    request: id,
    responses: { 200: json("The mapping.", mapping), ...refusals({ ...unknown, ...databaseAway }) },
  },
  {
    method: "get",
    path: "/mappings/{id}/history",
    operationId: "mappingHistory",
    tags: ["Mappings"],
    summary: "Who changed the mapping when, newest first.",
    request: { ...id, query: historyQuery },
    responses: {
      200: json("A page.", z.object({ items: z.array(event), next }).meta({ id: "MappingHistory" })),
      ...refusals({ ...queryInvalid, ...unknown, ...databaseAway }),
    },
  },
  {
    method: "patch",
    path: "/mappings/{id}",
    operationId: "changeMapping",
    tags: ["Mappings"],
    summary: "Disable, enable, expire or extend it, or give it another real number, label or caller ID.",
    request: { ...id, ...jsonBody(patchBody) },
    responses: {
      200: json("The mapping as it is now.", mapping),
      ...refusals({ ...bodyInvalid, ...unknown, ...conflict, ...databaseAway }),
    },
  },
  {
    method: "delete",
    path: "/mappings/{id}",
    operationId: "releaseMapping",
    tags: ["Mappings"],
    summary: "Release it: its proxy number rests, then others may get it.",
    request: id,
    responses: {
      200: json("The mapping as it rests.", mapping),
      ...refusals({ ...unknown, ...conflict, ...databaseAway }),
    },
  },
  {
    method: "get",
    path: "/export/csv",
    operationId: "exportMappings",
    tags: ["Mappings"],
    summary: "Everything that a filter selects, as CSV that can be imported again.",
    request: { query: csvQuery },
    responses: { 200: csv("The file."), ...refusals({ ...queryInvalid, ...databaseAway }) },
  },
  {
    method: "get",
    path: "/export/xlsx",
    operationId: "exportMappingsWorkbook",
    tags: ["Mappings"],
    summary: "The same as a workbook.",
    request: { query: filterQuery },
    responses: { 200: workbook, ...refusals({ ...queryInvalid, ...databaseAway }) },
  },
  {
    method: "post",
    path: "/export/csv",
    operationId: "exportFoundMappings",
    tags: ["Mappings"],
    summary: "As `GET /export/csv`, with no number in the address.",
    request: exportBody(csvQuery),
    responses: { 200: csv("The file."), ...refusals({ ...bodyInvalid, ...databaseAway }) },
  },
  {
    method: "post",
    path: "/export/xlsx",
    operationId: "exportFoundMappingsWorkbook",
    tags: ["Mappings"],
    summary: "As `GET /export/xlsx`, with no number in the address.",
    request: exportBody(filterQuery),
    responses: { 200: workbook, ...refusals({ ...bodyInvalid, ...databaseAway }) },
  },
];
