import type { Router } from "@koa/router";
import type { HealthRegistry } from "../ops/health.ts";
import type { Metrics } from "../ops/metrics.ts";

export interface OperationRoutesOptions {
  readonly health: HealthRegistry;
  readonly metrics: Pick<Metrics, "expose">;
  readonly node: string;
}

/** `GET /health` and `GET /metrics`. */
export function addOperationRoutes(router: Router, { health, metrics, node }: OperationRoutesOptions): void {
  router.get("/health", (ctx) => {
    const { status, parts } = health.report();
    ctx.status = status === "down" ? 503 : 200;
    ctx.body = { status, node, parts };
  });

  router.get("/metrics", async (ctx) => {
    const { contentType, body } = await metrics.expose();
    ctx.set("Content-Type", contentType);
    ctx.body = body;
  });
}
