import type { Metrics } from "../../ops/metrics.ts";
import type { Logger, SteadyClock } from "../../ops/types.ts";

const dropReasons = [
  /** Too many connections from one address. */
  "address",
  /** Too many connections in total. */
  "total",
  /** Idle when the limit was reached, closed for a newer connection. */
  "idle",
  /** More pipelined requests than are kept. */
  "pipelined",
  /** A request whose body arrives too slowly. */
  "slow",
  /** The slowest of too many bodies on their way from one address. */
  "bodies",
  /** A client that stopped sending its request, or reading the answer. */
  "stalled",
  /** A rejected upgrade to a WebSocket. */
  "upgrade",
] as const;
export type DropReason = (typeof dropReasons)[number];

const logEveryMs = 60_000;

/** Counts rejected and closed connections, and logs them, each reason at most once a minute. */
export class ConnectionDrops {
  readonly #clock: SteadyClock;
  readonly #logger: Logger | null;
  readonly #counts = new Map<DropReason, number>(dropReasons.map((reason) => [reason, 0]));
  /** When each reason was last logged, and its drops since. */
  readonly #logged = new Map<DropReason, { readonly atMs: number; readonly count: number }>();

  constructor(parts: {
    readonly clock: SteadyClock;
    readonly logger: Logger | null;
    readonly metrics: Pick<Metrics, "totals"> | null;
  }) {
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    parts.metrics?.totals(
      "http_connections_dropped_total",
      "Rejected or closed connections by reason.",
      "reason",
      () => this.#counts,
    );
  }

  /** @param network of the client; null for one of our reverse proxies. */
  count(reason: DropReason, network: string | null): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    const last = this.#logged.get(reason) ?? { atMs: Number.NEGATIVE_INFINITY, count: 0 };
    const nowMs = this.#clock.steadyMs();
    const count = last.count + 1;
    if (nowMs - last.atMs < logEveryMs) {
      this.#logged.set(reason, { ...last, count });
      return;
    }
    this.#logged.set(reason, { atMs: nowMs, count: 0 });
    // The count includes those since the last log line.
    this.#logger?.warn("Connections rejected or closed", { reason, count, client: network ?? "proxy" });
  }
}
