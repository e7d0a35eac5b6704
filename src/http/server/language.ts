import type { Context } from "koa";
import type { ImportLanguage } from "../../imports/texts/codes.ts";

/** In which language the texts of an answer are: `?lang=` or what the client accepts, English otherwise. */
export function languageOf(ctx: Pick<Context, "query" | "acceptsLanguages">): ImportLanguage {
  const { lang } = ctx.query;
  if (lang === "ru" || lang === "en") return lang;
  return ctx.acceptsLanguages("en", "ru") === "ru" ? "ru" : "en";
}
