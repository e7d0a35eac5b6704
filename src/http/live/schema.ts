import { z } from "zod";
import type { LiveCall, LiveMessage, LiveRequest } from "../../live/browserMessages.ts";
import { orNull, timeZone } from "../server/schemas.ts";
import { callReason, callStatus } from "../calls/schema.ts";

const whole = z.int();
const milliseconds = z.number().meta({ description: "UTC milliseconds since the epoch." });

const liveCall = z
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
    atMs: milliseconds.meta({ description: "The server's time, for timers." }),
    now: whole.meta({ description: "Calls in progress." }),
    today: z
      .object({ calls: whole, answered: whole, successRate: z.number().min(0).max(1).nullable() })
      .nullable()
      .meta({ description: "Since midnight in `zone`; null while the database is unavailable." }),
    nodes: z.array(z.string()).meta({ description: "Instances with calls on the board." }),
    complete: z.boolean().meta({ description: "False while other instances are unreachable." }),
    silent: z
      .array(
        z.object({
          node: z.string(),
          name: z.string(),
          systemName: z.string().nullable(),
        }),
      )
      .meta({
        description:
          "Asterisks that the instance `node` cannot reach: the state of its calls there is unknown. The `asterisk` of such a call is one of the two names.",
      }),
  })
  .meta({ id: "LiveFigures" });

const seq = whole.meta({
  description: "Increases by one with each delta. After a gap, send `resync`.",
});

export const liveMessage = z
  .discriminatedUnion("type", [
    z
      .object({
        type: z.literal("snapshot"),
        seq,
        calls: z.array(liveCall).meta({ description: "In progress, oldest first." }),
        ended: z.array(liveCall).meta({ description: "Ended in the last minutes, newest first." }),
        keepEndedMs: z.number().meta({ description: "How long ended calls stay on the board." }),
        keepEnded: whole.meta({
          description: "The most ended calls on the board; the oldest ones leave first.",
        }),
        notation: z
          .object({
            countryCode: z.string(),
            nationalPrefixes: z.array(z.string()),
            internationalPrefixes: z.array(z.string()),
          })
          .meta({ description: "How numbers are written in `DEFAULT_COUNTRY`, for a search." }),
        figures,
      })
      .meta({ id: "LiveSnapshot" }),
    z
      .object({
        type: z.literal("delta"),
        seq,
        calls: z.array(liveCall).meta({ description: "New, changed, and ended calls, complete." }),
        gone: z.array(z.string()).meta({ description: "Calls whose instance is gone." }),
      })
      .meta({ id: "LiveDelta" }),
    z
      .object({
        type: z.literal("counters"),
        seq: whole.meta({ description: "`seq` of the last delta or snapshot." }),
        figures,
      })
      .meta({ id: "LiveCounters", description: "About twice a second." }),
  ])
  .meta({ id: "LiveMessage" }) satisfies z.ZodType<LiveMessage>;

export const liveRequest = z
  .strictObject({ type: z.literal("resync") })
  .meta({ id: "LiveRequest" }) satisfies z.ZodType<LiveRequest>;

export const liveQuery = z.strictObject({ zone: timeZone.default("UTC") });
