import { Readable } from "node:stream";
import type { Router } from "@koa/router";
import type { Context } from "koa";
import { z } from "zod";
import { presentNumber } from "../../access/rules/present.ts";
import type { Imports, ImportView } from "../../imports/job/imports.ts";
import { importStates, isForeseeing, isResultCode, isWorking } from "../../imports/job/types.ts";
import { rowKinds, selectRows } from "../../imports/job/selectRows.ts";
import { viewerOf } from "../access/viewer.ts";
import { readBody } from "../server/body.ts";
import { choicesOf, previewSchema } from "./choices.ts";
import { presentImport, presentReading, presentResultRow } from "./present.ts";
import { importResultCsv } from "./resultCsv.ts";
import { languageOf } from "../server/language.ts";
import { wholeNumber } from "../server/schemas.ts";
import { readQuery } from "../server/query.ts";
import { waitSeconds } from "./uploadRoute.ts";
import { ImportUnknownError } from "../../imports/job/errors.ts";

const language = z.enum(["en", "ru"]).optional();
const delimiterName = z.enum(["comma", "semicolon", "tab"]);
const delimiters = { comma: ",", semicolon: ";", tab: "\t" } as const;

export const importPageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  /** `next` of the page before. */
  after: z.coerce.number().int().min(1).optional(),
  state: z.enum(importStates).optional(),
  lang: language,
});
export const importQuery = z.strictObject({ lang: language });
export const importResultQuery = z.strictObject({
  delimiter: delimiterName.default("comma"),
  /** `problems`: only rows that are not imported. */
  only: z.enum(["all", "problems"]).default("all"),
  lang: language,
});
const rowFields = {
  kind: z.enum(rowKinds).optional(),
  /** One of the codes in `counts.refusals`, or of the other rows, as the result names it. */
  code: z.string().refine(isResultCode, "is no code of a row").optional(),
  limit: wholeNumber(1, 500).default(100),
  /** `next` of the page before. */
  after: wholeNumber(1, 2 ** 31 - 1).optional(),
  lang: language,
};
export const importRowsQuery = z.strictObject(rowFields);
export const importRowsSearch = z
  .strictObject({
    ...rowFields,
    text: z.string().max(200).optional().meta({
      description: "The number of the row, a part of the cell as it was, or digits of either number.",
    }),
  })
  .meta({ id: "ImportRowSearch" });
export const importActionQuery = z.strictObject({ wait: waitSeconds.default(0), lang: language });

const listedKept = 1000;
/** Rows that one answer looks through; about a quarter of a second. */
const lookAtMost = 100_000;

/** `GET /imports…` and what can be done with an import: `preview`, `commit`, `cancel` and `undo`. */
export function addImportRoutes(router: Router, imports: Imports): void {
  async function answer(ctx: Context, view: ImportView): Promise<void> {
    const { state, undo } = view;
    const viewer = viewerOf(ctx);
    const keptMappings = state === "undone" && undo.kept > 0 ? await imports.kept(view.id, listedKept) : [];
    // Where not all are listed, the list was cut: the others are found by `GET /mappings?import=`.
    const keptMappingsOmitted = keptMappings.length < listedKept ? 0 : undo.kept - keptMappings.length;
    ctx.body = {
      ...presentImport(view, languageOf(ctx)),
      ...presentReading(view, languageOf(ctx), viewer),
      ...(state === "undone" && {
        keptMappings: keptMappings.map((kept) => ({
          ...kept,
          realNumber: presentNumber(kept.realNumber, viewer),
        })),
        keptMappingsOmitted: Math.max(0, keptMappingsOmitted),
      }),
    };
  }

  router.get("/imports", async (ctx) => {
    const { limit, after, state } = readQuery(ctx, importPageQuery);
    const items = await imports.page({ limit: limit + 1, before: after, state });
    const shown = items.slice(0, limit);
    const last = shown.at(-1);
    ctx.body = {
      items: shown.map((view) => presentImport(view, languageOf(ctx))),
      next: items.length > limit && last ? String(last.id) : null,
    };
  });

  router.get("/imports/:id", async (ctx) => {
    readQuery(ctx, importQuery);
    await answer(ctx, await imports.get(idOf(ctx.params["id"])));
  });

  router.get("/imports/:id/result.csv", async (ctx) => {
    const { delimiter, only } = readQuery(ctx, importResultQuery);
    const { id, state } = await imports.get(idOf(ctx.params["id"]));
    ctx.type = "text/csv; charset=utf-8";
    ctx.attachment(`import-${id}-result.csv`);
    const options = {
      delimiter: delimiters[delimiter],
      language: languageOf(ctx),
      problems: only === "problems",
      foreseen: isForeseeing(state),
    };
    ctx.body = Readable.from(importResultCsv(imports.result(id), options), { objectMode: false });
  });

  async function rows(ctx: Context, asked: z.output<typeof importRowsSearch>): Promise<void> {
    const { limit, after, lang: wanted, ...filter } = asked;
    const { id, state } = await imports.get(idOf(ctx.params["id"]));
    const { items, next } = await selectRows(imports.result(id, after), filter, { limit, lookAtMost });
    ctx.body = {
      items: items.map((row) => presentResultRow(row, wanted ?? languageOf(ctx), isForeseeing(state))),
      next: next === null ? null : String(next),
    };
  }

  router.get("/imports/:id/rows", async (ctx) => rows(ctx, readQuery(ctx, importRowsQuery)));
  router.post("/imports/:id/rows/search", async (ctx) => rows(ctx, await readBody(ctx, importRowsSearch)));

  router.post("/imports/:id/preview", async (ctx) => {
    const { wait } = readQuery(ctx, importActionQuery);
    const { pool, ...choices } = await readBody(ctx, previewSchema);
    await act(ctx, await imports.preview(idOf(ctx.params["id"]), choicesOf(choices), pool), wait);
  });
  for (const action of ["commit", "cancel", "undo"] as const) {
    router.post(`/imports/:id/${action}`, async (ctx) => {
      const { wait } = readQuery(ctx, importActionQuery);
      await act(ctx, await imports[action](idOf(ctx.params["id"])), wait);
    });
  }

  /** What was asked for has begun; whoever wants to know how it ends waits, or asks again. */
  async function act(ctx: Context, begun: ImportView, wait: number): Promise<void> {
    const view = wait === 0 ? begun : await imports.settled(begun.id, wait * 1000);
    await answer(ctx, view);
    ctx.status = isWorking(view.state) ? 202 : 200;
  }
}

function idOf(text: string | undefined): number {
  const id = Number(text);
  if (!Number.isSafeInteger(id) || id < 1 || id > 2 ** 31 - 1) throw new ImportUnknownError();
  return id;
}
