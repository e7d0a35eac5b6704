import { isMainThread, parentPort, workerData } from "node:worker_threads";
import type { FromWorker, ToWorker, WorkerTask } from "../../src/imports/worker/messages.ts";

/**
 * An import thread that crashes as soon as it processes import 7, as if because of the file, until it is told that this
 * has happened three times.
 */
if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  const { crashes }: WorkerTask = workerData;
  const tell = (message: FromWorker): void => port.postMessage(message, []);
  port.on("message", (message: ToWorker) => {
    if (message.kind === "close") port.close();
    if (message.kind !== "wake") return;
    tell({ kind: "live", imports: [{ importId: 7, state: "running", waitingFor: null }] });
    if (crashes.get(7) !== 3) throw new Error("The file has killed the thread.");
    tell({ kind: "live", imports: [] });
    tell({ kind: "ended", importId: 7 });
  });
}
