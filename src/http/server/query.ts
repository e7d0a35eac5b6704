import type { Context } from "koa";
import type { z } from "zod";
import { HttpProblem } from "./problems.ts";

/** The validated query: all errors are reported at once, without repeating values. */
export function readQuery<Schema extends z.ZodType>(
  ctx: Pick<Context, "query" | "querystring">,
  schema: Schema,
): z.output<Schema> {
  // Parameters beyond the limit would be dropped silently.
  if (ctx.querystring.split("&", mostParameters + 1).length > mostParameters) throw tooManyParameters();
  return checked(
    schema,
    { ...ctx.query },
    {
      code: "QUERY_INVALID",
      detail: "The query of the URL is invalid.",
      place: "parameter",
    },
  );
}

/** In a query or a form. */
export const mostParameters = 200;

export const namedErrors = 20;
/** Unknown keys are repeated, and there may be thousands. */
const longestProblem = 300;

/** `place`: the name of the location in the problem, e.g. `parameter`. */
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
    remedy: "Correct the parts that `errors` names.",
    members: {
      errors: result.error.issues.slice(0, namedErrors).map(({ path, code, message }) => ({
        [problem.place]: path.map(String).join("."),
        problem: (code === "unrecognized_keys" ? message : message.replace(/, received .*/, "")).slice(
          0,
          longestProblem,
        ),
      })),
    },
  });
}

const tooManyParameters = (): HttpProblem =>
  new HttpProblem({
    status: 400,
    code: "QUERY_INVALID",
    detail: `The query of the URL has more than ${mostParameters} parameters.`,
    remedy: "Send what the API's document describes.",
  });
