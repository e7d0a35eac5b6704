import type { Context } from "koa";
import type { z } from "zod";
import { HttpProblem } from "./problems.ts";

/** The query, checked whole: all mistakes are named at once, and their values are not repeated. */
export function readQuery<Schema extends z.ZodType>(
  ctx: Pick<Context, "query">,
  schema: Schema,
): z.output<Schema> {
  return checked(
    schema,
    { ...ctx.query },
    {
      code: "QUERY_INVALID",
      detail: "The query of the address is wrong.",
      place: "parameter",
    },
  );
}

const namedErrors = 20;

/** `place`: how the problem calls what is wrong, e.g. `parameter`. */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  problem: { readonly code: string; readonly detail: string; readonly place: string },
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new HttpProblem({
    status: 400,
    code: problem.code,
    detail: problem.detail,
    remedy: "Correct what `errors` names.",
    members: {
      errors: result.error.issues.slice(0, namedErrors).map(({ path, code, message }) => ({
        [problem.place]: path.map(String).join("."),
        problem: code === "unrecognized_keys" ? message : message.replace(/, received .*/, ""),
      })),
    },
  });
}
