import type { PartHealth } from "../ops/types.ts";

/**
 * Messages to every instance, this one included. Best effort: what is published while Redis is away reaches
 * this process only, and `onGap` tells the others that they may have missed something.
 */
export interface Bus {
  /** Never throws, never waits. `payload` is plain JSON. Listeners of this process are called before it returns. */
  publish(topic: string, payload: unknown): void;
  /** Payloads of one publisher come in order. A throw is logged, never fatal. Returns the way to stop. */
  subscribe(topic: string, listener: (payload: unknown) => void): () => void;
  /** Called when messages of other instances may have been missed: at every loss and every return of the connection. */
  onGap(listener: () => void): () => void;
  /** True while messages of other instances arrive (always for the in-process bus, which has none). */
  readonly connected: boolean;
  readonly health: PartHealth;
  /** Starts connecting, for ever. */
  open(): void;
  /** Idempotent. */
  close(): Promise<void>;
}
