import { type ChildProcess, spawn } from "node:child_process";
import { BenchmarkFailedError } from "../benchmark.ts";

/** A child process of the benchmark. Keeps its IPC messages and the end of its output. */
export interface BenchmarkChild {
  readonly pid: number;
  /** Resolves with the first message that `look` accepts, including those already received. */
  message<T>(look: (message: unknown) => T | undefined, what: string, timeoutMs: number): Promise<T>;
  send(message: object): void;
  /** Describes the exit if the process has ended by itself. */
  exited(): string | null;
  /** The end of its output. */
  output(): string;
  /** Sends SIGTERM, and SIGKILL after ten seconds; resolves when the process has ended. */
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
// A benchmark that fails must leave no processes behind.
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

const graceMs = 10_000;

interface ChildOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Opens an IPC channel; only for Node. */
  readonly messages?: boolean;
}

export const startChild = (command: readonly string[], options: ChildOptions = {}): BenchmarkChild => {
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    stdio: options.messages === true ? ["ignore", "pipe", "pipe", "ipc"] : ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...options.environment },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  running.add(child);
  let printed = "";
  const keep = (chunk: Buffer): void => {
    printed = (printed + chunk.toString()).slice(-4_000);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);

  let end: string | null = null;
  const ended = new Promise<void>((resolve) => {
    const over = (how: string): void => {
      end ??= how;
      running.delete(child);
      resolve();
    };
    child.once("error", (error) => over(error.message));
    child.once("close", (status, signal) => over(signal ?? `exit status ${status}`));
  });

  const received: unknown[] = [];
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const look of waiting) look();
  };
  child.on("message", (message) => {
    received.push(message);
    wake();
  });
  void ended.then(wake);

  return {
    pid: child.pid ?? -1,
    message: (look, what, timeoutMs) =>
      new Promise((resolve, reject) => {
        const finish = (act: () => void): void => {
          waiting.delete(check);
          clearTimeout(timer);
          act();
        };
        const fail = (why: string): void =>
          finish(() => reject(new BenchmarkFailedError(`${what}: ${why}\n${printed}`)));
        const check = (): void => {
          for (const [index, message] of received.entries()) {
            const found = look(message);
            if (found === undefined) continue;
            received.splice(index, 1);
            finish(() => resolve(found));
            return;
          }
          if (end !== null) fail(`the process ended with ${end}`);
        };
        const timer = setTimeout(() => fail(`nothing came within ${timeoutMs / 1000} s`), timeoutMs);
        waiting.add(check);
        check();
      }),
    send: (message) => void child.send(message),
    exited: () => end,
    output: () => printed,
    stop: async () => {
      if (end === null) {
        child.kill("SIGTERM");
        const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
        await ended;
        clearTimeout(timer);
      }
    },
  };
};

/** Runs a TypeScript file in a single Node process, so that all of its processor time can be measured. */
export const nodeCommand = (file: string, flags: readonly string[] = []): string[] => [
  process.execPath,
  ...flags,
  "--import",
  // A URL, because the child may run in another folder.
  import.meta.resolve("tsx"),
  file,
];
