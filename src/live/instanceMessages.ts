import type { LiveCall } from "./browserMessages.ts";

/** What instances tell each other about their calls. */
export const liveTopic = "live";

/**
 * `changes`: calls that are new, changed or ended; `seq` is one higher than in the changes before. Without any
 * call it is a sign of life, with the `seq` of the last changes. `whole`: all calls of the instance, in answer to
 * `ask` (`of` nobody in particular when null). `leaving`: nothing more will come.
 * `instance` names one life of one process.
 */
export type LiveBusMessage =
  | {
      readonly kind: "changes";
      readonly instance: string;
      readonly node: string;
      readonly seq: number;
      readonly calls: readonly LiveCall[];
    }
  | {
      readonly kind: "whole";
      readonly instance: string;
      readonly node: string;
      readonly seq: number;
      readonly calls: readonly LiveCall[];
      readonly ended: readonly LiveCall[];
    }
  | { readonly kind: "ask"; readonly of: string | null }
  | { readonly kind: "leaving"; readonly instance: string };

/** An instance is taken for gone after that time without a sign of life; it gives one three times as often. */
export const instanceLostAfterMs = 1_500;
export const signOfLifeEveryMs = 500;

/** Calls that ended stay on the board for that long, and at most so many of them. */
export const keepEndedMs = 300_000;
export const keepEnded = 200;

const has = (value: object, name: string, type: "string" | "number"): boolean =>
  name in value && typeof Reflect.get(value, name) === type;

/** What comes from the bus is ours, or of an instance of another version: a shape that is not known is passed over. */
export function isLiveBusMessage(payload: unknown): payload is LiveBusMessage {
  if (typeof payload !== "object" || payload === null || !("kind" in payload)) return false;
  switch (payload.kind) {
    case "changes":
    case "whole":
      return (
        has(payload, "instance", "string") &&
        has(payload, "node", "string") &&
        has(payload, "seq", "number") &&
        "calls" in payload &&
        Array.isArray(payload.calls) &&
        (payload.kind === "changes" || ("ended" in payload && Array.isArray(payload.ended)))
      );
    case "ask":
      return "of" in payload;
    case "leaving":
      return has(payload, "instance", "string");
    default:
      return false;
  }
}
