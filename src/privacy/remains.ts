import { readFile } from "node:fs/promises";
import { binaryLogSeconds } from "../store/binaryLog.ts";
import type { Store } from "../store/types.ts";
import type { Remains } from "./types.ts";

const dayMs = 24 * 3_600_000;

/** Where copies remain that were made before, and until when. */
export async function findRemains(
  store: Store,
  statusFile: string | null,
  nowMs: number,
): Promise<readonly Remains[]> {
  const seconds = await binaryLogSeconds(store);
  const keptDays = await readKeptDays(statusFile);
  return [
    ...(seconds === null
      ? []
      : [{ where: "binaryLog" as const, untilMs: seconds === 0 ? null : nowMs + seconds * 1000 }]),
    { where: "backups", untilMs: keptDays === null ? null : nowMs + keptDays * dayMs },
  ];
}

/** How long the backup job keeps its files, if its status file says so: `{"keptDays": 30}`. */
async function readKeptDays(statusFile: string | null): Promise<number | null> {
  if (statusFile === null) return null;
  try {
    const status: unknown = JSON.parse(await readFile(statusFile, "utf8"));
    if (typeof status !== "object" || status === null || !("keptDays" in status)) return null;
    return typeof status.keptDays === "number" && Number.isFinite(status.keptDays) ? status.keptDays : null;
  } catch {
    // It need not be more than a file whose time is that of the last backup.
    return null;
  }
}
