import { openAsBlob } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { BenchmarkFailedError } from "../benchmark.ts";

export interface ImportMeasured {
  /** From the first byte of the upload until all rows are stored. */
  readonly tookMs: number;
  readonly idleBytes: number;
  /** Peak resident memory. */
  readonly peakBytes: number;
  readonly id: number;
}

interface ShownImport {
  readonly id: number;
  readonly state: string;
  readonly counts: { readonly created: number };
}

/** A file with this many new real numbers, like an operator's. `first` makes files different. */
export async function writeNumbers(folder: string, rows: number, first = 0): Promise<string> {
  const path = join(folder, `numbers-${first}-${rows}.csv`);
  const lines = Array.from({ length: rows }, (_, index) => `+7903${String(first + index).padStart(7, "0")}`);
  await writeFile(path, `phone\n${lines.join("\n")}\n`);
  return path;
}

async function residentBytes(pid: number, field: "VmRSS" | "VmHWM"): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1] ?? Number.NaN) * 1024;
}

/** The same interval as on the import page; during calls, no client polls more often. */
export const pageAsksEveryMs = 500;

/** Uploads the file and waits until it is completely imported. */
export async function importFile(
  { port, pid }: { readonly port: number; readonly pid: number },
  path: string,
  rows: number,
  signal: AbortSignal,
  askEveryMs = 50,
): Promise<ImportMeasured> {
  const idleBytes = await residentBytes(pid, "VmRSS");
  const form = new FormData();
  form.set("file", await openAsBlob(path, { type: "text/csv" }), "numbers.csv");
  const url = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  let shown = await ask(fetch(`${url}/upload?wait=0`, { method: "POST", body: form, signal }));
  while (shown.state === "running") {
    await delay(askEveryMs, undefined, { signal });
    shown = await ask(fetch(`${url}/imports/${shown.id}`, { signal }));
  }
  const tookMs = performance.now() - startedAt;
  if (shown.state !== "done" || shown.counts.created !== rows)
    throw new BenchmarkFailedError(
      `The import ended ${shown.state} with ${shown.counts.created} of ${rows} numbers.`,
    );
  return { tookMs, idleBytes, peakBytes: await residentBytes(pid, "VmHWM"), id: shown.id };
}

export async function ask(response: Promise<Response>): Promise<ShownImport> {
  const answer = await response;
  if (!answer.ok) throw new BenchmarkFailedError(`The API answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as ShownImport;
}

export const fileBytes = async (path: string): Promise<number> => (await stat(path)).size;
