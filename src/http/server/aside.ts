import type { Worker } from "node:worker_threads";
import { startThread } from "../../ops/threads.ts";
import { setPatientTimer } from "../../ops/patientTimer.ts";
import type { Logger, SteadyClock } from "../../ops/types.ts";
import type { AsideData, AsideTask, FromAside } from "./asideMessages.ts";
import { createPoolBodyReader } from "../pools/bodies.ts";
import type { PoolBody, PoolBodyKind } from "../pools/bodies.ts";
import { HttpProblem } from "./problems.ts";

/** Runs work that would block calls in a separate thread. */
export interface Aside {
  /** Like `PoolBodyReader`. `receive` is called for the bytes once there is room for them. */
  poolBody(kind: PoolBodyKind, receive: () => Promise<Buffer>): Promise<PoolBody>;
  /** The OpenAPI document, as JSON. */
  apiDocument(): Promise<string>;
  close(): Promise<void>;
}

interface AsideOptions {
  /** ISO 3166, for numbers without country code. */
  readonly defaultCountry: string;
  /** A task that takes longer is aborted, together with the thread. */
  readonly deadlineMs?: number;
  /** An idle thread is ended after this time to free its memory. */
  readonly idleMs?: number;
}

/** Heap limits of the thread; half a million numbers take about 100 MB. */
const resourceLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 };
/** Running and waiting tasks; each may need ten megabytes. */
const mostTasks = 4;
/** Small bodies are parsed faster than a thread can be asked. */
const smallBytes = 1024;

interface Waiting {
  readonly task: AsideTask;
  readonly settle: (answer: FromAside) => void;
}

export function createAside(
  { logger, clock }: { readonly logger: Logger; readonly clock: SteadyClock },
  options: AsideOptions,
): Aside {
  const { defaultCountry, deadlineMs = 120_000, idleMs = 60_000 } = options;
  const readHere = createPoolBodyReader(defaultCountry);
  let worker: Worker | null = null;
  let current: Waiting | null = null;
  const queue: Waiting[] = [];
  let tasks = 0;
  let document: Promise<string> | null = null;
  let stopTimer: (() => void) | null = null;

  function start(): Worker {
    const workerData: AsideData = { defaultCountry };
    const started = startThread(new URL("./asideMain", import.meta.url), {
      workerData,
      resourceLimits,
    });
    worker = started;
    started.unref();
    started.on("message", (answer: FromAside) => {
      // An aborted thread may still have sent its result.
      if (worker === started) finish(answer);
    });
    started.once("error", (error) => logger.error("The thread for large requests failed", { error }));
    started.once("exit", () => {
      if (worker !== started) return;
      worker = null;
      if (current !== null) finish({ kind: "problem", problem: tooMuch });
    });
    return started;
  }

  function finish(answer: FromAside): void {
    const done = current;
    current = null;
    stopTimer?.();
    done?.settle(answer);
    next();
  }

  function next(): void {
    if (current !== null) return;
    current = queue.shift() ?? null;
    stopTimer?.();
    if (current === null) {
      stopTimer = setPatientTimer(clock, () => void end(), idleMs);
      return;
    }
    const { task } = current;
    stopTimer = setPatientTimer(clock, giveUp, deadlineMs);
    (worker ?? start()).postMessage(task, task.kind === "poolBody" ? [task.bytes] : []);
  }

  function giveUp(): void {
    void end();
    finish({ kind: "problem", problem: tooMuch });
  }

  async function end(): Promise<void> {
    const ending = worker;
    worker = null;
    await ending?.terminate();
  }

  function ask(task: AsideTask): Promise<FromAside> {
    return new Promise((settle) => {
      queue.push({ task, settle });
      next();
    });
  }

  async function inPlace<T>(work: () => Promise<T>): Promise<T> {
    if (tasks >= mostTasks) throw new HttpProblem(busy);
    tasks += 1;
    try {
      return await work();
    } finally {
      tasks -= 1;
    }
  }

  return {
    poolBody: (kind, receive) =>
      inPlace(async () => {
        const bytes = await receive();
        if (bytes.length <= smallBytes) return readHere(kind, bytes);
        const answer = await ask({ kind: "poolBody", body: kind, bytes: ownMemoryOf(bytes) });
        if (answer.kind === "poolBody") return answer.body;
        throw errorOf(answer);
      }),

    apiDocument: () =>
      (document ??= ask({ kind: "apiDocument" }).then((answer) => {
        if (answer.kind === "apiDocument") return answer.text;
        document = null;
        throw errorOf(answer);
      })),

    async close() {
      stopTimer?.();
      queue.length = 0;
      await end();
    },
  };
}

/** Transferred memory is lost here, and a small buffer shares its memory with others. */
function ownMemoryOf(bytes: Buffer): ArrayBuffer {
  const { buffer } = bytes;
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength;
  return isWhole ? buffer : new Uint8Array(bytes).buffer;
}

function errorOf(answer: FromAside): unknown {
  if (answer.kind === "problem") return new HttpProblem(answer.problem);
  return answer.kind === "failed"
    ? answer.error
    : new Error("The thread for large requests sent an unexpected result.");
}

const busy = {
  status: 503,
  code: "BUSY",
  detail: "Several large requests are in progress already.",
  remedy: "Try again in a few seconds.",
  headers: { "Retry-After": "5", Connection: "close" },
};

const tooMuch = {
  status: 413,
  code: "BODY_TOO_COMPLEX",
  detail: "Reading the request body takes too much time or memory.",
  remedy: "Send it in several parts.",
};
