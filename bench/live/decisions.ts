import { type CallObserver, isOver } from "../../src/values/observedCall.ts";
import { type Decided, nowMs } from "./messages.ts";

/** Records the time of each transition, and sends the times to the benchmark on request. */
export const noteDecisions = (): CallObserver => {
  let decided: [string, string, number][] = [];
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ decided, cpuMs: (user + system) / 1000 } satisfies Decided);
    decided = [];
  });
  return (before, after) => {
    const was = before === null ? null : isOver(before) ? "ended" : before.state;
    const is = isOver(after) ? "ended" : after.state;
    if (was !== is) decided.push([after.callId, is, nowMs()]);
  };
};
