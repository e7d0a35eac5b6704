import type { CallPolicy } from "../../decision/policy.ts";
import type { Call, Transition } from "./call.ts";

export const isDialled = (call: Call): boolean => call.state === "dialling" || call.state === "ringing";

/** The answer never comes before the dialling, whatever the clocks say. */
export const answerAt = (call: Call, atMs: number): number =>
  call.answeredAtMs ?? Math.max(atMs, call.dialledAtMs ?? call.atMs);

export function answered(call: Call, atMs: number, policy: CallPolicy): Transition {
  const answeredAtMs = answerAt(call, atMs);
  return {
    call: { ...call, state: "talking", answeredAtMs },
    commands: [
      { type: "setTimer", timer: "maxLength", afterMs: policy.maxLengthMs, sinceMs: answeredAtMs },
      { type: "keepOpen" },
    ],
  };
}

/** The same conversation after a gap: its time still counts from the answer. */
export function talksOn(call: Call, answeredAtMs: number, policy: CallPolicy): Transition {
  return {
    call: { ...call, state: "talking" },
    commands: [{ type: "setTimer", timer: "maxLength", afterMs: policy.maxLengthMs, sinceMs: answeredAtMs }],
  };
}
