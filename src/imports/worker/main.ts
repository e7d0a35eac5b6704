import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { createNumberMapper } from "../../numbers/mappings/allocate.ts";
import { systemClock } from "../../ops/clock.ts";
import { repeat } from "../../ops/repeat.ts";
import { sleep } from "../../ops/sleep.ts";
import { yieldToOtherThreads } from "../../ops/threadPriority.ts";
import type { Logger } from "../../ops/types.ts";
import { withPoolSize } from "../../store/dataSource.ts";
import { createStore } from "../../store/store.ts";
import { CancelledError } from "../job/errors.ts";
import { UnfitChoiceError, UnreadableFileError } from "../reading/errors.ts";
import { createImportRunner } from "./runner.ts";
import type { FromWorker, ToldError, ToWorker, WorkerTask } from "./messages.ts";

/** The longest pause after one slow batch. */
const longestRestMs = 500;

/**
 * The import thread. It reads files and writes to the database on its own connections, so that neither delays the
 * thread that handles calls. It is a composition root of its own, because objects cannot be passed to a thread.
 */
if (!isMainThread && parentPort !== null) run(parentPort, workerData);

function run(port: NonNullable<typeof parentPort>, task: WorkerTask): void {
  yieldToOtherThreads();
  const tell = (message: FromWorker): void => port.postMessage(message, []);
  const told = new Map<number, () => void>();
  const inspecting = new Map<number, AbortController>();
  let messages = 0;
  const logger = loggerOf(tell, task.debugging);
  const clock = systemClock;
  // One connection for each concurrent import, and one to look for more.
  const store = createStore({ address: withPoolSize(task.address, 4), logger });
  store.open();

  const inMainThread =
    (what: "prepare" | "announce") =>
    (numbers: Extract<FromWorker, { kind: "invalidation" }>["numbers"]): Promise<void> =>
      new Promise((resolve) => {
        messages += 1;
        told.set(messages, resolve);
        tell({ kind: "invalidation", id: messages, what, numbers });
      });
  const invalidations = { prepare: inMainThread("prepare"), announce: inMainThread("announce") };
  const mapper = createNumberMapper({ store, invalidations, clock });
  let callsInProgress = false;
  // While calls are in progress, the database gets a pause as long as the work.
  const giveWay = async (workedMs: number, signal: AbortSignal): Promise<void> => {
    if (callsInProgress) await sleep(clock, Math.min(workedMs, longestRestMs), signal);
  };
  let shown = "[]";
  const show = (): void => {
    const imports = [...runner.live.values()];
    const text = JSON.stringify(imports);
    if (text === shown) return;
    shown = text;
    tell({ kind: "live", imports });
  };
  const runner = createImportRunner(
    { store, mapper, invalidations, clock, logger, giveWay, directory: task.directory },
    { ...task, onLive: show },
  );
  store.ready().then(
    () => runner.wake(),
    () => undefined,
  );
  runner.onEnd((importId) => tell({ kind: "ended", importId }));
  // An outage of the database shows without any change by the runner.
  const stopShowing = repeat(clock, 100, show);

  port.on("message", (message: ToWorker) => {
    switch (message.kind) {
      case "wake":
        runner.wake();
        break;
      case "stop":
        runner.stop(message.importId);
        break;
      case "calls":
        callsInProgress = message.inProgress;
        break;
      case "told":
        told.get(message.id)?.();
        told.delete(message.id);
        break;
      case "inspect": {
        const { id } = message;
        const leaving = new AbortController();
        inspecting.set(id, leaving);
        runner
          .inspect(message.path, message.choices, message.utf8, leaving.signal)
          .then(
            (description) => tell({ kind: "inspected", id, description }),
            (error: unknown) => tell({ kind: "notInspected", id, error: toldError(error) }),
          )
          .finally(() => inspecting.delete(id));
        break;
      }
      case "left":
        inspecting.get(message.id)?.abort(new CancelledError("The client has left."));
        break;
      case "close":
        stopShowing();
        void runner
          .close()
          .then(() => store.close())
          .finally(() => port.close());
        break;
    }
  });
}

function toldError(error: unknown): ToldError {
  if (error instanceof UnreadableFileError)
    return { kind: "unreadable", code: error.code, afterRow: error.afterRow };
  if (error instanceof UnfitChoiceError) {
    return { kind: "unfit", choice: error.choice, reason: error.reason };
  }
  return { kind: "other", error };
}

function loggerOf(tell: (message: FromWorker) => void, debugging: boolean): Logger {
  const write =
    (level: Extract<FromWorker, { kind: "log" }>["level"]) =>
    (message: string, fields: Record<string, unknown> = {}): void =>
      tell({ kind: "log", level, message, fields });
  const logger: Logger = {
    debug: (message, fields) => {
      if (debugging) write("debug")(message, fields);
    },
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    debugging,
    child: () => logger,
  };
  return logger;
}
