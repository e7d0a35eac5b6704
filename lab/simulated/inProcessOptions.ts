import type { AriEventType } from "../../src/ari/generated/models.ts";
import type { SteadyClock } from "../../src/ops/types.ts";
import type { Range } from "./random.ts";

export interface InProcessOptions {
  readonly name?: string;
  readonly application?: string;
  /** Event types that the filter lets through; all by default. */
  readonly events?: readonly AriEventType[];
  readonly commandSockets?: number;
  readonly requestTimeoutMs?: number;
  /** The first connection. */
  readonly connectMs?: Range;
  /** Between a loss and the next attempt. */
  readonly reconnectMs?: Range;
  /** After which a silent peer is given up. */
  readonly silenceMs?: number;
  /** Of the client's process; Asterisk's by default. */
  readonly clock?: SteadyClock;
}
