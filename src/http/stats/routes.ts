import type { Router } from "@koa/router";
import type { CallStats, StatsRange } from "../../callLog/database/callStats.ts";
import { daysAround, quartersAround } from "../../callLog/database/callStats.ts";
import { callStatuses } from "../../values/callRecord.ts";
import { busiestQuery, callStatsQuery } from "./schema.ts";
import { isoTime } from "../server/presenters.ts";
import { HttpProblem } from "../server/problems.ts";
import { readQuery } from "../server/query.ts";
import type { ResponseTimes } from "./responseTimes.ts";

export interface StatsRoutesOptions {
  readonly stats: CallStats;
  readonly responseTimes: ResponseTimes;
  readonly node: string;
  readonly nowMs: () => number;
}

const dayMs = 86_400_000;
/** More hours or days than any screen has columns for, and still little to read. */
const longestMs = { hour: 93 * dayMs, day: 3_700 * dayMs } as const;

/** What the dashboard draws: `GET /stats/calls`, `/stats/numbers` and `/stats/api`. */
export function addStatsRoutes(router: Router, options: StatsRoutesOptions): void {
  const { stats, responseTimes, node, nowMs } = options;

  function rangeOf(from: number | undefined, to: number | undefined, longest: number): StatsRange {
    const toMs = to ?? nowMs();
    const fromMs = from ?? toMs - dayMs;
    if (fromMs >= toMs) throw badRange("`from` has to lie before `to`.");
    if (toMs - fromMs > longest) throw badRange(`The range is longer than ${longest / dayMs} days.`);
    return { fromMs, toMs };
  }

  router.get("/stats/calls", async (ctx) => {
    const { from, to, zone, step } = readQuery(ctx, callStatsQuery);
    const range = quartersAround(rangeOf(from, to, longestMs[step]));
    const [totals, series] = await Promise.all([stats.totals(range), stats.series(range, step, zone)]);
    const { calls, answered } = totals;
    ctx.body = {
      from: isoTime(range.fromMs),
      to: isoTime(range.toMs),
      zone,
      step,
      totals: {
        ...totals,
        successRate: calls === 0 ? null : answered / calls,
        outcomes: totals.outcomes.filter(({ status }) => callStatuses.some((known) => known === status)),
      },
      series: series.map((slot) => ({
        at: isoTime(slot.atMs),
        calls: slot.calls,
        answered: slot.answered,
        talkSeconds: slot.talkSeconds,
        answerSeconds: slot.answerCalls === 0 ? null : slot.answerSeconds / slot.answerCalls,
        ringSeconds: slot.ringCalls === 0 ? null : slot.ringSeconds / slot.ringCalls,
      })),
    };
  });

  router.get("/stats/numbers", async (ctx) => {
    const { from, to, limit } = readQuery(ctx, busiestQuery);
    const range = daysAround(rangeOf(from, to, longestMs.day));
    ctx.body = {
      from: isoTime(range.fromMs),
      to: isoTime(range.toMs),
      items: await stats.busiest(range, limit),
    };
  });

  router.get("/stats/api", (ctx) => {
    ctx.body = {
      node,
      windowSeconds: responseTimes.windowMs / 1000,
      ...responseTimes.total(),
      series: responseTimes
        .series()
        .map(({ atMs, requests, p50Ms, p95Ms }) => ({ at: isoTime(atMs), requests, p50Ms, p95Ms })),
    };
  });
}

const badRange = (detail: string): HttpProblem =>
  new HttpProblem({
    status: 400,
    code: "RANGE_INVALID",
    detail,
    remedy: "Correct `from` and `to`; days may span more than hours.",
  });
