import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { makePrivateFolder, tighten } from "../src/ops/privateFiles.ts";
import { type LabAddresses, addressesOf } from "./addresses.ts";
import { LabPartError, LabPortTakenError } from "./errors.ts";
import { labLayout, type LabLayout } from "./layout.ts";
import { withLabLock } from "./lock.ts";
import { asteriskPart } from "./parts/asterisk.ts";
import { mysqlPart } from "./parts/mysql.ts";
import { type Endpoint, type LabPart, partNames, type PartName } from "./parts/part.ts";
import { redisPart } from "./parts/redis.ts";
import type { Progress } from "./progress.ts";
import { endProcess, runningProcess, startDetached, tailOf } from "./process.ts";
import { isProvisioned, provision, requireLabMachine } from "./provision.ts";
import { run } from "./run.ts";
import { labSecrets } from "./secrets.ts";
import { endAll } from "./strays.ts";

export type { LabAddresses } from "./addresses.ts";
export type { PartName } from "./parts/part.ts";
export { LabPartError, LabPortTakenError, LabUnavailableError } from "./errors.ts";

const READY_TIMEOUT_MS = 180_000;
const silent: Progress = () => undefined;

const partOf = (name: PartName, layout: LabLayout): LabPart => {
  const secrets = labSecrets(layout.directory);
  switch (name) {
    case "asterisk":
      return asteriskPart(layout, secrets);
    case "mysql":
      return mysqlPart(layout, secrets);
    case "redis":
      return redisPart(layout);
  }
};

const stateFile = (layout: LabLayout, name: PartName): string => join(layout.state, `${name}.process`);
const fingerprintFile = (layout: LabLayout, name: PartName): string =>
  join(layout.state, `${name}.fingerprint`);
const logFile = (layout: LabLayout, name: PartName): string => join(layout.logs, `${name}.log`);

const isFree = async ({ protocol, host, port }: Endpoint): Promise<boolean> => {
  try {
    if (protocol === "tcp") {
      const server = createServer().listen({ host, port, exclusive: true });
      await once(server, "listening");
      server.close();
      await once(server, "close");
    } else {
      const socket = createSocket("udp4").bind({ address: host, port, exclusive: true });
      await once(socket, "listening");
      socket.close();
      await once(socket, "close");
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return false;
    throw error;
  }
};

/** Polls the part every 50 ms until it responds, because a server has no event for that. */
const untilReady = async (part: LabPart, layout: LabLayout, exited: () => string | null): Promise<void> => {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    try {
      await part.ask();
      return;
    } catch (error) {
      const end = exited();
      const reason =
        end === null
          ? `is not ready after ${READY_TIMEOUT_MS / 1000} s: ${String(error)}`
          : `ended with ${end}`;
      if (end !== null || Date.now() > deadline)
        throw new LabPartError(`${part.name} ${reason}\n${await tailOf(logFile(layout, part.name))}`, {
          cause: error,
        });
      await delay(50);
    }
  }
};

const recordedFingerprint = (file: string): string | null => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
};

const start = async (name: PartName, layout: LabLayout, progress: Progress): Promise<void> => {
  const part = partOf(name, layout);
  const startedAtMs = Date.now();
  const fingerprint = await part.fingerprint();
  const process = stateFile(layout, name);
  if (runningProcess(process) !== null) {
    if (recordedFingerprint(fingerprintFile(layout, name)) === fingerprint) {
      await untilReady(part, layout, () => (runningProcess(process) === null ? "no exit status seen" : null));
      return;
    }
    progress(`${name}: restarting with changed settings`);
    await endProcess(process, part.stopGraceMs);
  }
  // A server whose state file was lost still holds its ports and files.
  const file = await realpath(join(layout.root, part.program));
  await endAll(({ root, program }) => root === layout.root && program === file);
  for (const endpoint of part.endpoints)
    if (!(await isFree(endpoint))) throw new LabPortTakenError(name, endpoint);
  await part.prepare();
  // Logs of the parts may contain phone numbers.
  makePrivateFolder(layout.logs);
  tighten(layout.logs);
  const { exited } = startDetached(part.command, process, logFile(layout, name));
  mkdirSync(layout.state, { recursive: true });
  writeFileSync(fingerprintFile(layout, name), fingerprint, { mode: 0o600 });
  await untilReady(part, layout, exited);
  progress(`${name}: ready after ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
};

const requireProvisioned = async (layout: LabLayout, progress: Progress): Promise<void> => {
  await requireLabMachine();
  if (!(await isProvisioned(layout))) await provision(layout, progress);
};

const locked = <T>(layout: LabLayout, progress: Progress, work: () => Promise<T>): Promise<T> =>
  withLabLock(layout.directory, work, () => progress("Waiting for another lab command to finish ..."));

/** The lab's addresses and passwords, whether or not it is running. */
export const labAddresses = (): LabAddresses => {
  const layout = labLayout();
  return addressesOf(layout, labSecrets(layout.directory));
};

/**
 * Starts all parts that are not running, and resolves when all of them respond. Several processes may call it at once.
 * Rejects with a LabUnavailableError if this machine cannot run the lab.
 */
export const ensureLab = async (progress: Progress = silent): Promise<LabAddresses> => {
  const layout = labLayout();
  await requireLabMachine();
  await locked(layout, progress, async () => {
    await requireProvisioned(layout, progress);
    const results = await Promise.allSettled(partNames.map((name) => start(name, layout, progress)));
    for (const result of results) if (result.status === "rejected") throw result.reason;
  });
  return labAddresses();
};

/** Installs the lab's programs if they are missing, and starts nothing. Rejects like `ensureLab`. */
export const installLab = async (progress: Progress = silent): Promise<void> => {
  const layout = labLayout();
  await requireLabMachine();
  await locked(layout, progress, () => requireProvisioned(layout, progress));
};

/** Starts one part and resolves when it responds. */
export const startPart = async (name: PartName, progress: Progress = silent): Promise<void> => {
  const layout = labLayout();
  await requireLabMachine();
  await locked(layout, progress, async () => {
    await requireProvisioned(layout, progress);
    await start(name, layout, progress);
  });
};

/** Shuts one part down; true if it was running. */
export const stopPart = async (name: PartName, progress: Progress = silent): Promise<boolean> => {
  const layout = labLayout();
  return await locked(layout, progress, () =>
    endProcess(stateFile(layout, name), partOf(name, layout).stopGraceMs),
  );
};

/** Ends one part by SIGKILL, and resolves when it is gone; true if it was running. */
export const killPart = async (name: PartName, progress: Progress = silent): Promise<boolean> => {
  const layout = labLayout();
  return await locked(layout, progress, () => endProcess(stateFile(layout, name), 0));
};

/** Suspends one part: its connections stay open, but it does not respond. Must be followed by `thawPart`. */
export const freezePart = (name: PartName): void => signalPart(name, "SIGSTOP");

export const thawPart = (name: PartName): void => signalPart(name, "SIGCONT");

const signalPart = (name: PartName, signal: "SIGSTOP" | "SIGCONT"): void => {
  const running = runningProcess(stateFile(labLayout(), name));
  if (running === null) throw new LabPartError(`${name} is not running.`);
  process.kill(running.pid, signal);
};

/** Shuts all parts down; resolves with the names of those that were running. */
export const stopLab = async (progress: Progress = silent): Promise<PartName[]> => {
  const layout = labLayout();
  return await locked(layout, progress, async () => {
    const ended = await Promise.all(
      partNames.map((name) => endProcess(stateFile(layout, name), partOf(name, layout).stopGraceMs)),
    );
    return partNames.filter((_, index) => ended[index]);
  });
};

interface PartStatus {
  readonly name: PartName;
  readonly state: "ready" | "not answering" | "stopped";
  readonly pid: number | null;
  readonly addresses: readonly string[];
}

export const labStatus = async (): Promise<PartStatus[]> => {
  const layout = labLayout();
  return await Promise.all(
    partNames.map(async (name): Promise<PartStatus> => {
      const part = partOf(name, layout);
      const process = runningProcess(stateFile(layout, name));
      const answers = await part.ask().then(
        () => true,
        () => false,
      );
      return {
        name,
        state: process === null ? "stopped" : answers ? "ready" : "not answering",
        pid: process?.pid ?? null,
        addresses: part.endpoints.map(({ protocol, host, port }) => `${protocol} ${host}:${port}`),
      };
    }),
  );
};

/** All log files of one part. */
export const logFilesOf = (name: PartName): string[] => {
  const layout = labLayout();
  return [logFile(layout, name), ...partOf(name, layout).logFiles];
};

/** Runs an Asterisk console command and resolves with its output. */
export const asteriskCli = async (command: string): Promise<string> =>
  await run(["chroot", labLayout().root, "/usr/sbin/asterisk", "-rx", command]);
