import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { interpretRow } from "../../src/imports/rows/row.ts";
import { UnreadableFileError } from "../../src/imports/reading/errors.ts";
import { inspectFile } from "../../src/imports/reading/inspectFile.ts";
import type { ReadingLimits } from "../../src/imports/reading/limits.ts";
import { readRows } from "../../src/imports/reading/readRows.ts";
import { rowReadingOf } from "../../src/imports/reading/rowReading.ts";
import { startThread } from "../../src/ops/threads.ts";

interface BoundedResult {
  /** Code of the refusal of the whole file, else null. */
  readonly refused: string | null;
  /** Rows by code, `OK` for the good ones, `?` where the column of the numbers is unknown. */
  readonly rows: Readonly<Record<string, number>>;
}

interface Task {
  readonly path: string;
  readonly limits: Partial<ReadingLimits>;
}

/**
 * Inspects and reads a file in a worker whose heap is so small that anything that is not bounded ends it; then
 * this rejects. The code alone takes half of it.
 */
export function readWithLittleMemory(path: string, limits: Partial<ReadingLimits> = {}): Promise<BoundedResult> {
  const task: Task = { path, limits };
  const worker = startThread(new URL("./boundedReader", import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 16 },
  });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`The worker ended with ${code} and without an answer.`)));
  });
}

async function read({ path, limits }: Task): Promise<BoundedResult> {
  const rows: Record<string, number> = {};
  try {
    const description = await inspectFile(path, { defaultCountry: "RU", timeZone: "UTC", limits });
    const reading = rowReadingOf(description);
    for await (const batch of readRows(path, description, { limits })) {
      for (const raw of batch.rows) {
        const result = reading && interpretRow(raw, reading);
        const code = result === null ? "?" : result.ok ? "OK" : result.code;
        rows[code] = (rows[code] ?? 0) + 1;
      }
    }
    return { refused: null, rows };
  } catch (error) {
    if (error instanceof UnreadableFileError) return { refused: error.code, rows };
    throw error;
  }
}

if (!isMainThread) parentPort?.postMessage(await read(workerData as Task), []);
