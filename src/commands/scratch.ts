import { rmSync } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

const signals = { SIGINT: 130, SIGTERM: 143 } as const;
/** Longer than a backup or a restore takes. */
const abandonedMs = 12 * 3_600_000;

/**
 * Runs `work` with a private folder in `parent`, and removes the folder at the end, also after Ctrl-C: it has phone numbers,
 * perhaps unencrypted. What a power failure has left there goes as well.
 */
export async function withScratch<T>(
  { parent, prefix, nowMs }: { readonly parent: string; readonly prefix: string; readonly nowMs: number },
  work: (folder: string) => Promise<T>,
): Promise<T> {
  await removeAbandoned(parent, prefix, nowMs);
  const folder = await mkdtemp(join(parent, prefix));
  const end = (signal: keyof typeof signals): void => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(signals[signal]);
  };
  process.once("SIGINT", end).once("SIGTERM", end);
  try {
    return await work(folder);
  } finally {
    process.off("SIGINT", end).off("SIGTERM", end);
    await rm(folder, { recursive: true, force: true });
  }
}

async function removeAbandoned(parent: string, prefix: string, nowMs: number): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const changedMs = (await stat(join(parent, name)).catch(() => null))?.mtimeMs ?? nowMs;
    if (nowMs - changedMs > abandonedMs) await rm(join(parent, name), { recursive: true, force: true });
  }
}
