import type { AriEventType } from "../../src/ari/generated/models.ts";
import type { SteadyClock } from "../../src/ops/types.ts";
import type { Range } from "./random.ts";

export interface InProcessOptions {
  readonly name?: string;
  readonly application?: string;
  /** Event types that the filter allows; all by default. */
  readonly events?: readonly AriEventType[];
  readonly commandSockets?: number;
  readonly requestTimeoutMs?: number;
  /** The first connection. */
  readonly connectMs?: Range;
  /** Time between a loss and the next attempt. */
  readonly reconnectMs?: Range;
  /** Time after which a silent peer is given up. */
  readonly silenceMs?: number;
  /** The clock of the client's process; Asterisk's by default. */
  readonly clock?: SteadyClock;
}
