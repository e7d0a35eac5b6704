import type { Router } from "@koa/router";
import type { CallReader } from "../../callLog/database/callReader.ts";
import type { CallStats } from "../../callLog/database/callStats.ts";
import type { HangUps } from "../../live/hangups.ts";
import { addCallRoutes } from "../calls/routes.ts";
import type { ResponseTimes } from "./responseTimes.ts";
import { addStatsRoutes } from "./routes.ts";

/** What those who watch calls need. */
export interface WatchPorts {
  readonly calls: CallReader;
  readonly stats: CallStats;
  readonly hangUps: Pick<HangUps, "hangUp">;
  readonly responseTimes: ResponseTimes;
}

export function addWatchRoutes(
  router: Router,
  { calls, stats, hangUps, responseTimes }: WatchPorts,
  {
    node,
    defaultCountry,
    nowMs,
  }: { readonly node: string; readonly defaultCountry: string; readonly nowMs: () => number },
): void {
  addCallRoutes(router, { calls, hangUps, defaultCountry, nowMs });
  addStatsRoutes(router, { stats, responseTimes, node, nowMs });
}
