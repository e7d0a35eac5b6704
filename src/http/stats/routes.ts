import type { CallStats } from "../../callLog/database/callStats.ts";
import { daysAround, quartersAround } from "../../callLog/database/statsRange.ts";
import type { StatsRange } from "../../callLog/database/statsRange.ts";
import { callStatuses } from "../../values/callRecord.ts";
import { databaseAway, json, queryInvalid } from "../server/answers.ts";
import { isoTime } from "../server/presenters.ts";
import { HttpProblem } from "../server/problems.ts";
import { routesFor } from "../server/route.ts";
import type { ResponseTimes } from "./responseTimes.ts";
import { apiTimes, busiest, busiestQuery, callStats, callStatsQuery } from "./schema.ts";
import { dayMs } from "../../values/durations.ts";

export interface StatsPorts {
  readonly stats: CallStats;
  readonly responseTimes: ResponseTimes;
  readonly node: string;
  readonly nowMs: () => number;
}

/** More hours or days than a chart can show, and still quick to read. */
const longestMs = { hour: 93 * dayMs, day: 3_700 * dayMs } as const;

const route = routesFor<StatsPorts>();

/** Statistics for the dashboard. */
export const statsRoutes = [
  route(
    {
      method: "GET",
      path: "/stats/calls",
      may: "stats.read",
      mayLag: true,
      operationId: "callStats",
      tags: ["Statistics"],
      summary:
        "Calls, outcomes, and times, by hour or day in a time zone. They lag the calls by a few seconds.",
      query: callStatsQuery,
      answers: { 200: json("The figures.", callStats) },
      refusals: { ...queryInvalid, ...databaseAway },
    },
    async ({ query: { from, to, zone, step }, ports: { stats, nowMs } }) => {
      const range = quartersAround(rangeOf(from, to, longestMs[step], nowMs()));
      const [totals, series, trunks] = await Promise.all([
        stats.totals(range),
        stats.series(range, step, zone),
        stats.trunks(range),
      ]);
      const { calls, answered } = totals;
      return {
        from: isoTime(range.fromMs),
        to: isoTime(range.toMs),
        zone,
        step,
        totals: {
          ...totals,
          successRate: calls === 0 ? null : answered / calls,
          outcomes: totals.outcomes.flatMap(({ status, calls: count }) => {
            const known = callStatuses.find((one) => one === status);
            return known === undefined ? [] : [{ status: known, calls: count }];
          }),
        },
        series: series.map((slot) => ({
          at: isoTime(slot.atMs),
          calls: slot.calls,
          answered: slot.answered,
          noAnswer: slot.noAnswer,
          busy: slot.busy,
          cancelled: slot.cancelled,
          failed: slot.failed,
          refused: slot.refused,
          talkSeconds: slot.talkSeconds,
          answerSeconds: slot.answerCalls === 0 ? null : slot.answerSeconds / slot.answerCalls,
          ringSeconds: slot.ringCalls === 0 ? null : slot.ringSeconds / slot.ringCalls,
        })),
        trunks,
      };
    },
  ),

  route(
    {
      method: "GET",
      path: "/stats/numbers",
      may: "stats.read",
      mayLag: true,
      operationId: "busiestNumbers",
      tags: ["Statistics"],
      summary: "The proxy numbers with the most calls.",
      query: busiestQuery,
      answers: { 200: json("The numbers.", busiest) },
      refusals: { ...queryInvalid, ...databaseAway },
    },
    async ({ query: { from, to, limit }, ports: { stats, nowMs } }) => {
      const range = daysAround(rangeOf(from, to, longestMs.day, nowMs()));
      return {
        from: isoTime(range.fromMs),
        to: isoTime(range.toMs),
        items: await stats.busiest(range, limit),
      };
    },
  ),

  route(
    {
      method: "GET",
      path: "/stats/api",
      may: "system.read",
      operationId: "apiTimes",
      tags: ["Statistics"],
      summary: "Response times of the API in the last hour.",
      answers: { 200: json("The figures.", apiTimes) },
    },
    ({ ports: { responseTimes, node } }) => ({
      node,
      windowSeconds: responseTimes.windowMs / 1000,
      ...responseTimes.total(),
      series: responseTimes
        .series()
        .map(({ atMs, requests, p50Ms, p95Ms }) => ({ at: isoTime(atMs), requests, p50Ms, p95Ms })),
    }),
  ),
];

function rangeOf(
  from: number | undefined,
  to: number | undefined,
  longest: number,
  nowMs: number,
): StatsRange {
  const toMs = to ?? nowMs;
  const fromMs = from ?? toMs - dayMs;
  if (fromMs >= toMs) throw badRange("`from` must be earlier than `to`.");
  if (toMs - fromMs > longest) throw badRange(`The range is longer than ${longest / dayMs} days.`);
  return { fromMs, toMs };
}

const badRange = (detail: string): HttpProblem =>
  new HttpProblem({
    status: 400,
    code: "RANGE_INVALID",
    detail,
    remedy: "Correct `from` and `to`. A range by day can be longer than one by hour.",
  });
