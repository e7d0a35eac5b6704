import type { LiveCall } from "./browserMessages.ts";

/** Messages between instances about their calls. */
export const liveTopic = "live";

/** An Asterisk whose calls an instance follows, or tries to. `heard`: it is connected. */
export interface FollowedAsterisk {
  readonly name: string;
  /** Records name it so; null before the first connection. */
  readonly systemName: string | null;
  readonly heard: boolean;
}

/**
 * `delta`: new, changed, and ended calls; `seq` is one higher than in the previous delta. Without calls it is a
 * heartbeat with the `seq` of the last delta. `whole`: all calls of the instance, in response to `ask` (to all
 * instances if `of` is null). `leaving`: the instance is shutting down. `instance` identifies one run of one
 * process.
 */
export type LiveBusMessage =
  | {
      readonly kind: "delta";
      readonly instance: string;
      readonly node: string;
      readonly seq: number;
      readonly calls: readonly LiveCall[];
      /** Missing in messages of earlier versions. */
      readonly asterisks?: readonly FollowedAsterisk[];
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

/** An instance without a heartbeat for this long is considered gone; it sends them three times as often. */
export const instanceLostAfterMs = 1_500;
export const signOfLifeEveryMs = 500;

/** How long ended calls stay on the board, and how many at most. */
export const keepEndedMs = 300_000;
export const keepEnded = 200;

const has = (value: object, name: string, type: "string" | "number"): boolean =>
  name in value && typeof Reflect.get(value, name) === type;

/** Bus messages come from this or another version: unknown shapes are ignored. */
export function isLiveBusMessage(payload: unknown): payload is LiveBusMessage {
  if (typeof payload !== "object" || payload === null || !("kind" in payload)) return false;
  switch (payload.kind) {
    case "delta":
    case "whole":
      return (
        has(payload, "instance", "string") &&
        has(payload, "node", "string") &&
        has(payload, "seq", "number") &&
        "calls" in payload &&
        Array.isArray(payload.calls) &&
        (payload.kind === "delta" || ("ended" in payload && Array.isArray(payload.ended)))
      );
    case "ask":
      return "of" in payload;
    case "leaving":
      return has(payload, "instance", "string");
    default:
      return false;
  }
}
