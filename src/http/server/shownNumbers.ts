import type { Context } from "koa";
import { actorOf } from "../../access/auditLog.ts";
import type { ShownNumbers } from "../../access/rules/present.ts";
import type { Viewer } from "../../access/rules/rights.ts";
import type { Logger } from "../../ops/types.ts";
import type { ClientAddress } from "./clientAddress.ts";
import type { HttpProblem } from "./problems.ts";
import type { RouteRule } from "./route.ts";

/** Logs who was shown real numbers and how many, never which: once per answer, when it has ended. */
export function countShownNumbers({
  logger,
  clientAddress,
}: {
  readonly logger: Logger;
  readonly clientAddress: ClientAddress;
}): (ctx: Context, viewer: Viewer, rule: RouteRule) => ShownNumbers {
  return (ctx, viewer, { method, path }) => {
    let numberCount = 0;
    function logAtEnd(): void {
      const { kind, id, name } = actorOf(viewer);
      // The connection, and with it the address, may be gone by then.
      const who = { actor: kind, actorId: id, name, address: clientAddress(ctx.req) };
      ctx.res.once("close", () =>
        logger.info("Real numbers shown", { ...who, route: `${method} ${path}`, numberCount }),
      );
    }
    return {
      add(count) {
        if (count === 0) return;
        if (numberCount === 0) logAtEnd();
        numberCount += count;
      },
    };
  };
}

/** How many real numbers a problem names. */
export const numbersIn = (problem: HttpProblem | null): number =>
  problem === null ? 0 : (JSON.stringify(problem.body).match(/"realNumber":"\d/g)?.length ?? 0);

/** Passes the pieces of a file on, and counts their rows with a number. */
export async function* countedRows<Row extends { readonly realNumber: string }>(
  pieces: AsyncIterable<readonly Row[]>,
  shown: ShownNumbers | undefined,
): AsyncGenerator<readonly Row[]> {
  for await (const rows of pieces) {
    shown?.add(rows.filter(({ realNumber }) => realNumber !== "").length);
    yield rows;
  }
}
