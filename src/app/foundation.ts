import type { Settings } from "../../config/types.ts";
import { systemClock } from "../ops/clock.ts";
import { HealthRegistry } from "../ops/health.ts";
import { createLogger } from "../ops/logger.ts";
import { createMetrics, type Metrics } from "../ops/metrics.ts";
import { Readiness } from "../ops/readiness.ts";
import type { Logger, SteadyClock } from "../ops/types.ts";

/** The dependencies of every feature. */
export interface Foundation {
  readonly settings: Settings;
  readonly clock: SteadyClock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: HealthRegistry;
  readonly readiness: Readiness;
}

/** @param logger replaces the one from the settings in tests. */
export function layFoundation(settings: Settings, logger?: Logger): Foundation {
  const { name } = settings.node;
  return {
    settings,
    clock: systemClock,
    logger: logger ?? createLogger({ ...settings.log, fields: { node: name }, clock: systemClock }),
    metrics: createMetrics({ node: name }),
    health: new HealthRegistry(),
    readiness: new Readiness(),
  };
}
