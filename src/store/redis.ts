import { Redis } from "ioredis";
import type { Command, RedisOptions } from "ioredis";
import { systemClock } from "../ops/clock.ts";
import { setPatientTimer } from "../ops/patientTimer.ts";
import type { Logger, PartHealth, Random, SteadyClock } from "../ops/types.ts";
import { serverAddressOf, tlsOptionsOf } from "./serverUrl.ts";

/**
 * A connection to Redis that always reconnects and never makes callers wait: while it is unusable, every command
 * rejects at once, and a command that is not answered in time counts as a lost connection, because a hanging Redis
 * shows itself this way.
 */
export interface RedisLink {
  readonly client: Redis;
  /** True if commands are expected to succeed. */
  readonly up: boolean;
  readonly health: PartHealth;
  /** Called whenever the connection becomes usable. */
  onUp(listener: () => void): void;
  onDown(listener: () => void): void;
  open(): void;
  /** Call with the error of a failed command. */
  failed(error: unknown): void;
  /** Idempotent. */
  close(): void;
}

interface RedisLinkOptions {
  readonly url: string;
  /** The purpose of the connection, e.g. `cache`, for log and health. */
  readonly role: string;
  readonly logger: Logger;
  readonly commandTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  readonly clock?: SteadyClock;
  /** For jitter between attempts. */
  readonly random?: Random;
}

const firstPauseMs = 50;
const maxPauseMs = 1000;

export function createRedisLink(options: RedisLinkOptions): RedisLink {
  const { url, role, logger, commandTimeoutMs = 250, connectTimeoutMs = 1000 } = options;
  const { clock = systemClock, random = Math.random } = options;
  const upListeners: (() => void)[] = [];
  const downListeners: (() => void)[] = [];
  let up = false;
  let closed = false;
  let lastError = "";
  let toldAway = false;

  const client = new PatientRedis(
    { clock, commandTimeoutMs },
    {
      ...connectionOf(url),
      lazyConnect: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false,
      maxRetriesPerRequest: 0,
      connectTimeout: connectTimeoutMs,
      keepAlive: 10_000,
      retryStrategy: (tries) =>
        Math.min(maxPauseMs, firstPauseMs * 2 ** Math.min(tries, 10)) * (0.5 + random() / 2),
    },
  );

  client.on("error", (error: Error) => {
    lastError = reasonOf(error);
    if (!up && !toldAway && !closed) {
      toldAway = true;
      logger.warn("Cannot connect to Redis, retrying", { role, reason: lastError });
    }
  });
  client.on("ready", () => {
    up = true;
    toldAway = false;
    logger.info("Connected to Redis", { role });
    for (const listener of upListeners) listener();
  });
  client.on("close", () => {
    if (!up) return;
    up = false;
    if (!closed) {
      toldAway = true;
      logger.warn("Connection to Redis lost, reconnecting", { role, reason: lastError });
    }
    for (const listener of downListeners) listener();
  });

  return {
    client,
    get up() {
      return up;
    },
    get health(): PartHealth {
      if (up) return { status: "up", detail: "Redis is connected." };
      if (closed) return { status: "off", detail: "The connection to Redis is closed." };
      return {
        status: "down",
        detail: lastError === "" ? "Redis is unavailable." : `Redis is unavailable: ${lastError}.`,
      };
    },
    onUp: (listener) => void upListeners.push(listener),
    onDown: (listener) => void downListeners.push(listener),
    open() {
      // The promise covers the first attempt only; events cover all of them.
      client.connect().catch(() => undefined);
    },
    failed(error) {
      lastError = reasonOf(error);
      if (isTimeout(error) && up) client.disconnect(true);
    },
    close() {
      if (closed) return;
      closed = true;
      client.disconnect();
    },
  };
}

function connectionOf(url: string): RedisOptions {
  const { host, port, user, password, database, tls } = serverAddressOf(url);
  return {
    host,
    port: port ?? 6379,
    db: Number(database),
    ...(user === "" ? {} : { username: user }),
    ...(password === "" ? {} : { password }),
    ...(tls === null ? {} : { tls: tlsOptionsOf(tls) }),
  };
}

/**
 * The client's own timeout gives a command up before its answer is read when the event loop was blocked, and the
 * connection with it.
 */
class PatientRedis extends Redis {
  readonly #clock: SteadyClock;
  readonly #timeoutMs: number;

  constructor(
    { clock, commandTimeoutMs }: { readonly clock: SteadyClock; readonly commandTimeoutMs: number },
    options: RedisOptions,
  ) {
    super(options);
    this.#clock = clock;
    this.#timeoutMs = commandTimeoutMs;
  }

  override sendCommand(command: Command, stream?: Parameters<Redis["sendCommand"]>[1]): unknown {
    const answer = super.sendCommand(command, stream);
    if (command.isResolved) return answer;
    const stop = setPatientTimer(this.#clock, () => command.reject(new Error(timedOut)), this.#timeoutMs);
    command.promise.then(stop, stop);
    return answer;
  }
}

const timedOut = "Command timed out";

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === timedOut;
}

/** The error code if available: messages may contain arguments of a command. */
function reasonOf(error: unknown): string {
  if (isTimeout(error)) return "a command timed out";
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  const word =
    error instanceof Error ? /^(?:NOAUTH|WRONGPASS|NOPERM|LOADING|OOM|READONLY)/.exec(error.message) : null;
  return word?.[0] ?? "connection closed";
}
