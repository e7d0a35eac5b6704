import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { once } from "node:events";
import { makePrivateFolder, tighten } from "../../src/ops/privateFiles.ts";
import { labLayout, LAB_HOST, portSettings } from "../layout.ts";
import { tailOf } from "../process.ts";
import { hasProgram } from "../run.ts";
import { pause } from "./cleanups.ts";
import { DemoError } from "./errors.ts";
import { startArguments } from "./startArguments.ts";

const READY_TIMEOUT_MS = 60_000;
const ASK_AGAIN_MS = 100;
const STOP_GRACE_MS = 20_000;

interface ApplicationProcess {
  readonly url: string;
  readonly logFile: string;
  /** Resolves once the application handles calls and all of its parts are up. */
  ready(signal: AbortSignal): Promise<void>;
  /** Idempotent. Resolves when the process has ended. */
  stop(): Promise<void>;
}

interface ApplicationOptions {
  readonly folder: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Called if the process ends without `stop`. */
  readonly onCrash: (error: DemoError) => void;
}

/** The dialplan's fallback sends its lookups to this port. Rejects with a DemoError if it is in use. */
export const requireFreePort = async (): Promise<void> => {
  const port = labLayout().ports.application;
  const server = createServer().listen({ host: LAB_HOST, port, exclusive: true });
  try {
    await once(server, "listening");
  } catch (error) {
    throw new DemoError(
      `${LAB_HOST}:${port} is used by another process, perhaps another demo. Stop it, ` +
        `or set ${portSettings.application.setting} to a free port.`,
      { cause: error },
    );
  }
  server.close();
  await once(server, "close");
};

/** Starts the application as `npm start` does, in a separate process with only these settings. */
export const startApplicationProcess = async (options: ApplicationOptions): Promise<ApplicationProcess> => {
  const port = labLayout().ports.application;
  const url = `http://${LAB_HOST}:${port}`;
  const logFile = join(options.folder, "application.log");
  makePrivateFolder(options.folder);
  const command = [process.execPath, ...startArguments()];
  // The kernel ends it when we end, even by SIGKILL.
  if (process.platform === "linux" && (await hasProgram("setpriv")))
    command.unshift("setpriv", "--pdeathsig", "TERM");
  const [program = "", ...args] = command;
  const log = openSync(logFile, "w", 0o600);
  tighten(logFile);
  const child = spawn(program, args, {
    // Not in the current folder, whose .env file is not meant for the demo.
    cwd: options.folder,
    stdio: ["ignore", log, log],
    env: { ...ownEnvironment(), HTTP_HOST: LAB_HOST, HTTP_PORT: String(port), ...options.settings },
  });
  closeSync(log);

  let stopping = false;
  const ended = new Promise<void>((resolve) => {
    const end = async (how: string): Promise<void> => {
      resolve();
      if (stopping) return;
      options.onCrash(
        new DemoError(`The application ended with ${how}. The end of ${logFile}:\n${await tailOf(logFile)}`),
      );
    };
    child.once("error", (error) => void end(error.message));
    child.once("exit", (status, signal) => void end(signal ?? `exit status ${status}`));
  });

  return {
    url,
    logFile,
    ready: async (signal) => {
      const giveUpAt = performance.now() + READY_TIMEOUT_MS;
      for (;;) {
        const waitingFor = await ask(url, signal);
        if (waitingFor === null) return;
        if (performance.now() > giveUpAt)
          throw new DemoError(
            `The application is not ready: ${waitingFor}. The end of ${logFile}:\n${await tailOf(logFile)}`,
          );
        await pause(ASK_AGAIN_MS, signal);
      }
    },
    stop: async () => {
      stopping = true;
      child.kill("SIGTERM");
      const force = setTimeout(() => child.kill("SIGKILL"), STOP_GRACE_MS);
      await ended;
      clearTimeout(force);
    },
  };
};

/** The variables that any program needs. Leaves out settings of the application that happen to be set. */
const ownEnvironment = (): NodeJS.ProcessEnv => {
  const names = ["PATH", "HOME", "TMPDIR", "LANG", "TZ", "NODE_OPTIONS", "NODE_EXTRA_CA_CERTS"];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
};

interface Health {
  readonly parts: Readonly<Record<string, { readonly status: string; readonly detail: string }>>;
}

/**
 * The parts that are not up yet, as text; null when all are up. The event loop does not count: a busy machine degrades
 * it for a minute.
 */
const ask = async (url: string, signal: AbortSignal): Promise<string | null> => {
  let health: Health;
  try {
    const response = await fetch(`${url}/health`, { signal });
    health = (await response.json()) as Health;
  } catch (error) {
    signal.throwIfAborted();
    return `it does not respond (${error instanceof Error ? error.message : String(error)})`;
  }
  const missing = Object.entries(health.parts).filter(
    ([name, { status }]) => name !== "eventLoop" && (status === "degraded" || status === "down"),
  );
  if (missing.length === 0) return null;
  return missing.map(([name, { detail }]) => `${name}: ${detail}`).join("; ");
};
