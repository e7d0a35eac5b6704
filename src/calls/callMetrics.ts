import type { Metrics } from "../ops/metrics.ts";
import type { Clock } from "../ops/types.ts";
import { type CallObserver, isOver } from "../values/observedCall.ts";

const dialled: ReadonlySet<string> = new Set(["dialling", "ringing", "talking"]);

/** Updates call metrics on every transition. */
export function countCalls(
  metrics: Pick<Metrics, "callDialled" | "callSetUp" | "callEnded">,
  clock: Pick<Clock, "nowMs">,
): CallObserver {
  return (before, after, cause) => {
    // A call whose record is written was counted when it ended.
    if (cause === "adopted" && isOver(after)) return;
    if (before !== null && !dialled.has(before.state) && dialled.has(after.state))
      metrics.callDialled(Math.max(0, clock.nowMs() - after.atMs));
    if (after.answeredAtMs !== null && before !== null && before.answeredAtMs === null)
      metrics.callSetUp(after.answeredAtMs - after.atMs);
    if (isOver(after) && after.ending && (before === null || !isOver(before)))
      metrics.callEnded(after.ending.status);
  };
}
