import type { Context } from "koa";
import type { Sight } from "../../access/rules/present.ts";
import type { Imports } from "../../imports/job/imports.ts";

/** The parts of a request that an answer with an import needs. */
export interface Answering {
  readonly ctx: Context;
  readonly imports: Imports;
  readonly viewer: Sight;
}
