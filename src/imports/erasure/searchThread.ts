import { startThread } from "../../ops/threads.ts";
import type { SearchedFile } from "./searchFiles.ts";

export interface SearchTask {
  readonly directory: string;
  readonly files: readonly SearchedFile[];
  readonly number: string;
}

/** As `maxOldGenerationSizeMb` of imports: files are read in pieces. */
const resourceLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 };

/** The tokens of those files that show the number. Rejects if a file has killed the thread. */
export function searchInThread(task: SearchTask): Promise<readonly string[]> {
  if (task.files.length === 0) return Promise.resolve([]);
  return new Promise((resolve, reject) => {
    const thread = startThread(new URL("./searchMain", import.meta.url), {
      workerData: task,
      resourceLimits,
    });
    thread.once("message", (found: readonly string[]) => resolve(found));
    thread.once("error", reject);
    thread.once("exit", () => reject(new Error("The search of the files ended early.")));
  });
}
