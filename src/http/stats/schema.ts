import { z } from "zod";
import { instant, phone, time, timeZone, wholeNumber } from "../server/schemas.ts";
import { statusesOf } from "../../values/outcomeGroups.ts";
import { callStatus } from "../calls/schema.ts";

export const callStatsQuery = z.strictObject({
  from: instant
    .optional()
    .meta({ description: "Default: 24 hours before `to`. Rounded to a quarter of an hour." }),
  to: instant.optional().meta({ description: "Default: now." }),
  zone: timeZone.default("UTC"),
  step: z.enum(["hour", "day"]).default("hour"),
});

export const busiestQuery = z.strictObject({
  from: instant.optional().meta({ description: "Rounded to the whole day in UTC." }),
  to: instant.optional(),
  limit: wholeNumber(1, 100).default(10),
});

const count = z.int();
const rate = z.number().min(0).max(1).nullable();
const times = z
  .object({
    calls: count.meta({ description: "Number of calls in these figures." }),
    averageSeconds: z.number().nullable(),
    p50Seconds: z.number().nullable(),
    p95Seconds: z.number().nullable(),
  })
  .meta({
    id: "Times",
    description:
      "`answerTime`: from dialling to the answer. `ringTime`: from dialling to the end of calls that were not answered. `talkTime`: from the answer to the end. Percentiles are estimated within classes. null without any call.",
  });

const postDial = z.number().nullable().meta({
  description:
    "Average post-dial delay: from dialling to the first ringing, or to an answer without ringing. Calls without either are not counted.",
});

/** Every call is in one of them. */
const groups = {
  answered: count,
  noAnswer: count,
  busy: count,
  cancelled: count,
  failed: count.meta({
    description: `Could not be put through: ${statusesOf("failed").join(", ")}.`,
  }),
  refused: count.meta({
    description: `Refused by the callee or by a rule here: ${statusesOf("refused").join(", ")}.`,
  }),
};

export const callStats = z
  .object({
    from: time,
    to: time,
    zone: z.string(),
    step: z.enum(["hour", "day"]),
    totals: z.object({
      calls: count,
      answered: count,
      successRate: rate,
      talkSeconds: z.number(),
      outcomes: z.array(z.object({ status: callStatus, calls: count })),
      answerTime: times,
      ringTime: times,
      talkTime: times,
      postDialSeconds: postDial,
      peakCalls: count.nullable().meta({
        description:
          "The most calls in progress at once, known a few seconds after they have ended; null without any.",
      }),
    }),
    series: z
      .array(
        z.object({
          at: time.meta({ description: "Start of the hour or day in `zone`." }),
          calls: count,
          ...groups,
          talkSeconds: z.number(),
          answerSeconds: z.number().nullable().meta({ description: "Average from dialling to the answer." }),
          ringSeconds: z
            .number()
            .nullable()
            .meta({ description: "Average from dialling to the end of calls that were not answered." }),
        }),
      )
      .meta({ description: "Every hour or day of the range, including those without calls." }),
    trunks: z
      .array(
        z.object({
          trunk: z.string(),
          calls: count,
          answered: count,
          talkSeconds: z.number(),
          postDialSeconds: postDial,
        }),
      )
      .meta({ description: "Calls that came in or went out over each trunk, the busiest first." }),
  })
  .meta({ id: "CallStats" });

export const busiest = z
  .object({
    from: time,
    to: time,
    items: z.array(z.object({ proxyNumber: phone, calls: count, answered: count, talkSeconds: z.number() })),
  })
  .meta({ id: "BusiestNumbers" });

export const apiTimes = z
  .object({
    node: z.string(),
    windowSeconds: count.meta({
      description: "Figures of this instance only.",
    }),
    requests: count,
    errors: count.meta({ description: "Responses with a status of 500 or higher." }),
    p50Ms: z.number().nullable(),
    p95Ms: z.number().nullable(),
    p99Ms: z.number().nullable(),
    series: z.array(
      z.object({ at: time, requests: count, p50Ms: z.number().nullable(), p95Ms: z.number().nullable() }),
    ),
  })
  .meta({ id: "ApiTimes" });
