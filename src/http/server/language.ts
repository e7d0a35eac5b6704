import type { Context } from "koa";
import type { ImportLanguage } from "../../imports/texts/codes.ts";

/** The language of the texts in a response: `?lang=`, or as accepted by the client, otherwise English. */
export function languageOf(ctx: Pick<Context, "query" | "acceptsLanguages">): ImportLanguage {
  const { lang } = ctx.query;
  if (lang === "ru" || lang === "en") return lang;
  return ctx.acceptsLanguages("en", "ru") === "ru" ? "ru" : "en";
}
