import { z } from "zod";
import type { LiveCall, LiveMessage, LiveRequest } from "../../live/browserMessages.ts";
import { orNull, timeZone } from "../server/schemas.ts";
import { callReason, callStatus } from "../calls/schema.ts";

const whole = z.int();
const milliseconds = z.number().meta({ description: "UTC milliseconds since the epoch." });

export const liveCall = z
  .object({
    callId: z.string(),
    state: z.enum(["lookingUp", "preparing", "dialling", "ringing", "talking", "announcing", "ended"]),
    caller: z.string().nullable(),
    proxy: z.string(),
    real: z.string().nullable(),
    inboundTrunk: z.string(),
    outboundTrunk: z.string().nullable(),
    node: z.string(),
    asterisk: z.string(),
    startedAtMs: milliseconds,
    answeredAtMs: milliseconds.nullable(),
    endedAtMs: milliseconds.nullable(),
    outcome: z
      .object({
        status: callStatus,
        reason: orNull(callReason),
        sipCode: whole.nullable(),
        cause: whole.nullable(),
      })
      .nullable(),
  })
  .meta({ id: "LiveCall" }) satisfies z.ZodType<LiveCall>;

const figures = z
  .object({
    atMs: milliseconds.meta({ description: "The server's clock: timers run by it." }),
    now: whole.meta({ description: "Calls in progress." }),
    today: z
      .object({ calls: whole, answered: whole, successRate: z.number().min(0).max(1).nullable() })
      .nullable()
      .meta({ description: "Since midnight in `zone`; null while the database cannot say." }),
    nodes: z.array(z.string()).meta({ description: "Instances whose calls are on the board." }),
    complete: z.boolean().meta({ description: "False while other instances cannot be heard." }),
  })
  .meta({ id: "LiveFigures" });

const seq = whole.meta({
  description:
    "One higher with each delta. Another one than expected means that some were missed: send `resync`.",
});

export const liveMessage = z
  .discriminatedUnion("type", [
    z
      .object({
        type: z.literal("snapshot"),
        seq,
        calls: z.array(liveCall).meta({ description: "In progress, the oldest first." }),
        ended: z.array(liveCall).meta({ description: "Of the last minutes, the newest first." }),
        keepEndedMs: z.number().meta({ description: "Ended calls leave the board after that time," }),
        keepEnded: whole.meta({ description: "and when there are more than that." }),
        figures,
      })
      .meta({ id: "LiveSnapshot" }),
    z
      .object({
        type: z.literal("delta"),
        seq,
        calls: z.array(liveCall).meta({ description: "New, changed and ended calls, whole." }),
        gone: z.array(z.string()).meta({ description: "Calls whose instance has gone." }),
      })
      .meta({ id: "LiveDelta" }),
    z
      .object({
        type: z.literal("counters"),
        seq: whole.meta({ description: "That of the last delta or snapshot." }),
        figures,
      })
      .meta({ id: "LiveCounters", description: "About twice a second." }),
  ])
  .meta({ id: "LiveMessage" }) satisfies z.ZodType<LiveMessage>;

export const liveRequest = z
  .strictObject({ type: z.literal("resync") })
  .meta({ id: "LiveRequest" }) satisfies z.ZodType<LiveRequest>;

export const liveQuery = z.strictObject({ zone: timeZone.default("UTC") });
