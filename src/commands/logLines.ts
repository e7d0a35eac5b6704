import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { ProgramError, startProgram } from "../ops/programs.ts";
import { redactFields, redactText } from "../ops/redact.ts";

interface LogSource {
  /** A file with the log, `-` for standard input; null: the journal of the service. */
  readonly file: string | null;
  /** Only lines with this text. The journal searches for it by itself. */
  readonly text?: string;
  /** The newest lines of the journal. */
  readonly newest?: number;
}

/** The journal cannot be read. The message says why, and what to do. */
export class JournalError extends Error {
  override readonly name = "JournalError";
}

/** Lines of the application's log, oldest first. Rejects with a `JournalError` where the journal cannot be read. */
export async function* logLines({ file, text, newest }: LogSource): AsyncGenerator<string> {
  if (file !== null) {
    yield* linesOf(file === "-" ? process.stdin : createReadStream(file), text);
    return;
  }
  const journal = startProgram(
    [
      "journalctl",
      "--unit=phone-proxy.service",
      "--output=cat",
      "--no-pager",
      "--quiet",
      ...(text === undefined ? [] : [`--grep=${text.replaceAll(/[^\w-]/g, String.raw`\$&`)}`]),
      ...(newest === undefined ? [] : [`--lines=${newest}`]),
    ],
    { from: "systemd" },
  );
  journal.input.end();
  yield* linesOf(journal.output, text);
  await journal.done.catch((error: unknown) => {
    if (!(error instanceof ProgramError)) throw error;
    if (!error.foundNothing)
      throw new JournalError(`The journal cannot be read: ${error.message} Name the log with --log FILE.`, {
        cause: error,
      });
  });
}

async function* linesOf(stream: Readable, text = ""): AsyncGenerator<string> {
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }))
    if (line !== "" && line.includes(text)) yield line;
}

/** The line without numbers and secrets, even if another program wrote it. */
export function redactedLine(line: string): string {
  const entry = entryOf(line);
  return entry === null ? redactText(line) : JSON.stringify(redactFields(entry));
}

/** The fields of a JSON line; null: it is not JSON. */
export function entryOf(line: string): Record<string, unknown> | null {
  if (!line.startsWith("{")) return null;
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === "object" && entry !== null ? { ...entry } : null;
  } catch {
    return null;
  }
}
