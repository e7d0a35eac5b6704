import type { Worker } from "node:worker_threads";
import type { MappingUpdates } from "../../numbers/types.ts";
import { startThread } from "../../ops/threads.ts";
import type { Logger } from "../../ops/types.ts";
import { UnfitChoiceError, UnreadableFileError } from "../reading/errors.ts";
import { ReaderEndedError } from "../job/errors.ts";
import type { FromWorker, ToldError, ToWorker, WorkerTask } from "./messages.ts";
import type { FileDescription } from "../job/reading.ts";
import { isFileRefusal } from "../job/types.ts";
import type { ImportEngine, LiveImport } from "../job/types.ts";

export interface WorkerEngineParts {
  readonly changes: Pick<MappingUpdates, "prepare" | "announce">;
  readonly logger: Logger;
  /** While it says so, imports take half of the time that they could have. */
  readonly callsInProgress?: () => boolean;
}

export interface WorkerEngineOptions extends Omit<WorkerTask, "debugging"> {
  /** A thread that has had nothing to do for so long is ended, for its memory. */
  readonly idleMs?: number;
}

/** Bounds of the thread's heap; files are read in pieces, so no honest one comes near. */
const resourceLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 };
const pauseAfterCrashMs = 1000;
/** An import that was at work when the thread ended so often is given up. */
const mostCrashes = 3;

interface Waiting {
  readonly resolve: (description: FileDescription) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The engine in a thread of its own, started when there is something to do. A thread that dies, of a file
 * that was made to kill it, takes nothing with it: what it worked on is gone on with by the next one.
 */
export function createWorkerEngine(parts: WorkerEngineParts, options: WorkerEngineOptions): ImportEngine {
  const { changes, logger, callsInProgress = () => false } = parts;
  const { idleMs = 60_000, ...task } = options;
  let worker: Worker | null = null;
  let ended: Promise<void> = Promise.resolve();
  let closed = false;
  let live: ReadonlyMap<number, LiveImport> = new Map();
  let requests = 0;
  let toldOfCalls = false;
  let idleTimer: NodeJS.Timeout | undefined;
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(importId: number) => void>();
  const doomListeners = new Set<(importId: number) => void>();
  const crashes = new Map<number, number>();

  const send = (message: ToWorker): void => (worker ?? start()).postMessage(message, []);

  function start(): Worker {
    const data: WorkerTask = { ...task, debugging: logger.debugging };
    const started = startThread(new URL("./main", import.meta.url), {
      workerData: data,
      resourceLimits,
    });
    worker = started;
    toldOfCalls = false;
    started.unref();
    started.on("message", (message: FromWorker) => hear(message, started));
    ended = new Promise((resolve) => {
      started.once("error", (error) => logger.error("The thread of imports failed", { error }));
      started.once("exit", () => {
        resolve();
        if (worker === started) worker = null;
        const hadWork = live.size > 0;
        if (!closed) for (const importId of live.keys()) countCrash(importId);
        live = new Map();
        for (const { reject } of waiting.values()) reject(new ReaderEndedError());
        waiting.clear();
        if (hadWork && !closed) setTimeout(() => closed || wake(), pauseAfterCrashMs).unref();
      });
    });
    return started;
  }

  /** With several at work it is not known whose fault it was; most often it is the one that is always there. */
  function countCrash(importId: number): void {
    const count = (crashes.get(importId) ?? 0) + 1;
    crashes.set(importId, count);
    if (count < mostCrashes) return;
    crashes.delete(importId);
    for (const listener of doomListeners) listener(importId);
  }

  function hear(message: FromWorker, from: Worker): void {
    switch (message.kind) {
      case "ready":
        break;
      case "inspected":
        waiting.get(message.id)?.resolve(message.description);
        waiting.delete(message.id);
        rest();
        break;
      case "notInspected":
        waiting.get(message.id)?.reject(errorOf(message.error));
        waiting.delete(message.id);
        rest();
        break;
      case "live":
        live = new Map(message.imports.map((one) => [one.importId, one]));
        tellOfCalls(from);
        rest();
        break;
      case "rest":
        crashes.delete(message.importId);
        for (const listener of listeners) listener(message.importId);
        break;
      case "changes":
        void changes[message.what](message.numbers).finally(() => {
          const told: ToWorker = { kind: "told", id: message.id };
          from.postMessage(told, []);
        });
        break;
      case "log":
        logger[message.level](message.message, message.fields);
        break;
    }
  }

  /** Told as the import moves on: who does nothing need not know. */
  function tellOfCalls(to: Worker): void {
    const inProgress = callsInProgress();
    if (inProgress === toldOfCalls) return;
    toldOfCalls = inProgress;
    const message: ToWorker = { kind: "calls", inProgress };
    to.postMessage(message, []);
  }

  /** Ends the thread if it goes on having nothing to do. */
  function rest(): void {
    clearTimeout(idleTimer);
    if (live.size > 0 || waiting.size > 0) return;
    idleTimer = setTimeout(() => void end(), idleMs);
    idleTimer.unref();
  }

  async function end(): Promise<void> {
    const ending = worker;
    worker = null;
    if (ending === null) return;
    const message: ToWorker = { kind: "close" };
    ending.postMessage(message, []);
    await ended;
  }

  function wake(): void {
    if (closed) return;
    send({ kind: "wake" });
    rest();
  }

  return {
    inspect(path, choices) {
      requests += 1;
      const id = requests;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        send({ kind: "inspect", id, path, choices });
      });
    },
    wake,
    get live() {
      return live;
    },
    onRest(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onDoomed(listener) {
      doomListeners.add(listener);
      return () => void doomListeners.delete(listener);
    },
    async close() {
      closed = true;
      clearTimeout(idleTimer);
      await end();
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
