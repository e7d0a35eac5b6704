import { createRecentWriters } from "../access/recentWriters.ts";
import { createCallReader } from "../callLog/database/callReader.ts";
import { createCallStats } from "../callLog/database/callStats.ts";
import type { LaggingLists } from "../http/server/app.ts";
import { createMappingSearch } from "../numbers/mappings/search.ts";
import type { Reading, Store } from "../store/types.ts";
import type { SharedParts } from "./bus.ts";
import type { Foundation } from "./foundation.ts";

/** Lists, exports, and statistics from replicas of the database; null without any. */
export function createLaggingLists(
  { settings, clock }: Foundation,
  store: Store,
  { link }: SharedParts,
): LaggingLists | null {
  if (settings.databaseReadUrls.length === 0) return null;
  const reading: Reading = {
    read: (work, options) => store.read(work, { ...options, mayLag: true }),
  };
  return {
    search: createMappingSearch(reading, store),
    calls: createCallReader(reading, clock),
    stats: createCallStats(reading),
    recentWriters: createRecentWriters({ link, clock }),
  };
}
