import { Worker, type WorkerOptions } from "node:worker_threads";

const isCompiled = import.meta.url.endsWith(".js");
/** On Node 20 threads do not inherit the TypeScript loader. */
const execArgv = ["--import", new URL("./readTypeScript.mjs", import.meta.url).href];

/**
 * Starts a thread that runs this module, from source or compiled like the caller.
 * @param module its URL without the extension, such as `new URL("./workerMain", import.meta.url)`.
 */
export function startThread(module: URL, options: Omit<WorkerOptions, "eval" | "execArgv"> = {}): Worker {
  return isCompiled
    ? new Worker(new URL(`${module.href}.js`), options)
    : new Worker(new URL(`${module.href}.ts`), { ...options, execArgv });
}
