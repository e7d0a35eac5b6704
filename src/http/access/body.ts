import type { Context } from "koa";
import type { z } from "zod";
import { readBody } from "../server/body.ts";

/** A form of names and passwords is small; a larger body to a route that anyone may call is an attack. */
const maxBytes = 16 * 1024;

/** A small JSON body, checked whole: all mistakes are named at once, and their values are not repeated. */
export const readSmallBody = <Schema extends z.ZodType>(
  ctx: Context,
  schema: Schema,
): Promise<z.output<Schema>> => readBody(ctx, schema, { maxBytes });
