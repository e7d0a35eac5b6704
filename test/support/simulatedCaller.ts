import type { CallerScript } from "../../lab/sipp/caller.ts";
import type { CallerScript as SimulatedCaller } from "../../lab/simulated/index.ts";

/** The SIPp caller's script in the simulator's words. */
export function simulatedCaller(script: CallerScript): SimulatedCaller {
  switch (script.kind) {
    case "talks":
    case "pressesKey":
    case "refers":
    case "tellsItsNumber":
    case "glares":
      return { hangsUp: { on: 200, afterMs: script.talkMs } };
    case "holds":
      return { hangsUp: { on: 200, afterMs: script.holdMs + script.talkMs } };
    case "waits":
    case "talksUntilTold":
      return {};
    case "cancels":
      return { hangsUp: { on: script.after === 100 ? "arrived" : script.after, afterMs: script.afterMs } };
    case "cancelsAnswered":
      return { hangsUp: { on: 200, afterMs: 0 } };
  }
}
