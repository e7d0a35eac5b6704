import type { Clock, Logger, PartHealth, Random } from "../ops/types.ts";
import { WakeableSleep } from "../ops/wakeableSleep.ts";
import type { Backend } from "./backend.ts";
import { isAway, isReadOnly, isRetryable, translate } from "./errors.ts";

interface Availability {
  /** False: operations fail at once instead of waiting for their own timeout. */
  readonly up: boolean;
  readonly health: PartHealth;
  open(): void;
  ready(): Promise<void>;
  /** An operation failed as if the database were down: probes until it responds. */
  suspect(error: unknown): void;
  close(): void;
}

const firstPauseMs = 100;
const maxConnectPauseMs = 5000;
const maxProbePauseMs = 1000;
const probeTimeoutMs = 1000;

/** Tracks whether the database is reachable, and keeps reconnecting. */
export function createAvailability(parts: {
  readonly name: string;
  readonly backend: Pick<Backend, "connect" | "hasLaterTables" | "ping" | "pingWrite" | "close">;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
}): Availability {
  const { name, backend, logger, clock, random } = parts;
  let state: "idle" | "connecting" | "up" | "down" | "closed" = "idle";
  let probing = false;
  /** It reads, so calls continue, but rejects writes. */
  let readOnly = false;
  let connected = false;
  let lastError = "";
  const sleeper = new WakeableSleep(clock);
  let settleReady: { resolve(): void; reject(error: Error): void } | null = null;
  const ready = new Promise<void>((resolve, reject) => {
    settleReady = { resolve, reject };
  });
  // It may reject while nothing awaits it.
  ready.catch(() => undefined);

  const isClosed = (): boolean => state === "closed";

  function remember(error: unknown): void {
    const told = translate(error);
    lastError = told instanceof Error ? told.message : "unknown error";
  }

  /** Doubles with each attempt; jitter keeps instances from reconnecting all at once. */
  function pause(tries: number, maxMs: number): Promise<void> {
    return sleeper.for(Math.min(maxMs, firstPauseMs * 2 ** tries) * (0.5 + random() / 2));
  }

  async function connectForEver(): Promise<void> {
    for (let tries = 0; !isClosed(); tries += 1) {
      try {
        await backend.connect();
        break;
      } catch (error) {
        remember(error);
        const fields = { database: name, reason: lastError, tries: tries + 1 };
        if (!isAway(error) && !isRetryable(error))
          logger.error("Database migration failed, retrying", fields);
        else if (tries === 0) logger.warn("Database unavailable, retrying", fields);
        await pause(tries, maxConnectPauseMs);
      }
    }
    if (isClosed()) {
      await backend.close();
      return;
    }
    connected = true;
    state = "up";
    logger.info("Database ready", { database: name });
    if (backend.hasLaterTables)
      logger.warn(
        "The tables are of a later version: install it, or restore a backup from before its upgrade",
        {
          database: name,
        },
      );
    settleReady?.resolve();
  }

  async function probeUntilUp(): Promise<void> {
    for (let tries = 0; !isClosed(); tries += 1) {
      try {
        await backend.ping(probeTimeoutMs);
        break;
      } catch (error) {
        remember(error);
        // The first probe may have used a pooled connection that broke together with the failed one.
        if (state === "up" && tries > 0) {
          state = "down";
          logger.warn("Database unavailable, retrying", { database: name, reason: lastError });
        }
        await pause(tries, maxProbePauseMs);
      }
    }
    probing = false;
    if (state === "down") {
      state = "up";
      logger.info("Database available again", { database: name });
    }
  }

  async function probeUntilWriting(): Promise<void> {
    for (let tries = 0; !isClosed(); tries += 1) {
      try {
        await backend.pingWrite(probeTimeoutMs);
        break;
      } catch (error) {
        // Other faults are noticed elsewhere.
        if (isReadOnly(error)) remember(error);
        await pause(tries, maxProbePauseMs);
      }
    }
    readOnly = false;
    if (!isClosed()) logger.info("Database accepts writes again", { database: name });
  }

  return {
    get up() {
      return state === "up";
    },
    get health(): PartHealth {
      if (state === "up" && readOnly)
        return { status: "down", detail: `${name} refuses to write. ${lastError}` };
      if (state === "up" && backend.hasLaterTables)
        return {
          status: "degraded",
          detail: `${name} has tables of a later version: install it, or restore a backup from before its upgrade.`,
        };
      if (state === "up") return { status: "up", detail: `${name} is connected.` };
      if (state === "closed") return { status: "off", detail: `${name} is closed.` };
      const trouble = lastError === "" ? "" : ` ${lastError}`;
      return {
        status: "down",
        detail: connected ? `${name} is unavailable.${trouble}` : `${name} has not connected yet.${trouble}`,
      };
    },
    open() {
      if (state !== "idle") return;
      state = "connecting";
      void connectForEver();
    },
    ready: () => ready,
    suspect(error) {
      if (state !== "up") return;
      if (isReadOnly(error)) {
        remember(error);
        if (readOnly) return;
        readOnly = true;
        logger.warn("Database rejects writes, retrying", { database: name, reason: lastError });
        void probeUntilWriting();
        return;
      }
      if (probing) return;
      remember(error);
      probing = true;
      void probeUntilUp();
    },
    close() {
      if (state === "closed") return;
      state = "closed";
      sleeper.wake();
      settleReady?.reject(new Error("The database was closed before it was connected."));
    },
  };
}
