import { randomUUID } from "node:crypto";
import { repeat } from "../ops/repeat.ts";
import type { Logger, PartHealth, SteadyClock } from "../ops/types.ts";
import { createRedisLink } from "../store/redis.ts";
import { LocalListeners } from "./localBus.ts";
import type { Bus } from "./types.ts";

interface RedisBusOptions {
  readonly url: string;
  readonly clock: SteadyClock;
  readonly logger: Logger;
  /** Prefix of the Redis channel names, so that installations can share a Redis. */
  readonly prefix?: string;
  /** Interval of connection checks. */
  readonly pingEveryMs?: number;
  /** As for any link to Redis. */
  readonly commandTimeoutMs?: number;
}

/**
 * Redis pub/sub between instances. This process calls its own listeners directly, whether or not Redis is
 * available. Redis delivers the message to the other instances; our own copy, recognised by its mark, is ignored.
 */
export function createRedisBus(options: RedisBusOptions): Bus {
  const { url, clock, logger, prefix = "phone-proxy:bus:", pingEveryMs = 1000 } = options;
  const origin = randomUUID();
  /** How our own messages begin, which need not be parsed. */
  const own = `{"from":"${origin}"`;
  const listeners = new LocalListeners(logger);
  const gapListeners = new Set<() => void>();
  // A subscribed connection cannot send other commands.
  const common = {
    url,
    logger,
    clock,
    ...(options.commandTimeoutMs !== undefined && { commandTimeoutMs: options.commandTimeoutMs }),
  };
  const publisher = createRedisLink({ ...common, role: "bus publisher" });
  const subscriber = createRedisLink({ ...common, role: "bus subscriber" });
  /** Topics whose last message reached no other instance. */
  const aloneOn = new Set<string>();
  let subscribed = false;
  let stopPinging: (() => void) | null = null;
  let closed = false;

  function tellGap(): void {
    for (const listener of gapListeners) {
      try {
        listener();
      } catch (error) {
        logger.error("A bus listener failed", { topic: "gap", error });
      }
    }
  }

  async function subscribeAll(): Promise<void> {
    try {
      const channels = listeners.topics().map((topic) => prefix + topic);
      if (channels.length > 0) await subscriber.client.subscribe(...channels);
      subscribed = true;
      tellGap();
    } catch (error) {
      // Without subscriptions the connection receives nothing, so reconnect.
      subscriber.failed(error);
      if (subscriber.up) subscriber.client.disconnect(true);
    }
  }

  async function ping(): Promise<void> {
    if (!subscriber.up) return;
    try {
      await subscriber.client.ping();
    } catch (error) {
      subscriber.failed(error);
    }
  }

  function receive(channel: string, text: string): void {
    if (text.startsWith(own)) return;
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      logger.warn("Ignored a bus message that is not JSON", { channel });
      return;
    }
    if (typeof message !== "object" || message === null || !("from" in message) || !("payload" in message)) {
      logger.warn("Ignored a bus message of another application", { channel });
      return;
    }
    if (message.from !== origin) listeners.deliver(channel.slice(prefix.length), message.payload);
  }

  subscriber.onUp(() => void subscribeAll());
  publisher.onDown(() => aloneOn.clear());
  subscriber.onDown(() => {
    if (subscribed && !closed) {
      subscribed = false;
      tellGap();
    }
  });
  subscriber.client.on("message", receive);

  return {
    publish(topic, payload, { unlessAlone = false } = {}) {
      if (closed) return;
      listeners.deliver(topic, payload);
      if (!publisher.up || (unlessAlone && aloneOn.has(topic))) return;
      publisher.client.publish(prefix + topic, JSON.stringify({ from: origin, payload })).then(
        (heardBy) => {
          // This instance hears itself.
          if (heardBy > 1) aloneOn.delete(topic);
          else aloneOn.add(topic);
        },
        (error: unknown) => publisher.failed(error),
      );
    },
    subscribe(topic, listener) {
      const isNew = !listeners.topics().includes(topic);
      const stop = listeners.add(topic, listener);
      if (isNew && subscriber.up) {
        subscriber.client.subscribe(prefix + topic).catch((error: unknown) => {
          subscriber.failed(error);
          if (subscriber.up) subscriber.client.disconnect(true);
        });
      }
      // The channel stays subscribed: messages without listeners are dropped, and there are few topics.
      return stop;
    },
    onGap(listener) {
      gapListeners.add(listener);
      return () => gapListeners.delete(listener);
    },
    get connected() {
      return subscribed && publisher.up;
    },
    get health(): PartHealth {
      if (closed) return { status: "off", detail: "The bus is closed." };
      if (subscribed && publisher.up) return { status: "up", detail: "Connected through Redis." };
      return subscriber.up ? publisher.health : subscriber.health;
    },
    open() {
      publisher.open();
      subscriber.open();
      stopPinging = repeat(clock, pingEveryMs, ping);
    },
    async close() {
      closed = true;
      stopPinging?.();
      publisher.close();
      subscriber.close();
    },
  };
}
