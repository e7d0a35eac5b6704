import { join } from "node:path";
import { makePrivateFolder, tighten } from "../../src/ops/privateFiles.ts";
import { ensureLab, labStatus, stopPart } from "../lab.ts";
import type { LabAddresses } from "../lab.ts";
import { callFile, labLayout } from "../layout.ts";
import type { Progress } from "../progress.ts";
import { type Callees, placeCall, startCallees } from "../sipp/sipp.ts";
import { methodOf, type SipMessage } from "../sipp/trace.ts";
import { type Cleanups, unlessAborted } from "./cleanups.ts";
import { endHelpersOf } from "./descendants.ts";
import { type DemoCall, type DemoWorld, type SeenCall, tells } from "./world.ts";

/**
 * Starts the real Asterisk, MySQL, and Redis, and stops at the end those that were not running before. Rejects with a
 * LabUnavailableError if this machine cannot run the lab.
 */
export const openLabWorld = async (
  cleanups: Cleanups,
  progress: Progress,
  signal: AbortSignal,
): Promise<DemoWorld> => {
  const before = await labStatus();
  const bringingUp = ensureLab(progress);
  cleanups.add(async () => {
    for (const { name, pid } of before)
      if (pid === null && (await stopPart(name, progress))) progress(`${name}: stopped`);
  });
  const onAbort = (): void => void endHelpersOf(bringingUp);
  signal.addEventListener("abort", onAbort);
  let lab: LabAddresses;
  try {
    lab = await bringingUp;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
  signal.throwIfAborted();
  return worldOf(lab, cleanups);
};

const worldOf = (lab: LabAddresses, cleanups: Cleanups): DemoWorld => {
  const folder = join(labLayout().directory, "demo");
  makePrivateFolder(folder);
  tighten(folder);
  let callees: Callees | null = null;
  return {
    simulated: false,
    about: "real Asterisk, MySQL, and Redis, with SIPp on both trunks",
    folder,
    database: { kind: "mysql", url: lab.mysql.url, migrationsUrl: lab.mysql.migrationsUrl, poolSize: 1 },
    settings: {
      DATABASE_URL: lab.mysql.url,
      DATABASE_MIGRATIONS_URL: lab.mysql.migrationsUrl,
      REDIS_URL: lab.redis.url,
      ASTERISK_URL: lab.ari.url,
      ASTERISK_USER: lab.ari.username,
      ASTERISK_PASSWORD: lab.ari.password,
      ASTERISK_CALL_FILE: callFile(),
    },
    open: async () => {
      const started = await startCallees();
      callees = started;
      cleanups.add(() => started.stop());
    },
    place: async (call, signal) => {
      if (callees === null) throw new Error("The demo's callees have not been started.");
      return await place(call, callees, signal);
    },
  };
};

const place = async (call: DemoCall, callees: Callees, signal: AbortSignal): Promise<SeenCall> => {
  const already = callees.messages().length;
  const placed = placeCall({ to: call.to, from: call.from, script: call.caller });
  try {
    const { finalCode, messages } = await unlessAborted(placed.result, signal);
    const atCallee = callees.messages().slice(already);
    return {
      sip: finalCode,
      calledNumbers: [...new Set(atCallee.flatMap(invitedNumber))],
      leaks: leaksIn(messages, call.realNumber) + leaksIn(atCallee, call.from),
    };
  } catch (error) {
    await placed.vanish();
    throw error;
  }
};

const invitedNumber = (message: SipMessage): string[] =>
  message.direction === "received" && methodOf(message) === "INVITE"
    ? [/^INVITE sips?:([^@]*)@/u.exec(message.startLine)?.[1] ?? message.startLine]
    : [];

const leaksIn = (messages: readonly SipMessage[], hidden: string | null): number =>
  hidden === null
    ? 0
    : messages.filter(({ direction, text }) => direction === "received" && tells(text, hidden)).length;
