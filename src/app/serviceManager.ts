import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { createServiceManager, type ServiceManager } from "../ops/serviceManager.ts";
import type { Foundation } from "./foundation.ts";

const runFile = promisify(execFile);

/** Node has no datagrams over Unix sockets, so `systemd-notify` sends them; the unit needs `NotifyAccess=all`. */
async function sendWithSystemdNotify(message: string): Promise<void> {
  await runFile("systemd-notify", [message], { timeout: 5_000 });
}

/** @param url of the API of this instance. */
export function openServiceManager({ clock, logger }: Foundation, url: string): ServiceManager {
  return createServiceManager({
    clock,
    logger,
    environment: process.env,
    send: sendWithSystemdNotify,
    async answers(timeoutMs) {
      try {
        // Any status is an answer: without a database, the instance still connects calls.
        const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(timeoutMs) });
        await answer.body?.cancel();
        return true;
      } catch {
        return false;
      }
    },
  });
}
