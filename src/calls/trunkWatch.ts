import { isGone } from "../ari/errors.ts";
import type { Endpoint } from "../ari/generated/models.ts";
import { operation } from "../ari/operation.ts";
import type { AriConnection } from "../ari/types.ts";
import { repeat } from "../ops/repeat.ts";
import type { Clock, PartHealth } from "../ops/types.ts";

/** The state of an outbound trunk, as seen by one Asterisk. */
interface TrunkWatch {
  readonly health: PartHealth;
  /** 1: reachable according to Asterisk, 0: not reachable, null: unknown. */
  readonly reachable: 0 | 1 | null;
  /** Idempotent. */
  close(): void;
}

type Seen = "online" | "offline" | "missing" | "unknown";

const everyMs = 10_000;

/**
 * Polls every ten seconds. Asterisk could also send an event for each change, but these are declined in
 * `stasis.conf`, because every call causes two of them.
 */
export function createTrunkWatch(options: {
  readonly ari: AriConnection;
  /** The PJSIP endpoint. */
  readonly trunk: string;
  readonly clock: Clock;
}): TrunkWatch {
  const { ari, trunk, clock } = options;
  let seen: Seen = "unknown";

  async function stateOf(resource: string): Promise<Seen> {
    try {
      const endpoint = await ari.request<Endpoint>(operation("endpoints.get", { tech: "PJSIP", resource }));
      return endpoint.state ?? "unknown";
    } catch (error) {
      return isGone(error) ? "missing" : "unknown";
    }
  }

  /** The endpoints of a split trunk share one address, so the first represents all. */
  async function look(): Promise<void> {
    const whole = await stateOf(trunk);
    seen = whole === "missing" ? await stateOf(`${trunk}-0`) : whole;
  }

  ari.listen({
    connected: () => void look(),
    disconnected: () => (seen = "unknown"),
    event: () => undefined,
  });
  const stop = repeat(clock, everyMs, look);

  return {
    get health(): PartHealth {
      switch (seen) {
        case "online":
          return { status: "up", detail: `Trunk ${trunk} is reachable.` };
        case "offline":
          return { status: "degraded", detail: `Trunk ${trunk} does not answer Asterisk.` };
        case "missing":
          return { status: "degraded", detail: `Trunk ${trunk} is not an endpoint of Asterisk.` };
        case "unknown":
          return {
            status: "off",
            detail: `Trunk ${trunk}: unknown while this controller is not connected to Asterisk.`,
          };
      }
    },
    get reachable() {
      return seen === "unknown" ? null : seen === "online" ? 1 : 0;
    },
    close: stop,
  };
}
