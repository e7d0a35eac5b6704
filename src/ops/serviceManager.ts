import { repeat } from "./repeat.ts";
import type { Logger, SteadyClock } from "./types.ts";

/** Reports the state of the service to systemd; does nothing if systemd did not start it. */
export interface ServiceManager {
  ready(): void;
  stopping(): void;
}

interface ServiceManagerParts {
  readonly clock: SteadyClock;
  readonly logger: Logger;
  /** `NOTIFY_SOCKET` and `WATCHDOG_USEC`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Resolves when systemd has the message. */
  readonly send: (message: string) => Promise<void>;
  /** Whether a request to this instance is answered within the time. */
  readonly answers: (timeoutMs: number) => Promise<boolean>;
}

/** A timer this late shows an event loop that serves no request in time. */
const latestMs = 2_000;

/**
 * With `WatchdogSec` systemd restarts a service that is silent for longer. A sign of life is sent only while timers
 * fire on time and the instance answers requests, so a process that hangs is replaced. Calls in progress survive
 * that.
 */
export function createServiceManager(parts: ServiceManagerParts): ServiceManager {
  const { clock, logger, environment, send, answers } = parts;
  const listening = (environment["NOTIFY_SOCKET"] ?? "") !== "";
  const watchdogMs = Number(environment["WATCHDOG_USEC"] ?? "0") / 1000;
  let stopWatching: (() => void) | null = null;
  let trouble = "";

  async function tell(message: string): Promise<void> {
    try {
      await send(message);
    } catch {
      logger.warn("Cannot reach systemd. Is systemd-notify installed?");
    }
  }

  function complain(reason: string): void {
    if (reason !== "" && reason !== trouble)
      logger.warn("No sign of life for systemd's watchdog", { reason });
    trouble = reason;
  }

  /** Three attempts before systemd acts. */
  function watch(everyMs: number): () => void {
    let dueAtMs = clock.steadyMs() + everyMs;
    return repeat(clock, everyMs, async () => {
      const lateMs = clock.steadyMs() - dueAtMs;
      const reason =
        lateMs > latestMs
          ? "the event loop is late"
          : (await answers(everyMs / 2))
            ? ""
            : "no answer over HTTP";
      complain(reason);
      if (reason === "") await tell("WATCHDOG=1");
      dueAtMs = clock.steadyMs() + everyMs;
    });
  }

  return {
    ready() {
      if (!listening) return;
      void tell("READY=1");
      if (watchdogMs > 0) stopWatching = watch(watchdogMs / 3);
    },
    stopping() {
      stopWatching?.();
      if (listening) void tell("STOPPING=1");
    },
  };
}
