import type { Router } from "@koa/router";
import { may } from "../../access/rules/rights.ts";
import type { BackupWatch } from "../../ops/backup.ts";
import type { HealthRegistry } from "../../ops/health.ts";
import type { Metrics } from "../../ops/metrics.ts";
import { viewerOf } from "../access/viewer.ts";
import { isoTime } from "../server/presenters.ts";

/** What runs here. */
export interface SystemPorts {
  readonly version: string;
  readonly startedAtMs: number;
  readonly backup: Pick<BackupWatch, "state">;
}

export interface OperationRoutesOptions {
  readonly health: HealthRegistry;
  readonly metrics: Pick<Metrics, "expose">;
  readonly system: SystemPorts;
  readonly node: string;
  readonly nowMs: () => number;
}

/** `GET /health`, `GET /system` and `GET /metrics`. */
export function addOperationRoutes(router: Router, options: OperationRoutesOptions): void {
  const { health, metrics, system, node, nowMs } = options;

  /**
   * Whoever watches over us from anywhere is told the status of each part, which is all that a load balancer or a
   * dialplan wants. The details name versions and causes, and are for those who look after the system.
   */
  router.get("/health", (ctx) => {
    const { status, parts } = health.report();
    const detailed = may(viewerOf(ctx), "system.read");
    ctx.status = status === "down" ? 503 : 200;
    ctx.body = {
      status,
      node,
      parts: Object.fromEntries(
        Object.entries(parts).map(([name, part]) => [name, detailed ? part : { ...part, detail: "" }]),
      ),
    };
  });

  router.get("/system", (ctx) => {
    const { version, startedAtMs, backup } = system;
    const { status, lastAtMs, maxAgeMs } = backup.state;
    ctx.body = {
      version,
      node,
      startedAt: isoTime(startedAtMs),
      uptimeSeconds: Math.max(0, Math.floor((nowMs() - startedAtMs) / 1000)),
      backup: {
        status,
        lastAt: lastAtMs === null ? null : isoTime(lastAtMs),
        maxAgeHours: maxAgeMs / 3_600_000,
      },
      health: health.report(),
    };
  });

  router.get("/metrics", async (ctx) => {
    const { contentType, body } = await metrics.expose();
    ctx.set("Content-Type", contentType);
    ctx.body = body;
  });
}
