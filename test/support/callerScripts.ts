import type { CalleeBehaviour, CallerScript } from "./sipp.ts";

/** A caller script during which each callee completes its behaviour. */
export function scriptFor(behaviour: CalleeBehaviour): CallerScript {
  switch (behaviour) {
    case "answersThenHangsUp":
      return { kind: "waits" };
    case "ringsForEver":
    case "answersOnCancel":
      return { kind: "cancels", after: 180, afterMs: 100 };
    case "earlyMediaForEver":
      return { kind: "cancels", after: 183, afterMs: 100 };
    case "triesForEver":
    case "ignores":
      // The callee is to be called before.
      return { kind: "cancels", after: 100, afterMs: 1_500 };
    case "answers":
      return { kind: "holds", holdMs: 200, talkMs: 200 };
    case "ringsThenAnswers":
      return { kind: "pressesKey", key: "5", talkMs: 300 };
    case "answersWithoutRinging":
      return { kind: "cancelsAnswered" };
    default:
      return { kind: "talks", talkMs: 1_000 };
  }
}
