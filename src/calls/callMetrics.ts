import type { Metrics } from "../ops/metrics.ts";
import { type CallObserver, isOver } from "../values/observedCall.ts";

/** Updates call metrics on every transition. */
export function countCalls(metrics: Pick<Metrics, "callSetUp" | "callEnded">): CallObserver {
  return (before, after, cause) => {
    // A call whose record is written was counted when it ended.
    if (cause === "adopted" && isOver(after)) return;
    if (after.answeredAtMs !== null && before !== null && before.answeredAtMs === null)
      metrics.callSetUp(after.answeredAtMs - after.atMs);
    if (isOver(after) && after.ending && (before === null || !isOver(before)))
      metrics.callEnded(after.ending.status);
  };
}
