import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeSippFolder, sippCommand, type SippFolder } from "./folder.ts";
import { type SipMessage, traceReader } from "./trace.ts";

export class SippError extends Error {
  readonly code = "SIPP_FAILED";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "SippError";
  }
}

export interface SippProcess {
  /** All messages so far, in the order in which SIPp sent and received them. */
  messages(): readonly SipMessage[];
  /** Calls `look` after every message, and resolves with its first value that is not undefined. */
  until<T>(
    look: (messages: readonly SipMessage[]) => T | undefined,
    what: string,
    timeoutMs?: number,
  ): Promise<T>;
  /** Resolves with the exit status: 0 if all calls went as their scenario says. */
  readonly ended: Promise<number>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** The end of SIPp's output and of its error file, for humans. */
  complaints(): string;
  /** Deletes its files. */
  remove(): void;
}

interface SippOptions {
  readonly leg: SipMessage["leg"];
  readonly scenario: string;
  readonly host: string;
  /** Chosen by SIPp if absent. */
  readonly port?: number;
  readonly args: readonly string[];
}

const running = new Set<ChildProcess>();
// A test run that fails must not leave a provider behind, because it would hold the trunk's port.
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

const read = (folder: SippFolder, name: string): string => {
  const file = join(folder.host, name);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
};

/** How often the trace is read for new messages. */
const POLL_MS = 20;

export const startSipp = (options: SippOptions): SippProcess => {
  const folder = makeSippFolder();
  writeFileSync(join(folder.host, "scenario.xml"), options.scenario);
  const [program = "", ...args] = sippCommand(folder, [
    ...options.args,
    "-sf",
    `${folder.inside}/scenario.xml`,
    "-i",
    options.host,
    ...(options.port === undefined ? [] : ["-p", String(options.port)]),
    "-nostdin",
    "-trace_msg",
    "-message_file",
    `${folder.inside}/messages.log`,
    "-trace_err",
    "-error_file",
    `${folder.inside}/errors.log`,
  ]);
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  let printed = "";
  const keep = (chunk: Buffer): void => {
    printed = (printed + chunk.toString()).slice(-4_000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);

  let exited = false;
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => {
      exited = true;
      running.delete(child);
      resolve(status ?? -1);
    });
  });
  // Not every caller awaits the end; a rejection must not crash the process then.
  ended.catch(() => undefined);

  const messages = traceReader(join(folder.host, "messages.log"), options.leg);
  const complaints = (): string =>
    `${read(folder, "errors.log").slice(-2_000)}\n${printed.slice(-2_000)}`.trim();

  const until: SippProcess["until"] = async (look, what, timeoutMs = 30_000) => {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const last = exited || Date.now() > deadline;
      const found = look(messages());
      if (found !== undefined) return found;
      if (last) throw new SippError(`${what}: not seen at the ${options.leg}.\n${complaints()}`);
      await new Promise<void>((resolve) => {
        setTimeout(resolve, POLL_MS);
      });
    }
  };

  return {
    messages,
    until,
    ended,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    complaints,
    remove: () => folder.remove(),
  };
};
