import type { Context } from "koa";
import { MappingChangedError } from "../../numbers/errors.ts";
import type { MappingSearch } from "../../numbers/mappings/types.ts";
import type { MappingDetails } from "../../numbers/types.ts";
import type { Sight } from "../../access/rules/present.ts";
import { HttpProblem } from "../server/problems.ts";
import { presentMapping, seenChangeOf } from "./present.ts";
import type { MappingView } from "./present.ts";

export const changedMeanwhile = {
  412: "The mapping has changed since `If-Match`; `current` is the mapping as it is now.",
};

export function tagged<Tagged extends { readonly etag: string }>(ctx: Context, one: Tagged): Tagged {
  ctx.set("ETag", one.etag);
  return one;
}

/** A change that does not overwrite one that its author has not seen. */
export async function changedOnce(
  ctx: Context,
  id: number,
  viewer: Sight,
  ports: MappingView & { readonly search: Pick<MappingSearch, "find"> },
  change: (seen: { readonly seenUpdatedAtMs: number | null }) => Promise<MappingDetails>,
) {
  try {
    const seenUpdatedAtMs = seenChangeOf(id, ctx.get("If-Match"));
    return tagged(ctx, presentMapping(await change({ seenUpdatedAtMs }), ports, viewer));
  } catch (error) {
    if (!(error instanceof MappingChangedError)) throw error;
    const current = await ports.search.find(id);
    if (current === null) throw mappingUnknown();
    throw new HttpProblem({
      status: 412,
      code: "CHANGED_MEANWHILE",
      detail: error.message,
      remedy: "Compare your change with `current`, and send it again with the `etag` of that.",
      members: { current: presentMapping(current, ports, viewer) },
      cause: error,
    });
  }
}

export const mappingUnknown = (): HttpProblem =>
  new HttpProblem({ status: 404, code: "MAPPING_UNKNOWN", detail: "The mapping does not exist." });
