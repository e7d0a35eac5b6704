import type { PartHealth } from "../ops/types.ts";

export interface PublishOptions {
  /**
   * Skips the message if no other instance heard the last one of this topic. For frequent messages whose content a joining
   * instance asks for anyway.
   */
  readonly unlessAlone?: boolean;
}

/**
 * Messages to every instance, including this one. Best effort: while Redis is unavailable, messages reach this
 * process only, and `onGap` tells the others that they may have missed some.
 */
export interface Bus {
  /** Never throws, never waits. `payload` is plain JSON. Listeners in this process are called before it returns. */
  publish(topic: string, payload: unknown, options?: PublishOptions): void;
  /**
   * Payloads of one publisher arrive in order. Errors of the listener are logged. Returns a function that
   * unsubscribes.
   */
  subscribe(topic: string, listener: (payload: unknown) => void): () => void;
  /** Called when messages may have been missed: at every loss and every return of the connection. */
  onGap(listener: () => void): () => void;
  /** True while messages of other instances arrive (always true for the in-process bus). */
  readonly connected: boolean;
  readonly health: PartHealth;
  /** Connects and reconnects until closed. */
  open(): void;
  /** Idempotent. */
  close(): Promise<void>;
}
