import { Readable } from "node:stream";
import type { Router } from "@koa/router";
import type { Context } from "koa";
import { z } from "zod";
import type { Imports, ImportView } from "../imports/job/imports.ts";
import { importStates } from "../imports/job/types.ts";
import { readBody } from "./body.ts";
import { choicesOf, choicesSchema } from "./importChoices.ts";
import { presentImport, presentReading } from "./importPresenter.ts";
import { importResultCsv } from "./importResultCsv.ts";
import { languageOf } from "./language.ts";
import { readQuery } from "./query.ts";
import { waitSeconds } from "./uploadRoute.ts";
import { ImportUnknownError } from "../imports/job/errors.ts";

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
export const importActionQuery = z.strictObject({ wait: waitSeconds.default(0), lang: language });

const listedKept = 1000;

/** `GET /imports…` and what can be done with an import: `preview`, `commit`, `cancel` and `undo`. */
export function addImportRoutes(router: Router, imports: Imports): void {
  async function answer(ctx: Context, view: ImportView): Promise<void> {
    const { state, undo } = view;
    const keptMappings = state === "undone" && undo.kept > 0 ? await imports.kept(view.id, listedKept) : [];
    ctx.body = {
      ...presentImport(view, languageOf(ctx)),
      ...presentReading(view, languageOf(ctx)),
      ...(state === "undone" && { keptMappings }),
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
    const { id } = await imports.get(idOf(ctx.params["id"]));
    ctx.type = "text/csv; charset=utf-8";
    ctx.attachment(`import-${id}-result.csv`);
    const options = {
      delimiter: delimiters[delimiter],
      language: languageOf(ctx),
      problems: only === "problems",
    };
    ctx.body = Readable.from(importResultCsv(imports.result(id), options), { objectMode: false });
  });

  router.post("/imports/:id/preview", async (ctx) => {
    const { wait } = readQuery(ctx, importActionQuery);
    const choices = choicesOf(await readBody(ctx, choicesSchema));
    await act(ctx, await imports.preview(idOf(ctx.params["id"]), choices), wait);
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
    ctx.status = ["previewing", "running", "cancelling", "undoing"].includes(view.state) ? 202 : 200;
  }
}

function idOf(text: string | undefined): number {
  const id = Number(text);
  if (!Number.isSafeInteger(id) || id < 1 || id > 2 ** 31 - 1) throw new ImportUnknownError();
  return id;
}
