import { type ChildProcess, spawn } from "node:child_process";
import { PassThrough, type Readable, type Writable } from "node:stream";
import { redactText } from "./redact.ts";
import { isOfDisk } from "./startError.ts";

/** A program could not be started, or failed. The message has its last words, without numbers and secrets. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";
  /** It exited with 1 without a word, as programs do that have searched and found nothing. */
  readonly foundNothing: boolean;

  constructor(message: string, { foundNothing = false } = {}) {
    super(message);
    this.foundNothing = foundNothing;
  }
}

interface RunningProgram {
  readonly input: Writable;
  readonly output: Readable;
  /** Rejects with a `ProgramError`, which is more informative than the broken pipe that follows. */
  readonly done: Promise<void>;
}

interface ProgramOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** The package of Debian that has it. */
  readonly from: string;
}

const wordsKept = 2000;

/** Starts a program with pipes. Secrets must not be arguments, which every user of the machine can see. */
export function startProgram(
  command: readonly [string, ...string[]],
  { cwd, environment, from }: ProgramOptions,
): RunningProgram {
  const [program, ...values] = command;
  const child = spawn(program, values, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...environment },
    ...(cwd !== undefined && { cwd }),
  });
  const done = ending(child, program, from);
  // It is awaited together with its pipes, perhaps after it has failed.
  done.catch(() => undefined);
  // When a program ends, Node discards output that no reader has started to read. Here it is kept for a later reader.
  return { input: child.stdin, output: child.stdout.pipe(new PassThrough()), done };
}

function ending(child: ChildProcess, program: string, from: string): Promise<void> {
  let words = "";
  child.stderr?.on("data", (chunk: Buffer) => (words = (words + chunk.toString()).slice(-wordsKept)));
  return new Promise((resolve, reject) => {
    child.once("error", (error) =>
      reject(
        new ProgramError(
          "code" in error && error.code === "ENOENT"
            ? `${program} is missing: apt install ${from}`
            : `${program} cannot be started: ${redactText(error.message)}`,
        ),
      ),
    );
    child.once("close", (code, signal) => {
      if (code === 0) resolve();
      else
        reject(
          new ProgramError(`${program} failed (${code ?? signal}). ${redactText(words.trim())}`, {
            foundNothing: code === 1 && words.trim() === "",
          }),
        );
    });
  });
}

/** The output of a short program. */
export async function outputOf(
  command: readonly [string, ...string[]],
  options: ProgramOptions,
): Promise<string> {
  const running = startProgram(command, options);
  running.input.end();
  let text = "";
  for await (const chunk of running.output) text += String(chunk);
  await running.done;
  return text;
}

/**
 * Waits for pipes and the programs at their ends. The failure of a program is the reason for a broken pipe, unless the disk at
 * the other end is.
 */
export async function allDone(pipes: Promise<unknown>, programs: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled([...programs, pipes]);
  const reasons = results.flatMap((result) =>
    result.status === "rejected" ? [{ error: result.reason }] : [],
  );
  const [first] = reasons;
  if (first !== undefined) throw (reasons.find(({ error }) => isOfDisk(error)) ?? first).error;
}
