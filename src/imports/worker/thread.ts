import type { Worker } from "node:worker_threads";
import type { MappingInvalidations } from "../../numbers/types.ts";
import { startThread } from "../../ops/threads.ts";
import type { Clock, Logger, TimerHandle } from "../../ops/types.ts";
import { UnfitChoiceError, UnreadableFileError } from "../reading/errors.ts";
import { ReaderEndedError } from "../job/errors.ts";
import type { FromWorker, ToldError, ToWorker, WorkerTask } from "./messages.ts";
import type { FileDescription } from "../job/reading.ts";
import { isFileRefusal } from "../job/types.ts";
import type { ImportRunner, LiveImport } from "../job/types.ts";

interface RunnerThreadParts {
  readonly invalidations: Pick<MappingInvalidations, "prepare" | "announce">;
  readonly logger: Logger;
  readonly clock: Clock;
  /** While it returns true, imports use half of the time. */
  readonly callsInProgress?: () => boolean;
}

interface RunnerThreadOptions extends Omit<WorkerTask, "debugging" | "crashes"> {
  /** As `startThread` has it; for tests of what becomes of a thread that dies. */
  readonly module?: URL;
}

/** Bounds of the thread's heap; files are read in pieces, so no real one comes near. */
const resourceLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 };
const pauseAfterCrashMs = 1000;

interface Waiting {
  readonly resolve: (description: FileDescription) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The runner in a thread of its own, from the first `wake` on. This module passes messages and decides nothing. A
 * thread that dies, for example of a malicious file, loses nothing: the next one learns which imports were in
 * progress, and continues them or gives them up.
 */
export function createRunnerThread(parts: RunnerThreadParts, options: RunnerThreadOptions): ImportRunner {
  const { invalidations, logger, clock, callsInProgress = () => false } = parts;
  const { module = new URL("./main", import.meta.url), ...task } = options;
  let worker: Worker | null = null;
  let ended: Promise<void> = Promise.resolve();
  let closed = false;
  let live: ReadonlyMap<number, LiveImport> = new Map();
  let requests = 0;
  let toldOfCalls = false;
  let restart: TimerHandle | null = null;
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(importId: number) => void>();
  const crashes = new Map<number, number>();

  const send = (message: ToWorker): void => (worker ?? start()).postMessage(message, []);

  function start(): Worker {
    cancelRestart();
    const workerData: WorkerTask = { ...task, debugging: logger.debugging, crashes };
    const started = startThread(module, { workerData, resourceLimits });
    worker = started;
    toldOfCalls = false;
    started.unref();
    started.on("message", (message: FromWorker) => hear(message, started));
    ended = new Promise((resolve) => {
      started.once("error", (error) => logger.error("Import thread failed", { error }));
      started.once("exit", () => {
        resolve();
        worker = null;
        // With several imports in progress the culprit is unknown. It is most likely the one present at every death.
        for (const importId of live.keys()) crashes.set(importId, (crashes.get(importId) ?? 0) + 1);
        live = new Map();
        for (const { reject } of waiting.values()) reject(new ReaderEndedError());
        waiting.clear();
        if (!closed) restart = clock.setTimer(wake, pauseAfterCrashMs);
      });
    });
    return started;
  }

  function cancelRestart(): void {
    if (restart !== null) clock.clearTimer(restart);
    restart = null;
  }

  function hear(message: FromWorker, from: Worker): void {
    switch (message.kind) {
      case "inspected":
        waiting.get(message.id)?.resolve(message.description);
        waiting.delete(message.id);
        break;
      case "notInspected":
        waiting.get(message.id)?.reject(errorOf(message.error));
        waiting.delete(message.id);
        break;
      case "live":
        live = new Map(message.imports.map((one) => [one.importId, one]));
        tellOfCalls(from);
        break;
      case "ended":
        crashes.delete(message.importId);
        for (const listener of listeners) listener(message.importId);
        break;
      case "invalidation":
        void invalidations[message.what](message.numbers).finally(() => {
          const told: ToWorker = { kind: "told", id: message.id };
          from.postMessage(told, []);
        });
        break;
      case "log":
        logger[message.level](message.message, message.fields);
        break;
    }
  }

  /** Called as the import progresses. */
  function tellOfCalls(to: Worker): void {
    const inProgress = callsInProgress();
    if (inProgress === toldOfCalls) return;
    toldOfCalls = inProgress;
    const message: ToWorker = { kind: "calls", inProgress };
    to.postMessage(message, []);
  }

  function wake(): void {
    if (!closed) send({ kind: "wake" });
  }

  return {
    inspect(path, choices, utf8, left) {
      requests += 1;
      const id = requests;
      const leave = (): void => send({ kind: "left", id });
      return new Promise<FileDescription>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        send({ kind: "inspect", id, path, choices, utf8 });
        if (left?.aborted === true) leave();
        else left?.addEventListener("abort", leave);
      }).finally(() => left?.removeEventListener("abort", leave));
    },
    wake,
    stop(importId) {
      // Without a thread there is nothing to stop.
      const message: ToWorker = { kind: "stop", importId };
      worker?.postMessage(message, []);
    },
    get live() {
      return live;
    },
    onEnd(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      closed = true;
      cancelRestart();
      const message: ToWorker = { kind: "close" };
      worker?.postMessage(message, []);
      await ended;
    },
  };
}

function errorOf(told: ToldError): unknown {
  switch (told.kind) {
    case "unreadable":
      return new UnreadableFileError(isFileRefusal(told.code) ? told.code : "FILE_UNREADABLE", {
        ...(told.afterRow !== null && { afterRow: told.afterRow }),
      });
    case "unfit":
      return new UnfitChoiceError(told.choice, told.reason);
    case "other":
      return told.error;
  }
}
