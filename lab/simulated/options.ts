import type { Clock } from "../../src/ops/types.ts";
import type { SimulatedCall } from "./call.ts";
import type { Dialplan } from "./dialplan/plan.ts";
import type { CalleeScript } from "./scripts.ts";
import type { Timing } from "./settings.ts";

export interface SimulatedAsteriskOptions {
  /** `22.10.1` by default. */
  readonly version?: string;
  readonly systemName?: string;
  /** The machine's time by default. */
  readonly clock?: Clock;
  /** Repeats the same random choices. */
  readonly seed?: number;
  readonly username?: string;
  readonly password?: string;
  readonly timing?: Partial<Timing>;
  /** See `Settings`; true by default. */
  readonly races?: boolean;
  /** See `Settings`; false by default. */
  readonly varsets?: boolean;
  /** Length of every announcement, or by URI; null for one that cannot be played. 1,000 by default. */
  readonly mediaMs?: number | ((uri: string) => number | null);
  readonly dialplan?: Partial<Dialplan>;
  /** Globals of extensions.conf that replace or extend the defaults. */
  readonly globals?: Readonly<Record<string, string>>;
  /** Callees without a script; by the last three digits of the number by default. */
  readonly unscripted?: (number: string, call: SimulatedCall | null) => CalleeScript;
  /** Endpoints `NAME-0`, `NAME-1`, … of each trunk in addition to `NAME`; none by default. */
  readonly splitWays?: number;
  readonly keepCalls?: boolean;
  /** A larger WebSocket frame crashes Asterisk, as it does the real one. 480 KiB by default: a stack has 496 KiB. */
  readonly deadlyFrameBytes?: number;
  /** Time until Asterisk is back after such a crash, 1,000 by default. */
  readonly deathMs?: number;
  readonly sessionLimit?: number;
  readonly writeTimeoutMs?: number;
}
