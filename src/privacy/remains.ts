import { binaryLogSeconds } from "../store/binaryLog.ts";
import type { Store } from "../store/types.ts";
import { dayMs } from "../values/durations.ts";
import type { Remains } from "./types.ts";

/** Where copies remain that were made before, and until when. `backupDays`: null if no backups are made from here. */
export async function findRemains(
  store: Store,
  backupDays: number | null,
  nowMs: number,
): Promise<readonly Remains[]> {
  const seconds = await binaryLogSeconds(store);
  return [
    ...(seconds === null
      ? []
      : [{ where: "binaryLog" as const, untilMs: seconds === 0 ? null : nowMs + seconds * 1000 }]),
    { where: "backups", untilMs: backupDays === null ? null : nowMs + backupDays * dayMs },
  ];
}
