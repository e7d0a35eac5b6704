import { rmSync } from "node:fs";
import { lstat, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** With the exit status of each. */
const signals = [
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const;
/** Longer than a backup or a restore takes. */
const abandonedMs = 12 * 3_600_000;

/**
 * Runs `work` with a private folder in `parent`, and removes the folder at the end, also after Ctrl-C or a closed terminal: it has
 * phone numbers, perhaps unencrypted. What a power failure has left there goes as well.
 */
export async function withScratch<T>(
  { parent, prefix, nowMs }: { readonly parent: string; readonly prefix: string; readonly nowMs: number },
  work: (folder: string) => Promise<T>,
): Promise<T> {
  await removeAbandoned(parent, prefix, nowMs);
  const folder = await mkdtemp(join(parent, prefix));
  const endings = signals.map(([signal, status]) => {
    const end = (): void => {
      try {
        // A program that is ending may still write there.
        rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      } finally {
        process.exit(status);
      }
    };
    process.once(signal, end);
    return () => process.off(signal, end);
  });
  try {
    return await work(folder);
  } finally {
    for (const forget of endings) forget();
    await rm(folder, { recursive: true, force: true });
  }
}

async function removeAbandoned(parent: string, prefix: string, nowMs: number): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(parent, name);
    const found = await lstat(path).catch(() => null);
    // Other users may have such folders in the one for temporary files.
    if (found === null || found.uid !== process.getuid?.() || nowMs - found.mtimeMs <= abandonedMs) continue;
    await rm(path, { recursive: true, force: true });
  }
}
