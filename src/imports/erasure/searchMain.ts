import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { yieldToOtherThreads } from "../../ops/threadPriority.ts";
import { traceOf } from "../../values/numberTrace.ts";
import { filesWith } from "./searchFiles.ts";
import type { SearchTask } from "./searchThread.ts";

/** A thread that looks through files, which would keep calls waiting. */
if (!isMainThread && parentPort !== null) await run(parentPort, workerData);

async function run(port: NonNullable<typeof parentPort>, task: SearchTask): Promise<void> {
  yieldToOtherThreads();
  const found: string[] = [];
  for await (const token of filesWith(task.directory, task.files, traceOf(task.number))) found.push(token);
  port.postMessage(found, []);
}
