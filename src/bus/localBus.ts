import type { Logger } from "../ops/types.ts";
import type { Bus } from "./types.ts";

type Listener = (payload: unknown) => void;

/** Subscriptions within this process. A listener that throws is logged and does not affect the others. */
export class LocalListeners {
  readonly #byTopic = new Map<string, Set<Listener>>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(topic: string, listener: Listener): () => void {
    // A new wrapper for each subscription: the same function may subscribe twice.
    const own: Listener = (payload) => listener(payload);
    const listeners = this.#byTopic.get(topic) ?? new Set();
    this.#byTopic.set(topic, listeners.add(own));
    return () => {
      listeners.delete(own);
      if (listeners.size === 0 && this.#byTopic.get(topic) === listeners) this.#byTopic.delete(topic);
    };
  }

  deliver(topic: string, payload: unknown): void {
    for (const listener of this.#byTopic.get(topic) ?? []) {
      try {
        listener(payload);
      } catch (error) {
        this.#logger.error("A bus listener failed", { topic, error });
      }
    }
  }

  topics(): readonly string[] {
    return [...this.#byTopic.keys()];
  }
}

/** For a single instance without Redis. */
export function createLocalBus({ logger }: { readonly logger: Logger }): Bus {
  const listeners = new LocalListeners(logger);
  let closed = false;
  return {
    publish(topic, payload) {
      if (!closed) listeners.deliver(topic, payload);
    },
    subscribe: (topic, listener) => listeners.add(topic, listener),
    onGap: () => () => undefined,
    connected: true,
    health: { status: "off", detail: "In process only: other instances receive no messages." },
    open: () => undefined,
    async close() {
      closed = true;
    },
  };
}
