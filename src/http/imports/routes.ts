import type { z } from "zod";
import type { Imports, ImportView } from "../../imports/job/imports.ts";
import { rowKindOf, selectRows } from "../../imports/job/selectRows.ts";
import { isForeseeing, isWorking } from "../../imports/job/types.ts";
import { bodyInvalid, databaseAway, json, queryInvalid, reply } from "../server/answers.ts";
import { languageOf } from "../server/language.ts";
import { routesFor } from "../server/route.ts";
import { firstResults } from "./firstResults.ts";
import type { Answering } from "./answering.ts";
import { choicesOf, previewSchema } from "./choices.ts";
import { presentImport, presentReading, presentResultRow } from "./present.ts";
import { resultRoutes } from "./resultRoutes.ts";
import {
  importActionQuery,
  importId,
  importPage,
  importPageQuery,
  importQuery,
  importRowsQuery,
  importRowsSearch,
  rowPage,
  shownImport,
} from "./schema.ts";

export interface ImportPorts {
  readonly imports: Imports;
}

const tags = ["Imports"];
const params = { id: importId };
const unknown = { 404: "The import does not exist." };
const wrongState = { 409: "The state of the import does not allow this; see `state`." };
const route = routesFor<ImportPorts>();

/** A change of an import that `wait` may wait for. */
const action = (name: "commit" | "cancel" | "undo", summary: string) =>
  route(
    {
      method: "POST",
      path: `/imports/:id/${name}`,
      may: "numbers.write",
      confirmsNumbers: true,
      audit: name === "undo" ? "delete" : "upload",
      operationId: `${name}Import`,
      tags,
      summary,
      params,
      query: importActionQuery,
      answers: { 200: json("Done.", shownImport), 202: json("Started.", shownImport) },
      refusals: {
        ...queryInvalid,
        ...unknown,
        409: "The state of the import does not allow this (see `state`), or there is no pool to take proxy numbers from.",
        415: "The file could not be read to its end.",
        422: "The file cannot be imported the way it is read.",
        ...databaseAway,
      },
    },
    async ({ params: { id }, query: { wait }, ctx, viewer, ports: { imports } }) =>
      begun({ ctx, imports, viewer }, await imports[name](id), wait),
  );

export const importRoutes = [
  ...resultRoutes,

  route(
    {
      method: "GET",
      path: "/imports",
      may: "numbers.read",
      operationId: "listImports",
      tags,
      summary: "All imports, newest first, page by page.",
      query: importPageQuery,
      answers: { 200: json("A page.", importPage) },
      refusals: { ...queryInvalid, ...databaseAway },
    },
    async ({ query: { limit, after, state, discarded }, ctx, ports: { imports } }) => {
      const items = await imports.page({ limit: limit + 1, before: after, state, discarded });
      const shown = items.slice(0, limit);
      const last = shown.at(-1);
      return {
        items: shown.map((view) => presentImport(view, languageOf(ctx))),
        next: items.length > limit && last ? String(last.id) : null,
      };
    },
  ),

  route(
    {
      method: "GET",
      path: "/imports/:id",
      // An import shows real numbers as its file had them.
      may: "numbers.real",
      tellsOfWrites: true,
      operationId: "getImport",
      tags,
      summary: "One import: its progress, how its file is read, and its outcome.",
      params,
      query: importQuery,
      answers: { 200: json("The import.", shownImport) },
      refusals: { ...queryInvalid, ...unknown, ...databaseAway },
    },
    async ({ params: { id }, ctx, viewer, ports: { imports } }) =>
      present({ ctx, imports, viewer }, await imports.get(id)),
  ),

  route(
    {
      method: "GET",
      path: "/imports/:id/rows",
      may: "numbers.real",
      operationId: "listImportRows",
      tags,
      summary: "Rows of the result by kind or code, page by page; for a preview, the expected ones.",
      params,
      query: importRowsQuery,
      answers: { 200: json("A page.", rowPage) },
      refusals: { ...queryInvalid, ...unknown, ...databaseAway },
    },
    ({ params: { id }, query, ctx, viewer, ports: { imports } }) => rows({ ctx, imports, viewer }, id, query),
  ),

  route(
    {
      method: "POST",
      path: "/imports/:id/rows/search",
      may: "numbers.real",
      audit: null,
      operationId: "searchImportRows",
      tags,
      summary:
        "Like `GET /imports/{id}/rows`, but also by text. Numbers are kept out of URLs, which end up in logs.",
      params,
      body: importRowsSearch,
      answers: { 200: json("A page.", rowPage) },
      refusals: { ...bodyInvalid, ...unknown, ...databaseAway },
    },
    ({ params: { id }, body, ctx, viewer, ports: { imports } }) => rows({ ctx, imports, viewer }, id, body),
  ),

  route(
    {
      method: "POST",
      path: "/imports/:id/preview",
      may: "numbers.write",
      confirmsNumbers: true,
      audit: "upload",
      operationId: "previewImport",
      tags,
      summary: "Read the file of a preview in another way, or for another pool, and preview it again.",
      params,
      query: importActionQuery,
      body: previewSchema,
      answers: { 200: json("The preview.", shownImport), 202: json("Started.", shownImport) },
      refusals: {
        400: "The query or a choice is invalid; `errors` names each mistake.",
        ...unknown,
        ...wrongState,
        422: "A choice does not fit the file.",
        ...databaseAway,
      },
    },
    async ({ params: { id }, query: { wait }, body, ctx, viewer, ports: { imports } }) => {
      const { pool, ...choices } = body;
      return begun({ ctx, imports, viewer }, await imports.preview(id, choicesOf(choices), pool), wait);
    },
  ),

  action("commit", "Import the file of a preview."),
  action(
    "cancel",
    "Stop at once; rows imported so far stay and are counted. A preview leaves nothing behind.",
  ),
  action("undo", "Remove what the import created, except mappings that a call has used."),
];

const listedKept = 1000;
/** Rows that one answer looks through; about a quarter of a second. */
const lookAtMost = 100_000;

/** The change has started; clients that want its outcome wait, or ask again. */
async function begun(answering: Answering, started: ImportView, wait: number) {
  const view = wait === 0 ? started : await answering.imports.settled(started.id, wait * 1000);
  return reply(isWorking(view.state) ? 202 : 200, await present(answering, view));
}

async function present({ ctx, imports, viewer }: Answering, view: ImportView) {
  const { state, undo } = view;
  const keptMappings = state === "undone" && undo.kept > 0 ? await imports.kept(view.id, listedKept) : [];
  // A full list was cut; `GET /mappings?import=` has the rest.
  const keptMappingsOmitted = keptMappings.length < listedKept ? 0 : undo.kept - keptMappings.length;
  return {
    ...presentImport(view, languageOf(ctx)),
    ...presentReading(view, languageOf(ctx), await firstResults(imports, view), viewer),
    ...(state === "undone" && {
      keptMappings,
      keptMappingsOmitted: Math.max(0, keptMappingsOmitted),
    }),
  };
}

async function rows(
  { ctx, imports, viewer }: Answering,
  importId: number,
  { limit, after, lang, ...filter }: z.output<typeof importRowsSearch>,
) {
  const view = await imports.get(importId);
  const { id, state, description } = view;
  const shown = { foreseen: isForeseeing(state), timeZone: description.timeZone };
  const { items, next } = await selectRows(imports.result(id, after), filter, { limit, lookAtMost });
  const rejected = items.flatMap((item) => (rowKindOf(item) === "rejected" ? [item.row] : []));
  const cells = await imports.cells(view, rejected);
  viewer.shown?.add(items.filter(({ row, realNumber }) => realNumber !== "" || cells.has(row)).length);
  return {
    items: items.map((row) => ({
      ...presentResultRow(row, lang ?? languageOf(ctx), shown),
      cells: cells.get(row.row) ?? null,
    })),
    next: next === null ? null : String(next),
  };
}
