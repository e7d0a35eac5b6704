import { spawn } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";

export class CommandFailedError extends Error {
  readonly code = "COMMAND_FAILED";
  readonly output: string;

  constructor(command: readonly string[], end: string, output: string) {
    const lastLines = output.trimEnd().split("\n").slice(-5).join("\n");
    super(`${command.join(" ")} ended with ${end}:\n${lastLines}`);
    this.name = "CommandFailedError";
    this.output = output;
  }
}

interface RunOptions {
  /** Written to the program's standard input. */
  readonly input?: string;
  /** The output is also appended to this file. */
  readonly logFile?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Runs a program and resolves with its standard output. Rejects with a CommandFailedError, which has both outputs, if
 * the exit status is not 0.
 */
export const run = async (command: readonly string[], options: RunOptions = {}): Promise<string> => {
  const [program, ...args] = command;
  if (program === undefined) throw new TypeError("No program given.");
  const log = options.logFile === undefined ? null : openSync(options.logFile, "a", 0o600);
  try {
    return await new Promise<string>((resolve, reject) => {
      const child = spawn(program, args, {
        stdio: ["pipe", "pipe", "pipe"],
        env: { ...process.env, LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive", ...options.environment },
      });
      let standard = "";
      let both = "";
      const take = (chunk: Buffer): void => {
        both += chunk.toString();
        if (log !== null) writeSync(log, chunk);
      };
      child.stdout.on("data", (chunk: Buffer) => {
        standard += chunk.toString();
        take(chunk);
      });
      child.stderr.on("data", take);
      // A program may end without reading its input. Its exit status counts, not the broken pipe.
      child.stdin.on("error", () => undefined);
      child.stdin.end(options.input ?? "");
      child.once("error", reject);
      child.once("close", (status, signal) => {
        if (status === 0) resolve(standard);
        else reject(new CommandFailedError(command, signal ?? `exit status ${status}`, both));
      });
    });
  } finally {
    if (log !== null) closeSync(log);
  }
};

/** Whether there is a program of this name in PATH. */
export const hasProgram = async (name: string): Promise<boolean> =>
  await run(["/bin/sh", "-c", 'command -v "$1"', "sh", name]).then(
    () => true,
    () => false,
  );
