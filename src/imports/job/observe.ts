import type { HealthRegistry } from "../../ops/health.ts";
import type { Metrics } from "../../ops/metrics.ts";
import type { Imports } from "./imports.ts";

/** Reports the imports in progress in this process to health and metrics. */
export function observeImports(
  imports: Pick<Imports, "live">,
  { health, metrics }: { readonly health: HealthRegistry; readonly metrics: Pick<Metrics, "gauge"> },
): void {
  const waiting = (): number =>
    [...imports.live.values()].filter(({ waitingFor }) => waitingFor !== null).length;
  health.register("imports", { kind: "imports", needed: false }, () => {
    const count = waiting();
    if (count > 0)
      return {
        status: "degraded",
        detail: `${count} of ${imports.live.size} imports wait for the database.`,
      };
    return { status: "up", detail: `${imports.live.size} imports are worked on.` };
  });
  metrics.gauge("live_imports", "Imports that this instance works on.", () => imports.live.size);
  metrics.gauge("waiting_imports", "Those of them that wait for the database.", waiting);
}
